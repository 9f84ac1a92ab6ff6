using System.Net.Security;
using MailKit.Net.Smtp;
using MimeKit;

namespace Anteroom.Mail;

/// <summary>MailKit's client on a <see cref="GuardedLine"/>, with the hooks that MailKit leaves to subclasses.</summary>
internal sealed class GuardedClient : SmtpClient
{
    private readonly GuardedLine _line;

    public GuardedClient(GuardedLine line, MailOptions options)
        : base(line)
    {
        _line = line;
        CheckCertificateRevocation = false;
#pragma warning disable CA5359 // The operator asked for it, for this server only (Mail:VerifyCertificate).
        if (!options.VerifyCertificate)
            ServerCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
    }

    /// <summary>SMTPUTF8 and 8BITMIME, which it requires (RFC 6531 section 3.1).</summary>
    public bool OffersUtf8 => Capabilities.HasFlag(SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime);

    /// <summary>The server accepted the sender of the current message.</summary>
    public bool SenderAccepted { get; private set; }

    /// <summary>Sends one message to one recipient.</summary>
    public Task SendAsync(MimeMessage message, Envelope envelope, CancellationToken cancellation)
    {
        SenderAccepted = false;
        var format = envelope.NeedsUtf8 ? MimeWriter.InternationalFormat : MimeWriter.Format;
        return SendAsync(format, message, Box(envelope.From), [Box(envelope.To)], cancellation);

        static MailboxAddress Box(WireAddress address) => new(null, address.ToString());
    }

    /// <inheritdoc />
    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host,
        RemoteCertificateValidationCallback remoteCertificateValidationCallback
    )
    {
        _line.BeginTls();
        return base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
    }

    /// <summary>Does nothing: parts are already encoded, and a signed message must not change.</summary>
    protected override void Prepare(
        FormatOptions options,
        MimeMessage message,
        EncodingConstraint constraint,
        int maxLineLength
    ) { }

    /// <inheritdoc />
    protected override async Task<long> GetSizeAsync(
        FormatOptions options,
        MimeMessage message,
        CancellationToken cancellationToken
    )
    {
        var size = await base.GetSizeAsync(options, message, cancellationToken);
        return MaxSize == 0 || size <= MaxSize
            ? size
            : throw new MailException(
                $"The message has {size} bytes; the mail server takes {MaxSize} at the most.",
                permanent: true
            );
    }

    /// <inheritdoc />
    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        SenderAccepted = true;
}
