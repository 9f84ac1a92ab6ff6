using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.Utils;

namespace Anteroom.Mail;

/// <summary>
/// Writes a message as Internet mail with MimeKit: headers, then a plain and an HTML part as alternatives, signed if the firm has a DKIM
/// key. The same message always gives the same bytes.
/// </summary>
internal sealed class MimeWriter(DkimSignature? signature = null)
{
    private const int LongestBareWord = 900;
    private const int LongestHeaderName = 70;
    private const int LongestMessageId = 250;

    // MimeKit's encoder overshoots its limit by two; RFC 2045 (section 6.7) sets it at 76.
    private const int LongestLineOfText = 74;

    // Lines with encoded words end at 76 (RFC 2047, section 2); an address does not count the name of its header.
    private static readonly FormatOptions TextLines = new() { NewLineFormat = NewLineFormat.Dos, MaxLineLength = 76 };
    private static readonly FormatOptions AddressLines = new()
    {
        NewLineFormat = NewLineFormat.Dos,
        MaxLineLength = 64,
    };

    private static readonly FrozenSet<string> Ours = FrozenSet.Create(
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
            "DKIM-Signature",
        ]
    );

    // Domains stay in punycode: for Unicode ones, MailKit would ask for SMTPUTF8 needlessly.
    static MimeWriter() => MailboxAddress.IdnMapping = new AsIs();

    /// <summary>RFC 5322, ending with a line break.</summary>
    public static FormatOptions Format { get; } = new() { NewLineFormat = NewLineFormat.Dos, EnsureNewLine = true };

    /// <summary>The same for a non-ASCII address: makes MailKit use SMTPUTF8.</summary>
    public static FormatOptions InternationalFormat { get; } =
        new()
        {
            NewLineFormat = NewLineFormat.Dos,
            EnsureNewLine = true,
            International = true,
        };

    /// <summary>Writes a message. Non-ASCII addresses are allowed, so the result may need SMTPUTF8.</summary>
    /// <exception cref="MailException">Permanent: sender or recipient cannot be mailed.</exception>
    public ReadOnlyMemory<byte> Write(MailMessage message)
    {
        using var mime = Compose(message, Envelope.Of(message, utf8: true));
        using var bytes = new MemoryStream(8 * 1024);
        mime.WriteTo(Format, bytes);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Makes the message that MailKit sends.</summary>
    public MimeMessage Compose(MailMessage message, in Envelope envelope)
    {
        var messageId = MessageId(message.MessageId);
        var mime = new MimeMessage(Headers(message, envelope, messageId))
        {
            Body = new MultipartAlternative(Part("plain", message.Text), Part("html", message.Html))
            {
                Boundary = Boundary(messageId),
            },
        };
        // MailKit would rewrite headers for SMTPUTF8 needlessly; it leaves raw ones alone.
        if (envelope.NeedsUtf8)
        {
            foreach (var header in mime.Headers)
                header.SetRawValue(header.RawValue);
        }

        signature?.Sign(mime, message.Date);
        return mime;
    }

    private static IEnumerable<Header> Headers(MailMessage message, Envelope envelope, string messageId)
    {
        yield return new Header(HeaderId.Date, DateUtils.FormatDate(message.Date));
        yield return Address("From", envelope.From, message.From.Name);
        yield return Address("To", envelope.To, message.To.Name);
        if (envelope.ReplyTo is { } replyTo)
            yield return Address("Reply-To", replyTo, message.ReplyTo!.Name);
        yield return Text("Subject", EncodedWords.Of(message.Subject));
        yield return new Header("Message-ID", $"<{messageId}>");
        foreach (var (name, value) in message.Headers)
        {
            // Skips headers that we write ourselves, and names that are not valid.
            if (
                IsHeaderName(name)
                && !Ours.Contains(name)
                && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            )
                yield return Text(
                    name,
                    IsList(name) ? EncodedWords.Of(value, LongestBareWord) : EncodedWords.Of(value)
                );
        }

        yield return new Header("MIME-Version", "1.0");
    }

    // Their URLs (RFC 2369) may be long: no mail program would find one in encoded words.
    private static bool IsList(string name) => name.StartsWith("List-", StringComparison.OrdinalIgnoreCase);

    private static Header Text(string field, string text)
    {
        var header = new Header(field, "");
        header.SetValue(TextLines, Encoding.UTF8, text);
        return header;
    }

    private static Header Address(string field, WireAddress address, string? name)
    {
        var header = new Header(field, "");
        var text = new MailboxAddress(EncodedWords.Of(name), address.ToString()).ToString(AddressLines, encode: true);
        header.SetRawValue(Encoding.UTF8.GetBytes($" {text}\r\n"));
        return header;
    }

    /// <summary>A part in quoted-printable or base64: ASCII lines that no relay has a reason to touch.</summary>
    private static TextPart Part(string subtype, string text)
    {
        var bytes = Utf8(text, out var quotedPrintable);
        IMimeEncoder encoder = quotedPrintable ? new QuotedPrintableEncoder(LongestLineOfText) : new Base64Encoder();
        var encoded = new byte[encoder.EstimateOutputLength(bytes.Length)];
        var length = encoder.Flush(bytes, 0, bytes.Length, encoded);
        // Encoded once, here: it is written up to three times, for its size, its signature and the server.
        var part = new TextPart(subtype)
        {
            ContentTransferEncoding = encoder.Encoding,
            Content = new MimeContent(new MemoryStream(encoded, 0, length, writable: false), encoder.Encoding),
        };
        part.ContentType.Charset = "utf-8";
        return part;
    }

    /// <summary>The text as UTF-8 with CRLF line ends, and whether quoted-printable is shorter than base64.</summary>
    private static byte[] Utf8(string text, out bool quotedPrintable)
    {
        // Not ReplaceLineEndings: it also replaces form feeds and Unicode separators, which are not line ends in email.
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace('\r', '\n')
            .Replace("\n", "\r\n", StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(lines);
        var plain = 0;
        foreach (var b in bytes)
            plain += b is >= 32 and <= 126 and not (byte)'=' or (byte)'\r' or (byte)'\n' or (byte)'\t' ? 1 : 0;
        quotedPrintable = plain + (bytes.Length - plain) * 3L <= bytes.Length * 4L / 3;
        return bytes;
    }

    /// <summary>A Message-ID that needs no quoting (RFC 5322 section 3.6.4), the same for the same input.</summary>
    private static string MessageId(string? id)
    {
        id ??= "";
        var at = id.IndexOf('@', StringComparison.Ordinal);
        var good =
            id.Length <= LongestMessageId && IsDotAtom(id.AsSpan(0, Math.Max(at, 0))) && IsDotAtom(id.AsSpan(at + 1));
        return good ? id : $"{Digest(id, 16)}@anteroom.invalid";
    }

    private static bool IsDotAtom(ReadOnlySpan<char> text)
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

    // "=_" occurs in neither base64 nor quoted-printable, so no body can contain the boundary (RFC 2045 section 6.7).
    private static string Boundary(string messageId) => $"=_{Digest(messageId, 12)}";

    private static string Digest(string text, int length) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, length));

    private static bool IsHeaderName(string name) =>
        name.Length is > 0 and <= LongestHeaderName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private sealed class AsIs : IPunycode
    {
        public string Encode(string unicode) => unicode;

        public string Encode(string unicode, int index) => unicode[index..];

        public string Encode(string unicode, int index, int count) => unicode.Substring(index, count);

        public string Decode(string ascii) => ascii;

        public string Decode(string ascii, int index) => ascii[index..];

        public string Decode(string ascii, int index, int count) => ascii.Substring(index, count);
    }
}
