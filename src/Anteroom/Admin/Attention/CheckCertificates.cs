using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Schedule;
using Anteroom.Work;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>
/// Looks at the certificates that people and mail depend on: that of the firm's own address, and that of the mail server where TLS is spoken from
/// the first byte. Two weeks before one ends there is an alarm.
/// </summary>
internal sealed class CheckCertificates(
    IOptions<FirmOptions> firm,
    IOptions<MailOptions> mail,
    Alarms alarms,
    TimeProvider time
)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(14);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const string Prefix = "certificate@";

    /// <summary>Looks at each.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        var words = new List<string>();
        if (Uri.TryCreate(firm.Value.PublicUrl, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps)
            words.Add(await LookAsync("public", url.DnsSafeHost, url.Port, AlarmAdvice.RenewPublic, cancellation));
        else
            await alarms.EndAsync($"{Prefix}public", cancellation);
        if (mail.Value is { Host: { Length: > 0 } host, Security: MailEncryption.Tls })
            words.Add(await LookAsync("mail", host, mail.Value.ServerPort, AlarmAdvice.RenewMail, cancellation));
        else
            await alarms.EndAsync($"{Prefix}mail", cancellation);
        return new JobReport(words.Count == 0 ? "There is no certificate to look at." : string.Join(' ', words));
    }

    private async Task<string> LookAsync(
        string name,
        string host,
        int port,
        string advice,
        CancellationToken cancellation
    )
    {
        DateTimeOffset end;
        try
        {
            end = await EndOfAsync(host, port, cancellation);
        }
        catch (Exception error)
            when (error is SocketException or IOException or AuthenticationException
                || (error is OperationCanceledException && !cancellation.IsCancellationRequested)
            )
        {
            // Many a firm's own address cannot be reached from inside.
            return $"{host} could not be asked for its certificate: {error.GetBaseException().Message}";
        }

        var day = AlarmTexts.Day(end);
        if (end - time.GetUtcNow() < Ahead)
            await alarms.RaiseAsync(
                $"{Prefix}{name}",
                AlarmTexts.In(
                    end <= time.GetUtcNow() ? AlarmTexts.CertificateEnded : AlarmTexts.CertificateEnds,
                    host,
                    day
                ),
                cancellation,
                advice,
                "/admin/schedule/certificates"
            );
        else
            await alarms.EndAsync($"{Prefix}{name}", cancellation);
        return $"The certificate of {host} is good until {day}.";
    }

    /// <summary>Whatever the certificate is worth otherwise: only its end is asked for, and nothing is sent.</summary>
    private static async Task<DateTimeOffset> EndOfAsync(string host, int port, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, limit.Token);
        DateTimeOffset? end = null;
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        end = certificate is X509Certificate2 one
                            ? new DateTimeOffset(one.NotAfter.ToUniversalTime(), TimeSpan.Zero)
                            : null;
                        return false; // seen; no more is wanted
                    },
                },
                limit.Token
            );
        }
        catch (AuthenticationException) when (end is not null) { }

        return end ?? throw new AuthenticationException("no certificate was shown");
    }
}
