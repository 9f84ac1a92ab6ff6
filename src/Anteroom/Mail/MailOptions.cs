using System.Net;

namespace Anteroom.Mail;

/// <summary>How the way to the mail server is kept private.</summary>
public enum MailEncryption
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>STARTTLS (RFC 3207), required: a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,
}

/// <summary>How mail is sent. Section <c>Mail</c>; checked by <see cref="MailOptionsCheck"/> at start.</summary>
public sealed class MailOptions
{
    /// <summary>The mail server's name or IP address; null or empty puts messages into <see cref="PickupFolder"/> instead.</summary>
    public string? Host { get; set; }

    /// <summary>As the page of settings has it; null goes by <see cref="UseTls"/> and <see cref="UseSsl"/>.</summary>
    public MailEncryption? Encryption { get; set; }

    /// <summary>Why the saved settings cannot be used, so that mail waits; null when they can. Nobody sets it outside.</summary>
    public string? Unusable { get; set; }

    /// <summary>The server's port; null means 465 with <see cref="UseSsl"/>, else 25. Submission with STARTTLS is usually 587.</summary>
    public int? Port { get; set; }

    /// <summary>Requires STARTTLS (RFC 3207): a server that does not offer it gets nothing. Not together with <see cref="UseSsl"/>.</summary>
    public bool UseTls { get; set; }

    /// <summary>TLS from the first byte (RFC 8314), usually on port 465.</summary>
    public bool UseSsl { get; set; }

    /// <summary>The name to sign in with; null or empty sends without signing in.</summary>
    public string? User { get; set; }

    /// <summary>The password for AUTH PLAIN or LOGIN. A secret: never in errors or logs.</summary>
    public string? Password { get; set; }

    /// <summary>An OAuth 2 access token for AUTH XOAUTH2, instead of <see cref="Password"/>. A secret as well.</summary>
    public string? AccessToken { get; set; }

    /// <summary>
    /// Allows sending a password without TLS to another machine, where anybody on the way could read it. Only for a server in a private
    /// network, such as a container next to this one.
    /// </summary>
    public bool AllowPlainTextPassword { get; set; }

    /// <summary>The sender: an address, or <c>Name &lt;address&gt;</c>. See <see cref="Sender"/>.</summary>
    public string From { get; set; } = "Anteroom <anteroom@localhost>";

    /// <summary>Signs messages.</summary>
    public DkimOptions Dkim { get; set; } = new();

    /// <summary>False accepts any certificate, on connections to this server only. For tests and self-signed servers.</summary>
    public bool VerifyCertificate { get; set; } = true;

    /// <summary>How we greet the server (EHLO); null means this machine's full name, or its IP address when it has none.</summary>
    public string? HelloName { get; set; }

    /// <summary>The longest wait for a TCP connection, and again for the TLS handshake.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The longest wait for one whole reply. RFC 5321 section 4.5.3.2 speaks of minutes; shorter here so that a message's
    /// steps fit into <see cref="DeliveryPace.Patience"/>.
    /// </summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Where messages go as <c>.eml</c> files when there is no <see cref="Host"/>; made when it is missing.</summary>
    public string PickupFolder { get; set; } = Path.Combine("data", "mail");

    /// <summary>Tries before an email is given up.</summary>
    public int MaxAttempts { get; set; } = 10;

    /// <summary>The delay after the first failed try; it doubles with each one after that.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest delay between two tries.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Connections to the mail server that one process keeps open, at most.</summary>
    public int Connections { get; set; } = 4;

    /// <summary>How often to check the outbox for what a poke missed.</summary>
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a claim of emails lasts that is not renewed: a worker renews its own, one that is frozen does not.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bulk emails per minute, at most, across all mailings and nodes.</summary>
    public int BulkPerMinute { get; set; } = 10;

    /// <summary>False: messages go into the pickup folder.</summary>
    public bool HasServer => !string.IsNullOrWhiteSpace(Host);

    /// <summary>The port in effect, see <see cref="Port"/>.</summary>
    public int ServerPort => Port ?? (Security == MailEncryption.Tls ? 465 : 25);

    /// <summary>The encryption in effect.</summary>
    public MailEncryption Security =>
        Encryption
        ?? (
            UseSsl ? MailEncryption.Tls
            : UseTls ? MailEncryption.StartTls
            : MailEncryption.None
        );

    /// <summary><see cref="From"/>, taken apart.</summary>
    /// <exception cref="FormatException">It holds no address that can be mailed from; <see cref="MailOptionsCheck"/> says so at start.</exception>
    public Mailbox Sender =>
        SenderText.TryParse(From, out var sender)
            ? sender
            : throw new FormatException($"Mail:From '{From}' is neither an address nor 'Name <address>'.");

    /// <summary>The right side of Message-IDs: the sender's domain.</summary>
    public string Domain => Sender.Address[(Sender.Address.LastIndexOf('@') + 1)..];

    /// <summary>The same with less patience.</summary>
    internal MailOptions WithPatience(TimeSpan forConnecting, TimeSpan forAnAnswer)
    {
        var impatient = (MailOptions)MemberwiseClone();
        impatient.ConnectTimeout = ConnectTimeout < forConnecting ? ConnectTimeout : forConnecting;
        impatient.CommandTimeout = CommandTimeout < forAnAnswer ? CommandTimeout : forAnAnswer;
        return impatient;
    }

    internal bool SignsIn => !string.IsNullOrEmpty(User);

    internal bool PasswordMayTravelInTheOpen => AllowPlainTextPassword || IsThisMachine(Host);

    private static bool IsThisMachine(string? host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
