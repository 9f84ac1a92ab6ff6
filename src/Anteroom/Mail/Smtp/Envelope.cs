namespace Anteroom.Mail;

/// <summary>A message's addresses in wire format.</summary>
/// <param name="From">Envelope sender and <c>From</c>.</param>
/// <param name="To">The one recipient.</param>
/// <param name="ReplyTo">Null when there is none, or the server cannot handle it.</param>
internal readonly record struct Envelope(WireAddress From, WireAddress To, WireAddress? ReplyTo)
{
    /// <summary>Headers contain UTF-8, so the message needs SMTPUTF8.</summary>
    public bool NeedsUtf8 => From.NeedsUtf8 || To.NeedsUtf8 || ReplyTo is { NeedsUtf8: true };

    /// <summary>Takes the addresses of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="utf8">
    /// Whether the server offers SMTPUTF8. If not, a Reply-To that needs it is dropped: the firm's notification about such a prospect must
    /// arrive anyway, and its text has the address.
    /// </param>
    /// <exception cref="MailException">Permanent: sender or recipient cannot be mailed, or not through this server.</exception>
    public static Envelope Of(MailMessage message, bool utf8)
    {
        var (from, to) = (Address(message.From, "sender"), Address(message.To, "recipient"));
        WireAddress? replyTo =
            message.ReplyTo is { } box
            && WireAddress.TryParse(box.Address, out var address)
            && (utf8 || !address.NeedsUtf8)
                ? address
                : null;
        var envelope = new Envelope(from, to, replyTo);
        if (envelope.NeedsUtf8 && !utf8)
        {
            var culprit = HeaderText.OneLine((to.NeedsUtf8 ? message.To : message.From).Address);
            throw new MailException(
                $"The address {culprit} has letters beyond ASCII before the @, and the mail server does not offer SMTPUTF8 (RFC 6531) to carry them.",
                permanent: true
            );
        }

        return envelope;
    }

    private static WireAddress Address(Mailbox box, string role) =>
        WireAddress.TryParse(box.Address, out var address)
            ? address
            : throw new MailException(
                $"The {role}'s address '{HeaderText.OneLine(box.Address)}' cannot be mailed.",
                permanent: true
            );
}
