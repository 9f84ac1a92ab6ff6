using System.Collections.Concurrent;

namespace Anteroom.Mail;

/// <summary>
/// The texts that come with the product, Handlebars files in <c>Mail/Templates/</c>: <c>confirmation.txt</c> (its first line is the
/// subject) and <c>confirmation.html</c>, in Spanish <c>confirmation.es.txt</c>; and the layout around every text, which cannot be changed.
/// </summary>
public static class BuiltInTemplates
{
    private static readonly ConcurrentDictionary<string, string> Files = new(StringComparer.Ordinal);

    /// <summary>Whether there is a text of a kind in its language.</summary>
    public static bool Has(MailKindFacts facts) =>
        typeof(BuiltInTemplates).Assembly.GetManifestResourceInfo($"templates/{facts.Name}.txt") is not null;

    /// <summary>The text of a kind in its language.</summary>
    public static TemplateSource Of(MailKindFacts facts)
    {
        var text = Read($"{facts.Name}.txt");
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return TemplateSource.Clean(text[..end], text[end..], Read($"{facts.Name}.html"));
    }

    /// <summary>The HTML part around its inside.</summary>
    internal static string HtmlLayout(string inside, Language language) =>
        Read("layout.html")
            .Replace("{{> body}}", inside, StringComparison.Ordinal)
            .Replace("{{> footer}}", Read($"footer{Suffix(language)}.html"), StringComparison.Ordinal)
            .Replace("{{> language}}", language.ToWire(), StringComparison.Ordinal);

    /// <summary>What stands under every plain part.</summary>
    internal static string TextFooter(Language language) => Read($"footer{Suffix(language)}.txt");

    private static string Suffix(Language language) => language == Language.En ? "" : "." + language.ToWire();

    private static string Read(string file) =>
        Files.GetOrAdd(
            file,
            static name =>
            {
                using var stream =
                    typeof(BuiltInTemplates).Assembly.GetManifestResourceStream($"templates/{name}")
                    ?? throw new InvalidOperationException($"There is no email template {name}.");
                using var reader = new StreamReader(stream);
                return reader.ReadToEnd().ReplaceLineEndings("\n");
            }
        );
}
