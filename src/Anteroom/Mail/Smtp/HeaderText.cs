using System.Globalization;
using System.Text;

namespace Anteroom.Mail;

/// <summary>Makes any text safe for a header.</summary>
internal static class HeaderText
{
    /// <summary>
    /// The text on one line: control characters and line separators become spaces, runs of spaces collapse, ends are trimmed, and lone
    /// surrogates become U+FFFD. No such text can end a header.
    /// </summary>
    public static string OneLine(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (IsOneLine(text))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsBreak(rune))
                line.Append(rune);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }

        return line.ToString().TrimEnd(' ');
    }

    private static bool IsOneLine(string text)
    {
        var before = ' ';
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' || (c == ' ' && before == ' '))
                return false;
            before = c;
        }

        return before != ' ';
    }

    private static bool IsBreak(Rune rune) =>
        rune.Value == ' '
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
