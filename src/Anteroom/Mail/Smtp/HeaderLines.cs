using System.Text;

namespace Anteroom.Mail;

/// <summary>Writes headers (RFC 5322 section 2.2) whose values cannot end them, folded at 78 characters where a space allows it.</summary>
sealed class HeaderLines(StringBuilder into)
{
    const int LongestLine = 78;

    // Names longer than this are quoted poorly by readers and cannot be folded; encoded words can.
    const int LongestQuotedName = 60;

    /// <summary>A header whose value we made ourselves; written as it stands.</summary>
    public void Raw(string name, string value) => into.Append(name).Append(": ").Append(value).Append("\r\n");

    /// <summary>Any text on one line; in encoded words if it is not ASCII, looks like one, or has a word too long for a line.</summary>
    public void Text(string name, string? value, int longestWord = LongestLine - 10)
    {
        var text = HeaderText.OneLine(value);
        into.Append(name).Append(": ");
        var column = name.Length + 2;
        if (MustBeEncoded(text) || LongestWordOf(text) > longestWord)
            EncodedWords.Append(into, text, column);
        else
            Fold(text, column);
        into.Append("\r\n");
    }

    /// <summary>One address with the name shown beside it; no name can add or change an address.</summary>
    public void Mailbox(string name, WireAddress address, string? displayName)
    {
        var shown = HeaderText.OneLine(displayName);
        into.Append(name).Append(": ");
        var column = name.Length + 2;
        if (shown.Length > 0)
        {
            var encoded = MustBeEncoded(shown) || shown.Length > LongestQuotedName;
            column = encoded ? EncodedWords.Append(into, shown, column) : Quoted(shown, column);
            var end = column + 3 + address.Local.Length + 1 + address.Domain.Length;
            var fits = end <= (encoded ? EncodedWords.LongestLine : LongestLine);
            into.Append(fits ? " " : "\r\n ");
        }

        into.Append('<').Append(address.Local).Append('@').Append(address.Domain).Append(">\r\n");
    }

    // RFC 5322 section 3.2.4. Quoted also when plain atoms would do: one way to be right.
    int Quoted(string shown, int column)
    {
        var before = into.Length;
        into.Append('"');
        foreach (var c in shown)
        {
            if (c is '"' or '\\')
                into.Append('\\');
            into.Append(c);
        }

        into.Append('"');
        return column + into.Length - before;
    }

    void Fold(string text, int column)
    {
        var first = true;
        foreach (var range in text.AsSpan().Split(' '))
        {
            var word = text.AsSpan()[range];
            if (!first && column + 1 + word.Length > LongestLine)
            {
                into.Append("\r\n");
                column = 0;
            }

            if (!first)
            {
                into.Append(' ');
                column++;
            }

            into.Append(word);
            column += word.Length;
            first = false;
        }
    }

    static bool MustBeEncoded(string text) => !Ascii.IsValid(text) || text.Contains("=?", StringComparison.Ordinal);

    static int LongestWordOf(string text)
    {
        var longest = 0;
        foreach (var range in text.AsSpan().Split(' '))
            longest = Math.Max(longest, range.End.Value - range.Start.Value);
        return longest;
    }
}
