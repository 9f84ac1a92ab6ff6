using System.Net;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Anteroom.Mail;

/// <summary>
/// Opens a connection to the mail server of <see cref="MailOptions"/> with MailKit: connecting, TLS, EHLO and sign-in as the settings
/// require. Anything less is an error, never a silent downgrade.
/// </summary>
/// <param name="options">The settings, the same for the whole connection.</param>
/// <param name="mime">Writes its messages.</param>
/// <param name="heard">Keeps what is said; null for nobody.</param>
internal sealed class SmtpDial(MailOptions options, MimeWriter mime, MailConversation? heard = null)
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    private readonly MailOptions _options = options;

    /// <exception cref="MailException">The server cannot be reached, or refuses us.</exception>
    public async Task<IMailConnection> ConnectAsync(CancellationToken cancellation)
    {
        var socket = await DialAsync(cancellation);
        var line = new GuardedLine(socket, _options, heard);
        GuardedClient? client = new(line, _options) { LocalDomain = HelloName(socket) };
        try
        {
            await client.ConnectAsync(line, _options.Host!, _options.ServerPort, Security, cancellation);
            if (client.IsSecure)
                heard?.Note($"Encrypted: {client.SslProtocol}");
            if (_options.SignsIn)
                await SignInAsync(client, cancellation);
            var farewell = _options.CommandTimeout < LongestFarewell ? _options.CommandTimeout : LongestFarewell;
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

    private SecureSocketOptions Security =>
        _options.Security switch
        {
            MailEncryption.Tls => SecureSocketOptions.SslOnConnect,
            MailEncryption.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };

    /// <summary>
    /// Signs in (RFC 4954) with the credentials of the settings by a method that the server offers. Failure is an error: no message goes out
    /// anonymously because sign-in failed.
    /// </summary>
    private async Task SignInAsync(GuardedClient client, CancellationToken cancellation)
    {
        if (_options.Security == MailEncryption.None && !_options.PasswordMayTravelInTheOpen)
            throw Failed("The password would travel unencrypted: set Mail:UseTls or Mail:UseSsl.");
        try
        {
            await client.AuthenticateAsync(Mechanism(client.AuthenticationMechanisms), cancellation);
        }
        catch (AuthenticationException e)
        {
            var reply = SmtpReply.OfSignIn(e.Message);
            throw Failed($"It refused the sign-in as {HeaderText.OneLine(_options.User)}: {reply}", reply, e);
        }
    }

    /// <summary>XOAUTH2 for a token; PLAIN (RFC 4616), else LOGIN, for a password.</summary>
    private SaslMechanism Mechanism(HashSet<string> offered)
    {
        if (!string.IsNullOrEmpty(_options.AccessToken))
            return Offers("XOAUTH2")
                ? new SaslMechanismOAuth2(_options.User!, _options.AccessToken)
                : throw NotOffered("XOAUTH2, which Mail:AccessToken needs");
        if (Offers("PLAIN"))
            return new SaslMechanismPlain(_options.User!, _options.Password ?? "");
        if (Offers("LOGIN"))
            return new SaslMechanismLogin(_options.User!, _options.Password ?? "");
        throw NotOffered("AUTH PLAIN or LOGIN, which Mail:User and Mail:Password need");

        bool Offers(string mechanism) => offered.Contains(mechanism, StringComparer.OrdinalIgnoreCase);

        MailException NotOffered(string what) =>
            Failed(
                $"It does not offer {what}; it offers {(offered.Count == 0 ? "no sign-in" : SmtpReply.Shown(string.Join(", ", offered.Order(StringComparer.Ordinal))))}. "
                    + "Nothing is sent without signing in while Mail:User is set."
            );
    }

    private async Task<Socket> DialAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.ConnectTimeout);
        Exception? last = null;
        try
        {
            heard?.Note($"Connecting to {_options.Host}, port {_options.ServerPort}");
            var addresses = await Dns.GetHostAddressesAsync(_options.Host!, limit.Token);
            foreach (var address in addresses)
            {
                // Each address gets a share of the time: one that swallows packets must not hide one that works.
                using var share = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
                share.CancelAfter(_options.ConnectTimeout / addresses.Length);
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, _options.ServerPort), share.Token);
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
                ? $"No connection within {_options.ConnectTimeout.TotalSeconds:0.###} seconds."
                : $"No connection: {last.Message}",
            inner: last
        );
    }

    // RFC 5321 section 4.1.4: our full name, or our IP address if there is none, which MailKit writes as a literal.
    private string HelloName(Socket socket)
    {
        if (!string.IsNullOrEmpty(_options.HelloName))
            return _options.HelloName;
        var name = Dns.GetHostName();
        if (name.Contains('.', StringComparison.Ordinal) && WireAddress.IsDomain(name))
            return name;
        var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            address.ScopeId = 0;
        return address.ToString();
    }

    // MailKit's messages about certificates are pages long; the cause says enough.
    private static string Problem(Exception error)
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

    private MailException Failed(string problem, SmtpReply? reply = null, Exception? inner = null) =>
        new($"Mail server {_options.Host}:{_options.ServerPort}: {problem}", permanent: false, inner)
        {
            IsConnectionFailure = true,
            ReplyCode = reply?.Code,
            EnhancedCode = reply?.EnhancedCode,
        };
}
