using System.Text.RegularExpressions;
using HandlebarsDotNet;

namespace Anteroom.Mail;

/// <summary>A template ready to be filled in. Values are escaped in HTML and left alone in text.</summary>
internal sealed partial class CompiledTemplate
{
    private static readonly IHandlebars Html = Handlebars.Create(
        new HandlebarsConfiguration { TextEncoder = new TemplateHtmlEncoder() }
    );
    private static readonly IHandlebars Text = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true });

    private readonly HandlebarsTemplate<object, object> _subject;
    private readonly HandlebarsTemplate<object, object> _text;
    private readonly HandlebarsTemplate<object, object> _footer;
    private readonly HandlebarsTemplate<object, object> _inside;
    private readonly HandlebarsTemplate<object, object> _layout;
    private readonly bool _isTheFirms;

    /// <summary>Where the inside goes in the layout; no value can hold it.</summary>
    private const string Inside = "\u0001";

    /// <summary>Compiles a template into the layout that all emails share.</summary>
    /// <param name="source">The template.</param>
    /// <param name="language">Of the layout.</param>
    /// <param name="isTheFirms">Its HTML is not ours: what comes out is cut to what emails may have.</param>
    /// <exception cref="HandlebarsException">The source is wrong.</exception>
    public CompiledTemplate(TemplateSource source, Language language, bool isTheFirms = false)
    {
        _isTheFirms = isTheFirms;
        _subject = Text.Compile(ForOneName(source.Subject));
        _text = Text.Compile(ForOneName(source.Text));
        _footer = Text.Compile(BuiltInTemplates.TextFooter(language));
        _inside = Html.Compile(ForOneName(source.Html));
        _layout = Html.Compile(BuiltInTemplates.HtmlLayout(Inside, language));
    }

    /// <summary>
    /// People with one name have no last name. What parts it from the first one goes as well, whoever wrote the template: "Dear Teller,".
    /// </summary>
    private static string ForOneName(string source) =>
        LastNameFirst()
            .Replace(
                LastNameLast().Replace(source, "{{#if last_name}}${gap}{{last_name}}{{/if}}"),
                "{{#if last_name}}{{last_name}}${gap}{{/if}}"
            );

    [GeneratedRegex(@"(?<gap>[ \u00A0]|&nbsp;)\{\{ ?last_name ?\}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LastNameLast();

    [GeneratedRegex(@"\{\{ ?last_name ?\}\}(?<gap>,? )(?=\{\{ ?first_name ?\}\})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LastNameFirst();

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
        var inside = _inside(values);
        if (_isTheFirms)
            inside = TemplateHtml.Clean(inside);
        return new MailText(
            subject,
            $"{text}\n{_footer(values)}",
            _layout(values).Replace(Inside, inside, StringComparison.Ordinal)
        );
    }

    /// <summary>The HTML that the template itself makes, as it is.</summary>
    public string RenderInside(IReadOnlyDictionary<string, object?> values) => _inside(values);

    /// <summary>Whether a part is empty with these values.</summary>
    public bool IsEmpty(TemplatePart part, IReadOnlyDictionary<string, object?> values) =>
        string.IsNullOrWhiteSpace((part == TemplatePart.Subject ? _subject : _text)(values));
}
