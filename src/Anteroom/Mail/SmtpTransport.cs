using System.Net;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>
/// Sends through the mail server of <see cref="MailOptions"/> with MailKit. Opening a connection means connecting, TLS, EHLO and sign-in
/// as the settings require. Anything less is an error, never a silent downgrade.
/// </summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options) : IMailTransport
{
    static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    readonly MailOptions options = options.Value;
    readonly MimeWriter mime = new(DkimSignature.Of(options.Value));

    /// <inheritdoc />
    public async Task<IMailConnection> ConnectAsync(CancellationToken cancellation)
    {
        var socket = await DialAsync(cancellation);
        var line = new GuardedLine(socket, options);
        GuardedClient? client = new(line, options) { LocalDomain = HelloName(socket) };
        try
        {
            await client.ConnectAsync(line, options.Host!, options.ServerPort, Security, cancellation);
            if (options.SignsIn)
                await SignInAsync(client, cancellation);
            var farewell = options.CommandTimeout < LongestFarewell ? options.CommandTimeout : LongestFarewell;
            var connection = new SmtpConnection(client, line, mime, farewell);
            client = null;
            return connection;
        }
        catch (SmtpCommandException e)
        {
            var reply = new SmtpReply((int)e.StatusCode, e.Message);
            throw Failed($"It does not take mail now: {reply}", reply, e);
        }
        catch (NotSupportedException e)
        {
            throw Failed(
                "It does not offer STARTTLS, which Mail:UseTls demands; nothing is sent unencrypted.",
                inner: e
            );
        }
        catch (Exception e) when (e is not MailException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Failed(Problem(e), inner: e);
        }
        finally
        {
            client?.Dispose();
            if (client is not null)
                await line.DisposeAsync();
        }
    }

    SecureSocketOptions Security =>
        options.UseSsl ? SecureSocketOptions.SslOnConnect
        : options.UseTls ? SecureSocketOptions.StartTls
        : SecureSocketOptions.None;

    /// <summary>
    /// Signs in (RFC 4954) with the credentials of the settings by a method that the server offers. Failure is an error: no message goes out
    /// anonymously because sign-in failed.
    /// </summary>
    async Task SignInAsync(GuardedClient client, CancellationToken cancellation)
    {
        if (!options.UseTls && !options.UseSsl && !options.PasswordMayTravelInTheOpen)
            throw Failed("The password would travel unencrypted: set Mail:UseTls or Mail:UseSsl.");
        try
        {
            await client.AuthenticateAsync(Mechanism(client.AuthenticationMechanisms), cancellation);
        }
        catch (AuthenticationException e)
        {
            var reply = SmtpReply.OfSignIn(e.Message);
            throw Failed($"It refused the sign-in as {HeaderText.OneLine(options.User)}: {reply}", reply, e);
        }
    }

    /// <summary>XOAUTH2 for a token; PLAIN (RFC 4616), else LOGIN, for a password.</summary>
    SaslMechanism Mechanism(HashSet<string> offered)
    {
        if (!string.IsNullOrEmpty(options.AccessToken))
            return Offers("XOAUTH2")
                ? new SaslMechanismOAuth2(options.User!, options.AccessToken)
                : throw NotOffered("XOAUTH2, which Mail:AccessToken needs");
        if (Offers("PLAIN"))
            return new SaslMechanismPlain(options.User!, options.Password ?? "");
        if (Offers("LOGIN"))
            return new SaslMechanismLogin(options.User!, options.Password ?? "");
        throw NotOffered("AUTH PLAIN or LOGIN, which Mail:User and Mail:Password need");

        bool Offers(string mechanism) => offered.Contains(mechanism, StringComparer.OrdinalIgnoreCase);

        MailException NotOffered(string what) =>
            Failed(
                $"It does not offer {what}; it offers {(offered.Count == 0 ? "no sign-in" : SmtpReply.Shown(string.Join(", ", offered.Order(StringComparer.Ordinal))))}. "
                    + "Nothing is sent without signing in while Mail:User is set."
            );
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
                // Each address gets a share of the time: one that swallows packets must not hide one that works.
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

    // RFC 5321 section 4.1.4: our full name, or our IP address if there is none, which MailKit writes as a literal.
    string HelloName(Socket socket)
    {
        if (!string.IsNullOrEmpty(options.HelloName))
            return options.HelloName;
        var name = Dns.GetHostName();
        if (name.Contains('.', StringComparison.Ordinal) && WireAddress.IsDomain(name))
            return name;
        var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            address.ScopeId = 0;
        return address.ToString();
    }

    // MailKit's messages about certificates are pages long; the cause says enough.
    static string Problem(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is BrokenLineException)
                return e.Message;
        }

        return error is SslHandshakeException
            ? $"Its TLS or certificate was not accepted: {SmtpReply.Shown((error.InnerException ?? error).Message)} "
                + "(Mail:VerifyCertificate=false accepts any certificate of this server.)"
            : SmtpReply.Shown(error.Message);
    }

    MailException Failed(string problem, SmtpReply? reply = null, Exception? inner = null) =>
        new($"Mail server {options.Host}:{options.ServerPort}: {problem}", permanent: false, inner)
        {
            IsConnectionFailure = true,
            ReplyCode = reply?.Code,
            EnhancedCode = reply?.EnhancedCode,
        };
}
