using System.Text.Encodings.Web;
using System.Text.Unicode;
using Anteroom.Leads;
using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace Anteroom.Web.Workspace.Details;

/// <summary>
/// Notes as their writers meant them: CommonMark without HTML. Links lead to web, mail and phone addresses and to pages of ours, and to
/// nothing else; pictures become links, for nobody outside should learn who reads a note. <c>@maria</c> stands out when there is one.
/// </summary>
internal static class NoteMarkdown
{
    private const string NamesKey = "anteroom.names";
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly MarkdownPipeline Pipeline = Build();

    /// <summary>The HTML of a note.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="userNames">Who can be mentioned, by user name, whatever the case.</param>
    public static MarkupString ToHtml(string text, IReadOnlySet<string> userNames)
    {
        try
        {
            var context = new MarkdownParserContext();
            context.Properties[NamesKey] = userNames;
            var document = Markdown.Parse(text, Pipeline, context);
            Tame(document);
            using var writer = new StringWriter();
            var renderer = new HtmlRenderer(writer);
            Pipeline.Setup(renderer);
            renderer.Render(document);
            return new MarkupString(writer.ToString());
        }
        catch (ArgumentException)
        {
            // Nested deeper than anybody writes: shown as it was typed.
            return new MarkupString($"<p>{Encoder.Encode(text)}</p>");
        }
    }

    private static MarkdownPipeline Build()
    {
        var builder = new MarkdownPipelineBuilder().DisableHtml().UseSoftlineBreakAsHardlineBreak().UseAutoLinks();
        builder.InlineParsers.InsertBefore<LinkInlineParser>(new MentionParser());
        return builder.Build();
    }

    private static void Tame(MarkdownDocument document)
    {
        foreach (var heading in document.Descendants<HeadingBlock>())
            heading.Level = Math.Min(heading.Level + 3, 6); // below those of the page
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            link.IsImage = false;
            if (IsHarmless(link.Url))
                Mark(link);
            else
                Unlink(link);
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
            if (link.IsEmail || IsHarmless(link.Url))
                Mark(link);
            else
                link.ReplaceBy(new LiteralInline($"<{link.Url}>"));
    }

    private static void Mark(MarkdownObject link)
    {
        // Whoever is behind a link learns nothing of us.
        link.GetAttributes().AddPropertyIfNotExist("rel", "noopener noreferrer nofollow");
        link.GetAttributes().AddPropertyIfNotExist("target", "_blank");
    }

    /// <summary>What a link is called stays; where it leads does not.</summary>
    private static void Unlink(LinkInline link)
    {
        var words = new ContainerInline();
        link.ReplaceBy(words);
        link.MoveChildrenAfter(words);
    }

    /// <summary>An absolute address of a kind that runs nothing, or a path of ours.</summary>
    private static bool IsHarmless(string? url) =>
        url is { Length: > 0 }
        && !url.Any(char.IsControl)
        && (
            url[0] == '/'
                ? url.Length == 1 || url[1] is not ('/' or '\\')
                : Uri.TryCreate(url, UriKind.Absolute, out var address)
                    && address.Scheme is "https" or "http" or "mailto" or "tel"
        );

    /// <summary>A colleague's name in a note.</summary>
    private sealed class MentionParser : InlineParser
    {
        public MentionParser() => OpeningCharacters = ['@'];

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            var before = slice.PeekCharExtra(-1);
            if (
                char.IsLetterOrDigit(before)
                || before is '.' or '_' or '@' or '+' or '-'
                || processor.Context?.Properties.GetValueOrDefault(NamesKey) is not IReadOnlySet<string> names
            )
                return false;
            var end = slice.Start + 1;
            while (end <= slice.End && IsPartOfName(slice.Text[end]))
                end++;
            var written = slice.Text[(slice.Start + 1)..end];
            if (written.Length == 0 || Mentions.Candidates(written).FirstOrDefault(names.Contains) is not { } name)
                return false;

            var mention = new EmphasisInline { DelimiterChar = '*', DelimiterCount = 2 };
            mention.AppendChild(new LiteralInline("@" + name));
            mention.GetAttributes().AddClass("mention");
            processor.Inline = mention;
            mention.IsClosed = true;
            slice.Start += name.Length + 1;
            return true;
        }

        private static bool IsPartOfName(char character) =>
            char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '@' or '+' or '-';
    }
}
