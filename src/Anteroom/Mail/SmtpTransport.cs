using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>
/// Hands messages to the mail server of <see cref="MailOptions"/> (RFC 5321). Opening a line means: connect, TLS as the settings demand,
/// EHLO, sign in as the settings demand. Less than demanded is an error, never a quieter way of sending.
/// </summary>
public sealed class SmtpTransport(IOptions<MailOptions> options) : IMailTransport
{
    static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    readonly MailOptions options = options.Value;

    /// <inheritdoc />
    public async Task<IMailConnection> ConnectAsync(CancellationToken cancellation)
    {
        SmtpLine? line = null;
        try
        {
            var socket = await DialAsync(cancellation);
            line = new SmtpLine(socket, options);
            var offers = await GreetAsync(line, HelloName(socket), cancellation);
            var farewell = options.CommandTimeout < LongestFarewell ? options.CommandTimeout : LongestFarewell;
            var connection = new SmtpConnection(line, offers, farewell);
            line = null;
            return connection;
        }
        catch (BrokenLineException e)
        {
            throw Failed(e.Message, inner: e);
        }
        finally
        {
            if (line is not null)
                await line.DisposeAsync();
        }
    }

    async Task<SmtpOffers> GreetAsync(SmtpLine line, string name, CancellationToken cancellation)
    {
        if (options.UseSsl)
            await line.SecureAsync(cancellation);
        var greeting = await line.ReadReplyAsync(cancellation);
        if (greeting.Code != 220)
            throw Failed($"It does not take mail now: {greeting}", greeting);
        var offers = await HelloAsync(line, name, cancellation);
        if (options.UseTls)
        {
            if (!offers.StartTls)
                throw Failed("It does not offer STARTTLS, which Mail:UseTls demands; nothing is sent unencrypted.");
            await line.WriteAsync("STARTTLS\r\n", cancellation);
            var ready = await line.ReadReplyAsync(cancellation);
            if (ready.Code != 220)
                throw Failed($"It refused STARTTLS: {ready}", ready);
            await line.SecureAsync(cancellation);

            // RFC 3207 section 4.2: what was said before TLS does not count.
            offers = await HelloAsync(line, name, cancellation);
        }

        if (options.SignsIn)
            await SmtpSignIn.RunAsync(line, offers, options, options.UseTls || options.UseSsl, cancellation);
        return offers;
    }

    async Task<SmtpOffers> HelloAsync(SmtpLine line, string name, CancellationToken cancellation)
    {
        await line.WriteAsync($"EHLO {name}\r\n", cancellation);
        var reply = await line.ReadReplyAsync(cancellation);
        if (reply.IsDone)
            return SmtpOffers.Read(reply);

        // RFC 5321 section 3.2: a server that does not know EHLO gets HELO.
        if (reply.Code is 500 or 501 or 502 or 504 or 550)
        {
            await line.WriteAsync($"HELO {name}\r\n", cancellation);
            reply = await line.ReadReplyAsync(cancellation);
            if (reply.IsDone)
                return SmtpOffers.None;
        }

        throw Failed($"It did not return our greeting: {reply}", reply);
    }

    async Task<Socket> DialAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.ConnectTimeout);
        Exception? last = null;
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(options.Host!, limit.Token);
            foreach (var address in addresses)
            {
                // A share of the time for each address: one that swallows packets must not hide one that works.
                using var share = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
                share.CancelAfter(options.ConnectTimeout / addresses.Length);
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, options.ServerPort), share.Token);
                    return socket;
                }
                catch (Exception e)
                {
                    socket.Dispose();
                    if (e is not (SocketException or OperationCanceledException) || limit.IsCancellationRequested)
                        throw;
                    last = e;
                }
            }
        }
        catch (Exception e)
            when (e is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            last = e;
        }

        throw Failed(
            last is OperationCanceledException or null
                ? $"No connection within {options.ConnectTimeout.TotalSeconds:0.###} seconds."
                : $"No connection: {last.Message}",
            inner: last
        );
    }

    // RFC 5321 section 4.1.4: our full name, or our address when the machine has none.
    string HelloName(Socket socket)
    {
        if (!string.IsNullOrEmpty(options.HelloName))
            return options.HelloName;
        var name = Dns.GetHostName();
        if (name.Contains('.', StringComparison.Ordinal) && WireAddress.IsDomain(name))
            return name;
        var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return $"[{address}]";
        address.ScopeId = 0;
        return $"[IPv6:{address}]";
    }

    MailException Failed(string problem, SmtpReply? reply = null, Exception? inner = null) =>
        new($"Mail server {options.Host}:{options.ServerPort}: {problem}", permanent: false, inner)
        {
            IsConnectionFailure = true,
            ReplyCode = reply?.Code,
            EnhancedCode = reply?.EnhancedCode,
        };
}
