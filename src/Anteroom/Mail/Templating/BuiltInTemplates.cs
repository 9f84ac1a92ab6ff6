using System.Collections.Concurrent;

namespace Anteroom.Mail.Templating;

/// <summary>
/// The texts that come with the product, Handlebars files in <c>Mail/Templates/</c>: <c>confirmation.txt</c> (its first line is the
/// subject) and <c>confirmation.html</c>; and what is around every text, which is not for changing.
/// </summary>
public static class BuiltInTemplates
{
    private static readonly ConcurrentDictionary<string, string> Files = new(StringComparer.Ordinal);

    /// <summary>The text of a kind.</summary>
    public static TemplateSource Of(EmailKind kind)
    {
        var text = Read($"{kind.ToWire()}.txt");
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return TemplateSource.Clean(text[..end], text[end..], Read($"{kind.ToWire()}.html"));
    }

    /// <summary>The HTML part around its inside.</summary>
    internal static string HtmlLayout(string inside) =>
        Read("layout.html").Replace("{{> body}}", inside, StringComparison.Ordinal);

    /// <summary>What stands under every plain part.</summary>
    internal static string TextFooter => Read("footer.txt");

    private static string Read(string file) =>
        Files.GetOrAdd(
            file,
            static name =>
            {
                using var stream =
                    typeof(BuiltInTemplates).Assembly.GetManifestResourceStream($"templates/{name}")
                    ?? throw new InvalidOperationException($"There is no e-mail template {name}.");
                using var reader = new StreamReader(stream);
                return reader.ReadToEnd().ReplaceLineEndings("\n");
            }
        );
}
