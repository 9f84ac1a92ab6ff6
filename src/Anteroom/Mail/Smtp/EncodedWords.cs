using System.Text;

namespace Anteroom.Mail;

/// <summary>
/// Header text that MimeKit leaves as is. MimeKit 4.18 writes encoded words of up to 130 characters, though RFC 2047 allows 75, and passes
/// through text that looks like one, so that a name of <c>=?utf-8?q?…?=</c> would be displayed as a different name.
/// </summary>
internal static class EncodedWords
{
    private const int LongestWord = 60;
    private const int LongestBytes = (LongestWord - 12) / 4 * 3;

    /// <summary>The text on one line; in encoded words if it is not ASCII, looks like one, or has a word too long to fold.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="longestBareWord">In characters; longer words are encoded, because lines end at 998 (RFC 5322, section 2.1.1).</param>
    public static string Of(string? text, int longestBareWord = LongestWord)
    {
        var line = HeaderText.OneLine(text);
        return MayStandBare(line, longestBareWord) ? line : Encode(line);
    }

    private static bool MayStandBare(string line, int longestBareWord)
    {
        if (!Ascii.IsValid(line) || line.Contains("=?", StringComparison.Ordinal))
            return false;
        foreach (var word in line.AsSpan().Split(' '))
        {
            if (word.End.Value - word.Start.Value > longestBareWord)
                return false;
        }

        return true;
    }

    private static string Encode(string line)
    {
        var words = new StringBuilder();
        Span<byte> bytes = stackalloc byte[LongestBytes];
        var count = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            // A word must not end inside a character (RFC 2047, section 5).
            if (count + rune.Utf8SequenceLength > LongestBytes)
                Add(bytes[..count]);
            count += rune.EncodeToUtf8(bytes[count..]);
        }

        Add(bytes[..count]);
        return words.ToString();

        void Add(ReadOnlySpan<byte> word)
        {
            words
                .Append(words.Length == 0 ? "" : " ")
                .Append("=?utf-8?b?")
                .Append(Convert.ToBase64String(word))
                .Append("?=");
            count = 0;
        }
    }
}
