using System.Collections.Concurrent;
using HandlebarsDotNet;

namespace Anteroom.Mail;

/// <summary>A subject with both bodies.</summary>
public sealed record MailText(string Subject, string Text, string Html);

/// <summary>
/// The texts of e-mails, Handlebars files in <c>Mail/Templates/</c>: <c>confirmation.txt</c> (its first line is the subject)
/// and <c>confirmation.html</c> (the inside of <c>layout.html</c>). Values are escaped in HTML and left alone in text.
/// </summary>
public sealed class MailTemplates
{
    private readonly IHandlebars _html = Handlebars.Create(
        new HandlebarsConfiguration { TextEncoder = new HtmlEncoder() }
    );
    private readonly IHandlebars _text = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });
    private readonly ConcurrentDictionary<EmailKind, Compiled> _compiled = new();

    private sealed record Compiled(
        HandlebarsTemplate<object, object> Subject,
        HandlebarsTemplate<object, object> Text,
        HandlebarsTemplate<object, object> Html
    );

    /// <summary>Fills in the template of <paramref name="kind"/>.</summary>
    public MailText Render(EmailKind kind, IReadOnlyDictionary<string, object?> values)
    {
        var template = _compiled.GetOrAdd(kind, Compile);
        // A name with a line break cannot reach here, but a subject is one line whatever happens.
        var subject = template.Subject(values).ReplaceLineEndings(" ").Trim();
        return new MailText(subject, template.Text(values).Trim() + "\n", template.Html(values));
    }

    private Compiled Compile(EmailKind kind)
    {
        var text = Read($"{kind.ToWire()}.txt");
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var html = Read("layout.html").Replace("{{> body}}", Read($"{kind.ToWire()}.html"), StringComparison.Ordinal);
        return new Compiled(_text.Compile(text[..end]), _text.Compile(text[end..]), _html.Compile(html));
    }

    private static string Read(string file)
    {
        using var stream =
            typeof(MailTemplates).Assembly.GetManifestResourceStream($"templates/{file}")
            ?? throw new InvalidOperationException($"There is no e-mail template {file}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The framework's encoder in place of Handlebars' own, which leaves the apostrophe alone.</summary>
    private sealed class HtmlEncoder : ITextEncoder
    {
        private static readonly System.Text.Encodings.Web.HtmlEncoder Encoder =
            System.Text.Encodings.Web.HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);

        public void Encode(System.Text.StringBuilder? text, TextWriter target)
        {
            Encode(text?.ToString(), target);
        }

        public void Encode(string? text, TextWriter target) => Encoder.Encode(target, text ?? "");

        public void Encode<T>(T? text, TextWriter target)
            where T : IEnumerator<char>
        {
            var characters = new System.Text.StringBuilder();
            while (text?.MoveNext() == true)
                characters.Append(text.Current);
            Encode(characters, target);
        }
    }
}
