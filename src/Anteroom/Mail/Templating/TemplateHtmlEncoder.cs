using System.Text;
using System.Text.Unicode;
using HandlebarsDotNet;

namespace Anteroom.Mail;

/// <summary>The framework's encoder in place of Handlebars' own, which leaves the apostrophe alone.</summary>
internal sealed class TemplateHtmlEncoder : ITextEncoder
{
    private static readonly System.Text.Encodings.Web.HtmlEncoder Encoder =
        System.Text.Encodings.Web.HtmlEncoder.Create(UnicodeRanges.All);

    public void Encode(StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

    public void Encode(string? text, TextWriter target) => Encoder.Encode(target, text ?? "");

    public void Encode<T>(T? text, TextWriter target)
        where T : IEnumerator<char>
    {
        var characters = new StringBuilder();
        while (text?.MoveNext() == true)
            characters.Append(text.Current);
        Encode(characters, target);
    }
}
