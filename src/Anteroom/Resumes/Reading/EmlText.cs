using System.Text;
using MimeKit;
using MimeKit.Text;

namespace Anteroom.Resumes;

/// <summary>The text of an email: who wrote to whom about what, and what. Attachments are left out.</summary>
internal static class EmlText
{
    private const string Property = "__substg1.0_";

    // [MS-OXPROPS]: the subject, who sent it, to whom it was shown to go, the body; as UTF-16, or in Windows' encoding.
    private static readonly string[] Properties = ["0037", "0C1A", "0E04", "1000"];

    /// <summary>Adds the text of an email as it is sent (RFC 5322).</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static void Read(Stream file, BoundedText text)
    {
        try
        {
            using var mail = MimeMessage.Load(file);
            foreach (var line in (string?[])[mail.Subject, mail.From.ToString(), mail.To.ToString()])
            {
                text.Append(line ?? "");
                text.Line();
            }

            text.Append(mail.TextBody ?? Plain(mail.HtmlBody ?? ""));
        }
        catch (FormatException error)
        {
            throw new InvalidDataException("The email is damaged.", error);
        }
    }

    /// <summary>Adds the text of an email as Outlook saves it ([MS-OXMSG]).</summary>
    public static void ReadOutlook(Stream file, BoundedText text)
    {
        if (CompoundFile.Open(file) is not { } compound)
            return;
        foreach (var property in Properties)
        {
            var unicode = compound.Read($"{Property}{property}001F", ResumeText.MostBytes).Span;
            text.Append(
                unicode.IsEmpty
                    ? string.Concat(
                        compound
                            .Read($"{Property}{property}001E", ResumeText.MostBytes)
                            .ToArray()
                            .Select(Windows1252.Decode)
                    )
                    : Encoding.Unicode.GetString(unicode)
            );
            text.Line();
        }
    }

    // What a browser would show, near enough for a search.
    private static string Plain(string html)
    {
        var words = new StringBuilder();
        var tokens = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        while (tokens.ReadNextToken(out var token))
            if (token is HtmlDataToken data && token.Kind == HtmlTokenKind.Data)
                words.Append(data.Data);
            else if (
                token is HtmlTagToken
                {
                    Id: HtmlTagId.Br or HtmlTagId.P or HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI
                }
            )
                words.Append('\n');
        return words.ToString();
    }
}
