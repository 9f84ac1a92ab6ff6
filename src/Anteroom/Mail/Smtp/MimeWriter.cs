using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Anteroom.Mail;

/// <summary>
/// Writes a message as Internet mail (RFC 5322, 2045–2047, 6532): headers, then a plain part and an HTML part as alternatives. The same
/// message always gives the same bytes. One for each line: it keeps its buffers; not for use by two threads at once.
/// </summary>
public sealed class MimeWriter
{
    // RFC 5322 section 2.1.1 ends lines at 998; a header that cannot be folded must fit with its name.
    const int LongestBareWord = 900;
    const int LongestHeaderName = 70;
    const int LongestMessageId = 250;

    static readonly FrozenSet<string> Ours = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            "Date",
            "Message-ID",
            "From",
            "Sender",
            "To",
            "Cc",
            "Bcc",
            "Reply-To",
            "Subject",
            "MIME-Version",
            "Return-Path",
            "Received",
        ]
    );

    readonly StringBuilder headers = new(1024);
    readonly ArrayBufferWriter<byte> bytes = new(8192);

    /// <summary>Writes a message. Addresses beyond ASCII are allowed, so the result may need SMTPUTF8.</summary>
    /// <returns>The bytes, valid until the next call.</returns>
    /// <exception cref="MailException">Permanent: sender or recipient cannot be mailed.</exception>
    public ReadOnlyMemory<byte> Write(MailMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Write(message, Envelope.Of(message, utf8: true));
    }

    internal ReadOnlyMemory<byte> Write(MailMessage message, in Envelope envelope)
    {
        headers.Clear();
        bytes.ResetWrittenCount();
        var messageId = MessageId(message.MessageId);
        var boundary = Boundary(messageId);
        WriteHeaders(message, envelope, messageId, boundary);
        Part(boundary, "text/plain", message.Text);
        Part(boundary, "text/html", message.Html);
        headers.Append("\r\n--").Append(boundary).Append("--\r\n");
        FlushHeaders();
        return bytes.WrittenMemory;
    }

    void WriteHeaders(MailMessage message, in Envelope envelope, string messageId, string boundary)
    {
        var lines = new HeaderLines(headers);
        lines.Raw(
            "Date",
            message.Date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)
                + Zone(message.Date.Offset)
        );
        lines.Mailbox("From", envelope.From, message.From.Name);
        lines.Mailbox("To", envelope.To, message.To.Name);
        if (envelope.ReplyTo is { } replyTo)
            lines.Mailbox("Reply-To", replyTo, message.ReplyTo!.Name);
        lines.Text("Subject", message.Subject);
        lines.Raw("Message-ID", $"<{messageId}>");
        foreach (var (name, value) in message.Headers)
        {
            // What we write ourselves is not written twice, whatever a caller adds; a name that is none is not a header.
            if (
                IsHeaderName(name)
                && !Ours.Contains(name)
                && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            )
                lines.Text(name, value, LongestBareWord);
        }

        lines.Raw("MIME-Version", "1.0");
        lines.Raw("Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
    }

    void Part(string boundary, string type, string text)
    {
        var body = BodyEncoding.Utf8(text, out var quotedPrintable);
        headers
            .Append("\r\n--")
            .Append(boundary)
            .Append("\r\nContent-Type: ")
            .Append(type)
            .Append("; charset=utf-8\r\n");
        headers
            .Append("Content-Transfer-Encoding: ")
            .Append(quotedPrintable ? "quoted-printable" : "base64")
            .Append("\r\n\r\n");
        FlushHeaders();
        if (quotedPrintable)
            BodyEncoding.QuotedPrintable(body, bytes);
        else
            BodyEncoding.Base64(body, bytes);
    }

    void FlushHeaders()
    {
        foreach (var chunk in headers.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, bytes);
        headers.Clear();
    }

    /// <summary>A Message-ID that needs no quoting (RFC 5322 section 3.6.4), the same for the same input.</summary>
    internal static string MessageId(string? id)
    {
        id ??= "";
        var at = id.IndexOf('@', StringComparison.Ordinal);
        var good =
            id.Length <= LongestMessageId && IsDotAtom(id.AsSpan(0, Math.Max(at, 0))) && IsDotAtom(id.AsSpan(at + 1));
        return good ? id : $"{Digest(id, 16)}@anteroom.invalid";
    }

    static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        var before = '.';
        foreach (var c in text)
        {
            if (
                c == '.'
                    ? before == '.'
                    : !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal)
            )
                return false;
            before = c;
        }

        return before != '.';
    }

    // "=_" occurs neither in base64 nor in quoted-printable, so no body can hold the boundary (RFC 2045 section 6.7).
    static string Boundary(string messageId) => $"=_{Digest(messageId, 12)}";

    static string Digest(string text, int length) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, length));

    static string Zone(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hhmm}");

    static bool IsHeaderName(string name) =>
        name.Length is > 0 and <= LongestHeaderName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
