using System.Collections.Concurrent;
using Ganss.Xss;

namespace Anteroom.Mail;

/// <summary>
/// What HTML of the firm's own may be in an email (<see href="../../docs/decisions/0036-sanitized-templates.md"/>): text, tables, styles,
/// links, and pictures by https. A list of what is allowed, read from the parsed document: everything else goes.
/// </summary>
internal static class TemplateHtml
{
    private static readonly string[] Tags =
    [
        .. "a abbr address article b blockquote br caption center code col colgroup dd del div dl dt em figcaption figure font".Split(
            ' '
        ),
        .. "footer h1 h2 h3 h4 h5 h6 header hr i img ins li main nav ol p pre q s section small span strong style sub sup".Split(
            ' '
        ),
        .. "table tbody td tfoot th thead tr u ul".Split(' '),
    ];

    private static readonly string[] Attributes =
    [
        .. "align alt aria-hidden aria-label background bgcolor border cellpadding cellspacing class color colspan dir face".Split(
            ' '
        ),
        .. "height href hspace id lang media name nowrap rel role rowspan scope size src start style target title valign vspace width".Split(
            ' '
        ),
    ];

    // Each is used by one thread at a time: it reports through events.
    private static readonly ConcurrentBag<HtmlSanitizer> Idle = [];

    /// <summary>The HTML with nothing in it but what is allowed.</summary>
    public static string Clean(string html) => Run(html, new HtmlSanitizerEvents());

    /// <summary>What <see cref="Clean"/> would take away, in the words of the source: <c>&lt;script&gt;</c>, <c>onclick</c>.</summary>
    public static IReadOnlyList<TakenAway> Unfit(string html)
    {
        var events = new HtmlSanitizerEvents();
        Run(html, events);
        return events.Taken;
    }

    private static string Run(string html, HtmlSanitizerEvents events)
    {
        var sanitizer = Idle.TryTake(out var idle) ? idle : New();
        events.Hear(sanitizer);
        try
        {
            return sanitizer.Sanitize(html);
        }
        finally
        {
            events.Leave(sanitizer);
            Idle.Add(sanitizer);
        }
    }

    private static HtmlSanitizer New()
    {
        var sanitizer = new HtmlSanitizer { AllowDataAttributes = false };
        Replace(sanitizer.AllowedTags, Tags);
        Replace(sanitizer.AllowedAttributes, Attributes);
        Replace(sanitizer.UriAttributes, ["href", "src", "background"]);
        Replace(sanitizer.AllowedSchemes, ["http", "https", "mailto", "tel"]);
        sanitizer.AllowedCssProperties.Add("color-scheme");
        sanitizer.AllowedAtRules.Add(AngleSharp.Css.Dom.CssRuleType.Media);
        sanitizer.FilterUrl += (_, url) =>
        {
            // A link may go anywhere that links go; what a reader's program fetches by itself comes by https.
            if (
                url.SanitizedUrl is { } address
                && url.Tag.NodeName != "A"
                && !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            )
                url.SanitizedUrl = null;
        };
        return sanitizer;
    }

    private static void Replace(ISet<string> allowed, string[] names)
    {
        allowed.Clear();
        allowed.UnionWith(names);
    }

    /// <summary>Something that may not be in an email.</summary>
    /// <param name="Words">How it is called.</param>
    /// <param name="Source">What it looks like in the source, to find its line.</param>
    public sealed record TakenAway(Sentence Words, string Source);

    private sealed class HtmlSanitizerEvents
    {
        public List<TakenAway> Taken { get; } = [];

        public void Hear(HtmlSanitizer sanitizer)
        {
            sanitizer.RemovingTag += Tag;
            sanitizer.RemovingAttribute += Attribute;
            sanitizer.RemovingStyle += Style;
            sanitizer.RemovingAtRule += Rule;
            sanitizer.RemovingComment += Comment;
        }

        public void Leave(HtmlSanitizer sanitizer)
        {
            sanitizer.RemovingTag -= Tag;
            sanitizer.RemovingAttribute -= Attribute;
            sanitizer.RemovingStyle -= Style;
            sanitizer.RemovingAtRule -= Rule;
            sanitizer.RemovingComment -= Comment;
        }

        private void Tag(object? sender, RemovingTagEventArgs removing)
        {
            var name = removing.Tag.LocalName;
            Taken.Add(new($"<{name}>", $"<{name}"));
        }

        private void Attribute(object? sender, RemovingAttributeEventArgs removing) =>
            Taken.Add(
                new(
                    removing.Reason == RemoveReason.NotAllowedUrlValue
                        ? (Sentence)$"The address in {removing.Attribute.Name} of <{removing.Tag.LocalName}>"
                        : $"{removing.Attribute.Name} of <{removing.Tag.LocalName}>",
                    removing.Attribute.Name
                )
            );

        private void Style(object? sender, RemovingStyleEventArgs removing) =>
            Taken.Add(new($"The style {removing.Style.Name}", removing.Style.Name));

        private void Rule(object? sender, RemovingAtRuleEventArgs removing) => Taken.Add(new("That @-rule", "@"));

        private void Comment(object? sender, RemovingCommentEventArgs removing) => Taken.Add(new("<!-- -->", "<!--"));
    }
}
