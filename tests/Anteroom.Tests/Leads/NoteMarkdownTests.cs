using AngleSharp.Html.Parser;
using Anteroom.Web.Workspace.Details;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Leads;

/// <summary>Whatever stands in a note, its HTML holds only what notes need.</summary>
public sealed class NoteMarkdownTests
{
    private static readonly HashSet<string> Elements = new(
        ["P", "BR", "STRONG", "EM", "CODE", "PRE", "UL", "OL", "LI", "A", "BLOCKQUOTE", "HR", "H4", "H5", "H6"],
        StringComparer.Ordinal
    );

    private static readonly HashSet<string> Names = new(["maria", "ruth.b"], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Pieces =
    [
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<b>",
        "](",
        "[",
        "]",
        "(",
        ")",
        "javascript:",
        "JaVaScRiPt:",
        "data:text/html,",
        "vbscript:",
        "https://x.y/",
        "//evil",
        "mailto:a@b.c",
        "\"",
        "'",
        "`",
        "```",
        "\n",
        "\n\n",
        "* ",
        "1. ",
        "> ",
        "#",
        "**",
        "_",
        "![",
        "<",
        ">",
        "&",
        "&#106;",
        "&Tab;",
        "\t",
        "    ",
        "@maria",
        "@ruth.b.",
        "@",
        "\\",
        "{.x onclick=y}",
        "[a]: javascript:x",
        "[a]",
        "---",
        "<!--",
        "-->",
        "<?",
        "]]>",
        "é😀",
        "\u0001",
        "onclick=",
    ];

    [Fact]
    public void Only_what_notes_need_comes_out()
    {
        var notes = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();
        Prop.ForAll(
                notes,
                note =>
                    Problem(note) is not { } problem ? true : throw new InvalidOperationException($"{problem}\n{note}")
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(60));
    }

    private static string? Problem(string note)
    {
        var html = NoteMarkdown.ToHtml(note, Names).Value;
        var body = new HtmlParser().ParseDocument($"<div id=note>{html}</div>");
        var all = body.GetElementById("note")!.QuerySelectorAll("*");
        if (body.Body!.Children.Length != 1 || body.Head!.Children.Length != 0)
            return $"It leaves its place: {html}";
        foreach (var element in all)
        {
            if (!Elements.Contains(element.TagName))
                return $"<{element.TagName}> in {html}";
            foreach (var attribute in element.Attributes)
                if (
                    !(
                        (element.TagName, attribute.Name) switch
                        {
                            ("A", "href") => attribute.Value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                                || attribute.Value.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                                || attribute.Value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
                                || attribute.Value.StartsWith("tel:", StringComparison.OrdinalIgnoreCase)
                                || (
                                    attribute.Value.StartsWith('/')
                                    && !attribute.Value.StartsWith("//", StringComparison.Ordinal)
                                ),
                            ("A", "rel" or "target" or "title") => true,
                            ("STRONG", "class") => attribute.Value == "mention",
                            ("CODE", "class") => attribute.Value.StartsWith("language-", StringComparison.Ordinal),
                            ("OL", "start" or "type") or ("UL", "type") => true,
                            _ => false,
                        }
                    )
                )
                    return $"{attribute.Name} of <{element.TagName}> in {html}";
        }

        return null;
    }
}
