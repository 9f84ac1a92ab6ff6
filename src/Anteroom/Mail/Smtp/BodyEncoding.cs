using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Anteroom.Mail;

/// <summary>
/// Writes bodies in quoted-printable or base64 (RFC 2045 sections 6.7 and 6.8), always: lines of at most 76 ASCII characters with CRLF,
/// which no server on the way has a reason to touch.
/// </summary>
static class BodyEncoding
{
    const int LongestLine = 76;
    const int BytesPerBase64Line = LongestLine / 4 * 3;

    /// <summary>The text as UTF-8 with CRLF line ends, and whether quoted-printable is the shorter (and readable) way to write it.</summary>
    public static byte[] Utf8(string text, out bool quotedPrintable)
    {
        // Not ReplaceLineEndings: it takes form feeds and Unicode's separators for line ends, which e-mail does not.
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

    /// <summary>Writes the bytes in lines of base64, the last without its CRLF.</summary>
    public static void Base64(ReadOnlySpan<byte> bytes, IBufferWriter<byte> into)
    {
        while (bytes.Length > BytesPerBase64Line)
        {
            Line(bytes[..BytesPerBase64Line], into);
            into.Write("\r\n"u8);
            bytes = bytes[BytesPerBase64Line..];
        }

        Line(bytes, into);

        static void Line(ReadOnlySpan<byte> bytes, IBufferWriter<byte> into)
        {
            System.Buffers.Text.Base64.EncodeToUtf8(bytes, into.GetSpan(LongestLine), out _, out var written);
            into.Advance(written);
        }
    }

    /// <summary>Writes CRLF text as quoted-printable; line breaks stay line breaks, everything else that could change on the way is encoded.</summary>
    public static void QuotedPrintable(ReadOnlySpan<byte> text, IBufferWriter<byte> into)
    {
        for (; ; )
        {
            var end = text.IndexOf("\r\n"u8);
            Line(end < 0 ? text : text[..end], into);
            if (end < 0)
                return;
            into.Write("\r\n"u8);
            text = text[(end + 2)..];
        }
    }

    static void Line(ReadOnlySpan<byte> line, IBufferWriter<byte> into)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var last = i == line.Length - 1;
            var plain = IsPlain(line[i], last);
            var width = plain ? 1 : 3;
            if (column + width > (last ? LongestLine : LongestLine - 1))
            {
                into.Write("=\r\n"u8);
                column = 0;
            }

            var span = into.GetSpan(3);
            if (plain)
            {
                span[0] = line[i];
            }
            else
            {
                span[0] = (byte)'=';
                Utf8Formatter.TryFormat(line[i], span[1..], out _, new StandardFormat('X', 2));
            }

            into.Advance(width);
            column += width;
        }
    }

    // A space or tab at the end of a line would be lost on the way (RFC 2045 section 6.7, rule 3).
    static bool IsPlain(byte b, bool last) =>
        b is >= 33 and <= 126 and not (byte)'=' || (b is (byte)' ' or (byte)'\t' && !last);
}
