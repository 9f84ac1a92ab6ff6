using System.Text;

namespace Anteroom.Mail;

/// <summary>Writes text beyond ASCII into headers (RFC 2047): as many encoded words as it takes, none of them ending inside a character.</summary>
static class EncodedWords
{
    /// <summary>RFC 2047 section 2: of a line with an encoded word in it; the word itself has at most 75 characters.</summary>
    public const int LongestLine = 76;

    const int LongestWord = 75;
    const string Start = "=?utf-8?q?";
    const int Frame = 12;
    const int LongestCharacter = 12;

    /// <summary>Appends the text at <paramref name="column"/>, folding where a line is full.</summary>
    /// <returns>The column after the last word.</returns>
    public static int Append(StringBuilder into, string text, int column)
    {
        var quoted = QuotedIsShorter(text);
        Span<byte> bytes = stackalloc byte[LongestWord];
        Span<byte> utf8 = stackalloc byte[4];
        var runes = text.EnumerateRunes();
        var more = runes.MoveNext();
        for (var first = true; more; first = false)
        {
            if (!first || column + Frame + LongestCharacter > LongestLine)
            {
                into.Append("\r\n ");
                column = 1;
            }

            var room = Math.Min(LongestWord, LongestLine - column) - Frame;
            var (count, cost) = (0, 0);
            while (more)
            {
                var length = runes.Current.EncodeToUtf8(utf8);
                var after = quoted ? cost + Cost(utf8[..length]) : (count + length + 2) / 3 * 4;
                if (after > room)
                    break;
                utf8[..length].CopyTo(bytes[count..]);
                (count, cost) = (count + length, after);
                more = runes.MoveNext();
            }

            AppendWord(into, bytes[..count], quoted);
            column += Frame + cost;
        }

        return column;
    }

    static void AppendWord(StringBuilder into, ReadOnlySpan<byte> bytes, bool quoted)
    {
        if (!quoted)
        {
            into.Append("=?utf-8?b?").Append(Convert.ToBase64String(bytes)).Append("?=");
            return;
        }

        into.Append(Start);
        foreach (var b in bytes)
        {
            if (b == ' ')
                into.Append('_');
            else if (IsPlain(b))
                into.Append((char)b);
            else
                into.Append('=').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        into.Append("?=");
    }

    static bool QuotedIsShorter(string text)
    {
        var plain = 0;
        foreach (var c in text)
            plain += c == ' ' || (c < 128 && IsPlain((byte)c)) ? 1 : 0;
        var bytes = Encoding.UTF8.GetByteCount(text);
        return plain + (bytes - plain) * 3 <= (bytes + 2) / 3 * 4;
    }

    static int Cost(ReadOnlySpan<byte> bytes)
    {
        var cost = 0;
        foreach (var b in bytes)
            cost += b == ' ' || IsPlain(b) ? 1 : 3;
        return cost;
    }

    // RFC 2047 section 5 (3): what may stand bare in a display name, and so everywhere.
    static bool IsPlain(byte b) =>
        char.IsAsciiLetterOrDigit((char)b) || b is (byte)'!' or (byte)'*' or (byte)'+' or (byte)'-' or (byte)'/';
}
