using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Anteroom.Mail;

/// <summary>Makes the HTML part of a plain-text email: paragraphs, line breaks and links, nothing else.</summary>
public static class PlainTextHtml
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The HTML source; merge fields stay and are escaped when filled in.</summary>
    public static string Of(string text)
    {
        var html = new StringBuilder();
        var paragraphs = text.ReplaceLineEndings("\n")
            .Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var paragraph in paragraphs)
            html.Append("<p style=\"margin:0 0 16px\">")
                .AppendJoin("<br>\n", paragraph.Split('\n').Select(Line))
                .Append("</p>\n");
        return html.ToString().TrimEnd();
    }

    private static string Line(string line)
    {
        var html = new StringBuilder();
        var at = 0;
        while (line.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var start)
        {
            var end = line.IndexOf("}}", start, StringComparison.Ordinal);
            if (end < 0)
                break;
            html.Append(Words(line[at..start])).Append(line, start, end + 2 - start);
            at = end + 2;
        }

        return html.Append(Words(line[at..])).ToString();
    }

    private static string Words(string text) => string.Join(' ', text.Split(' ').Select(Word));

    private static string Word(string word)
    {
        var safe = Encoder.Encode(word);
        return Uri.TryCreate(word, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            ? $"<a href=\"{safe}\">{safe}</a>"
            : safe;
    }
}
