using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// Knows a PDF by its header (ISO 32000-1, section 7.5.2) and refuses one that is a web page as well, or that opens only with a password.
/// </summary>
internal static class PdfDocument
{
    /// <summary>Readers find the header anywhere in the first 1,024 bytes (annex H.3, note 13).</summary>
    private const int HeaderWithin = 1024;

    /// <summary>A header with a version, perhaps after the few bytes of a printer language or a broken mail program.</summary>
    public static bool Is(ReadOnlySpan<byte> head)
    {
        var at = Header(head);
        return at >= 0 && at + 5 < head.Length && char.IsAsciiDigit((char)head[at + 5]);
    }

    /// <summary>Decides about a file that <see cref="Is"/> a PDF.</summary>
    public static ResumeInspection Inspect(Stream file, ReadOnlySpan<byte> head)
    {
        // A polyglot has its markup before or after the header; in a PDF of its own it stands in strings and streams only.
        var at = Header(head);
        if (head[..at].Contains((byte)'<') || PlainText.MentionsMarkup(OutsideStrings(head[at..])))
            return ResumeInspection.Refuse("This looks like a web page, not a document.");
        return PdfPassword.IsNeeded(file) ? ResumeInspection.NeedsPassword : ResumeInspection.Is(ResumeType.Pdf);
    }

    private static int Header(ReadOnlySpan<byte> head) =>
        head[..Math.Min(head.Length, HeaderWithin)].IndexOf("%PDF-"u8);

    /// <summary>The head without what stands in brackets (section 7.3.4.2), up to its first stream.</summary>
    private static string OutsideStrings(ReadOnlySpan<byte> head)
    {
        var outside = new StringBuilder();
        var depth = 0;
        for (var i = 0; i < head.Length; i++)
        {
            var one = (char)head[i];
            if (depth > 0 && one == '\\')
                i++;
            else if (one == '(')
                depth++;
            else if (one == ')' && depth > 0)
                depth--;
            else if (depth == 0 && head[i..].StartsWith("stream"u8))
                break;
            else if (depth == 0)
                outside.Append(one);
        }

        return outside.ToString();
    }
}
