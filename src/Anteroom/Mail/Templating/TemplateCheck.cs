using HandlebarsDotNet;

namespace Anteroom.Mail;

/// <summary>The three parts of a template; their wire names are the names of the form's fields.</summary>
public enum TemplatePart
{
    /// <summary>The subject.</summary>
    Subject,

    /// <summary>The plain part.</summary>
    Text,

    /// <summary>The HTML part.</summary>
    Html,
}

/// <summary>What is wrong with a template.</summary>
/// <param name="Part">Where.</param>
/// <param name="Line">The line, from 1; null when it is about the whole part.</param>
/// <param name="Sentence">What is wrong and how to fix it.</param>
public sealed record TemplateProblem(TemplatePart Part, int? Line, Sentence Sentence)
{
    /// <summary>With the line in front.</summary>
    public override string ToString() => ToSentence().ToString();

    /// <summary>With the line in front, for a page to say it in its language.</summary>
    public Sentence ToSentence() =>
        Line is { } line && Part != TemplatePart.Subject ? (Sentence)$"Line {line}: {Sentence}" : Sentence;
}

/// <summary>
/// Decides whether a template can be sent. One that passes uses only known fields, works with all values and without the optional ones,
/// and lets no prospect's value into the HTML part unescaped.
/// </summary>
public static class TemplateCheck
{
    /// <summary>Characters of a subject's source, at most.</summary>
    public const int LongestSubject = 300;

    /// <summary>Characters of a plain part's source, at most.</summary>
    public const int LongestText = 20_000;

    /// <summary>Characters of an HTML part's source, at most; many mail programs truncate longer ones.</summary>
    public const int LongestHtml = 90_000;

    private static readonly string[] NotInside = ["html", "head", "body"];

    /// <summary>Everything that is wrong; empty when nothing is.</summary>
    public static IReadOnlyList<TemplateProblem> Check(TemplateSource source, MailKindFacts facts) =>
        Check(source, facts, out _);

    /// <summary>Everything that is wrong; when nothing is, <paramref name="compiled"/> is ready to be used.</summary>
    internal static IReadOnlyList<TemplateProblem> Check(
        TemplateSource source,
        MailKindFacts facts,
        out CompiledTemplate? compiled
    )
    {
        compiled = null;
        var problems = new List<TemplateProblem>();
        Shape(source, problems);
        var fields = facts.Examples();
        TemplateSyntax.Check(TemplatePart.Subject, source.Subject, fields, problems);
        TemplateSyntax.Check(TemplatePart.Text, source.Text, fields, problems);
        TemplateSyntax.Check(TemplatePart.Html, source.Html, fields, problems);
        if (problems.Count > 0)
            return problems;

        try
        {
            compiled = new CompiledTemplate(source, facts.Language, isTheFirms: true);
            compiled.Render(fields);
            foreach (var values in (IReadOnlyDictionary<string, object?>[])[fields, facts.SparseExamples()])
                Unfit(compiled.RenderInside(values), source.Html, problems);
            foreach (var (part, field) in EmptyWithout(compiled, facts))
                problems.Add(new(part, null, $"This is empty when {field} is missing. Put words beside it."));
        }
        catch (Exception error) when (error is HandlebarsException or InvalidOperationException)
        {
            problems.Add(new(TemplatePart.Text, null, $"This template cannot be filled in: {error.Message}"));
        }

        if (problems.Count > 0)
            compiled = null;
        return problems;
    }

    private static IEnumerable<(TemplatePart Part, string Field)> EmptyWithout(
        CompiledTemplate compiled,
        MailKindFacts facts
    )
    {
        var sparse = facts.SparseExamples();
        var missing = string.Join(
            " or ",
            facts.Fields.Where(field => field is { Optional: true, Example: string }).Select(field => field.Name)
        );
        if (compiled.IsEmpty(TemplatePart.Subject, sparse))
            yield return (TemplatePart.Subject, missing);
        if (compiled.IsEmpty(TemplatePart.Text, sparse))
            yield return (TemplatePart.Text, missing);
    }

    private static void Shape(TemplateSource source, List<TemplateProblem> problems)
    {
        Characters(TemplatePart.Subject, source.Subject, LongestSubject);
        Characters(TemplatePart.Text, source.Text, LongestText);
        Characters(TemplatePart.Html, source.Html, LongestHtml);
        if (source.Subject.Length == 0)
            problems.Add(new(TemplatePart.Subject, null, "Please write a subject."));
        if (source.Subject.Contains('\n', StringComparison.Ordinal))
            problems.Add(new(TemplatePart.Subject, null, "A subject is one line. Please remove the line break."));
        if (source.Text.Length == 0)
            problems.Add(
                new(
                    TemplatePart.Text,
                    null,
                    source.Html.Length == 0
                        ? "Please write the text."
                        : "There is HTML but no text. Please write the text, too: some people read nothing else."
                )
            );
        if (source.Html.Length == 0)
            problems.Add(new(TemplatePart.Html, null, "Please write the HTML part, too: most people read that one."));
        foreach (var tag in NotInside)
            if (LineOf(source.Html, tag) is { } line)
                problems.Add(new(TemplatePart.Html, line, NotUsable($"<{tag}>")));

        void Characters(TemplatePart part, string text, int longest)
        {
            if (!FreeText.TryParse(text, "text", longest, out _, out var problem))
                problems.Add(new(part, null, problem));
        }
    }

    /// <summary>What may not be in an email, in what comes out of the template: pieces of it can make up a tag.</summary>
    private static void Unfit(string html, string source, List<TemplateProblem> problems)
    {
        foreach (var taken in TemplateHtml.Unfit(html))
        {
            var at = source.IndexOf(taken.Source, StringComparison.OrdinalIgnoreCase);
            var problem = new TemplateProblem(
                TemplatePart.Html,
                at < 0 ? null : 1 + source.AsSpan(0, at).Count('\n'),
                NotUsable(taken.Words)
            );
            if (!problems.Exists(other => other.Part == problem.Part && other.ToString() == problem.ToString()))
                problems.Add(problem);
        }
    }

    private static Sentence NotUsable(Sentence what) =>
        what.ToString()[0] == '<'
            ? (Sentence)
                $"{what} cannot be used. The page around this part is there already, and no mail reader runs scripts or forms."
            : $"{what} cannot be used. Emails have text, tables, styles, links, and pictures from an https address.";

    private static int? LineOf(string html, string tag)
    {
        for (var at = 0; (at = html.IndexOf("<" + tag, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + 1 + tag.Length;
            if (end == html.Length || !char.IsAsciiLetterOrDigit(html[end]) && html[end] != '-')
                return 1 + html.AsSpan(0, at).Count('\n');
        }

        return null;
    }
}
