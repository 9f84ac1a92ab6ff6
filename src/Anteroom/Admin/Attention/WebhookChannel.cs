using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Mail;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>
/// Hands messages to the webhook: a POST of JSON, signed as Standard Webhooks 1.0.0 says. Anything but a 2xx is tried again, like an email.
/// </summary>
internal sealed class WebhookChannel(IOptions<AttentionOptions> options, TimeProvider time) : IChannel
{
    /// <summary>The channel's name in the rows.</summary>
    public const string Word = "webhook";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public string Name => Word;

    /// <inheritdoc />
    public DeliveryPace Pace { get; } = new() { Patience = Patience, FirstRetry = TimeSpan.FromSeconds(10) };

    /// <inheritdoc />
    public string Label(string kind) => "message to the webhook";

    /// <inheritdoc />
    public string OtherSide => "webhook's server";

    /// <inheritdoc />
    public Task<IChannelLine> OpenAsync(CancellationToken cancellation) =>
        Task.FromResult<IChannelLine>(new Line(this));

    private async Task SendAsync(Message message, CancellationToken cancellation)
    {
        if (options.Value is not { Webhook: { } url, Key: { } key })
            throw new DeliveryException("There is no webhook any longer.", permanent: true);
        var at = time.GetUtcNow().ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{message.MessageId}.{at}.{message.Text}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(message.Text, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("webhook-id", message.MessageId);
        request.Headers.Add("webhook-timestamp", FormattableString.Invariant($"{at}"));
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(signature)}");
        request.Headers.Add("User-Agent", "Anteroom");
        // One message now and then: no connection is kept, so that a changed name or certificate counts at once.
        using var client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ConnectCallback = (context, stop) => ConnectAsync(url, context.DnsEndPoint, stop),
            }
        )
        {
            Timeout = Patience,
        };
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!answer.IsSuccessStatusCode)
                throw new DeliveryException(
                    $"The webhook's server answered {(int)answer.StatusCode}.",
                    permanent: answer.StatusCode == HttpStatusCode.Gone
                );
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            throw new DeliveryException(
                $"The webhook's server cannot be reached: {error.GetBaseException().Message}",
                permanent: false,
                error
            );
        }
        catch (TaskCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new DeliveryException("The webhook's server took too long.", permanent: false, error);
        }
    }

    /// <summary>Only to addresses that may be reached: the name is resolved here, so that it cannot mean another one a moment later.</summary>
    private static async ValueTask<Stream> ConnectAsync(Uri url, DnsEndPoint place, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(place.Host, cancellation);
        var allowed = Array.FindAll(addresses, address => WebhookGuard.MayReach(address, url));
        if (allowed.Length == 0)
            throw new HttpRequestException("its name leads to an address that is not one to send to");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, place.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Line(WebhookChannel channel) : IChannelLine
    {
        public bool IsUsable => true;

        public Task SendAsync(Message message, CancellationToken cancellation) =>
            channel.SendAsync(message, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
