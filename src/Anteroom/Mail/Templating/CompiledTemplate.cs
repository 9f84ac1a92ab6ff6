using HandlebarsDotNet;

namespace Anteroom.Mail;

/// <summary>A template ready to be filled in. Values are escaped in HTML and left alone in text.</summary>
internal sealed class CompiledTemplate
{
    private static readonly IHandlebars Html = Handlebars.Create(
        new HandlebarsConfiguration { TextEncoder = new TemplateHtmlEncoder() }
    );
    private static readonly IHandlebars Text = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });

    private readonly HandlebarsTemplate<object, object> _subject;
    private readonly HandlebarsTemplate<object, object> _text;
    private readonly HandlebarsTemplate<object, object> _footer;
    private readonly HandlebarsTemplate<object, object> _html;

    /// <summary>Compiles a template into the layout that all emails share.</summary>
    /// <exception cref="HandlebarsException">The source is wrong.</exception>
    public CompiledTemplate(TemplateSource source, Language language)
    {
        _subject = Text.Compile(source.Subject);
        _text = Text.Compile(source.Text);
        _footer = Text.Compile(BuiltInTemplates.TextFooter(language));
        _html = Html.Compile(BuiltInTemplates.HtmlLayout(source.Html, language));
    }

    /// <summary>Fills it in.</summary>
    /// <exception cref="InvalidOperationException">With these values the subject or the text is empty.</exception>
    public MailText Render(IReadOnlyDictionary<string, object?> values)
    {
        // Names cannot contain line breaks, but a subject must be one line no matter what.
        var subject = _subject(values).ReplaceLineEndings(" ").Trim();
        var text = _text(values).Trim();
        if (subject.Length == 0 || text.Length == 0)
            throw new InvalidOperationException(
                $"With these values the {(subject.Length == 0 ? "subject" : "text part")} is empty."
            );
        return new MailText(subject, $"{text}\n{_footer(values)}", _html(values));
    }

    /// <summary>Whether a part is empty with these values.</summary>
    public bool IsEmpty(TemplatePart part, IReadOnlyDictionary<string, object?> values) =>
        string.IsNullOrWhiteSpace((part == TemplatePart.Subject ? _subject : _text)(values));
}
