using System.Globalization;
using System.Text.RegularExpressions;
using Anteroom.Tests.App;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anteroom.Tests.Architecture;

/// <summary>Holds <c>docs/asvs.md</c> to what it says: every row is decided, and what it names is there.</summary>
public sealed partial class AsvsTests
{
    private static readonly string Root = NodeScript.RepositoryRoot();
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "asvs.md"));

    /// <summary>A line of a table: number, level, state, how, tests.</summary>
    private static readonly string[][] Rows =
    [
        .. Page.Split('\n')
            .Where(line => FirstCell.IsMatch(line))
            .Select(line => line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries)),
    ];

    [Fact]
    public void Every_number_of_levels_1_and_2_has_one_row_that_is_decided()
    {
        var standard = File.ReadLines(Path.Combine(Root, "tests", "Anteroom.Tests", "Architecture", "asvs-5.tsv"))
            .Where(line => line is not ['#', ..])
            .ToList();

        Assert.Equal(253, standard.Count);
        Assert.Equal(standard, Rows.Select(row => $"{row[0]}\tL{row[1]}"));
        Assert.All(
            Rows,
            row =>
            {
                Assert.True(row.Length == 5, $"{row[0]} has {row.Length} cells: a | in a text?");
                Assert.True(row[2] is "met" or "not applicable" or "open", $"{row[0]} is “{row[2]}”.");
                Assert.True(row[3].Length > 0, $"{row[0]} does not say how, why not, or what is missing.");
                Assert.True(
                    row[2] == "met" == (row[4].Length > 0),
                    $"{row[0]}: tests hold what is met, and nothing else."
                );
            }
        );
    }

    [Fact]
    public void The_sums_are_those_of_the_rows()
    {
        var sums = Sums.Match(Page);

        Assert.True(sums.Success, "The page begins with “253 rows: … met, … not applicable, … open”.");
        Assert.Equal(
            (int[])[Rows.Length, Count("met"), Count("not applicable"), Count("open")],
            sums.Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture))
        );

        static int Count(string state) => Rows.Count(row => row[2] == state);
    }

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var there = Directory
            .EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Built.IsMatch(file))
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes())
            .OfType<MethodDeclarationSyntax>()
            .Where(method => method.AttributeLists.SelectMany(list => list.Attributes).Any(IsTest))
            .Select(method => (Class: ((TypeDeclarationSyntax)method.Parent!).Identifier.Text, method.Identifier.Text))
            .SelectMany(test => (string[])[test.Class, $"{test.Class}.{test.Text}"])
            .ToHashSet(StringComparer.Ordinal);
        var named = Rows.SelectMany(row =>
            Quoted.Matches(row[4]).Select(test => (row[0], Name: test.Groups["test"].Value))
        );

        Assert.DoesNotContain(named, test => !there.Contains(test.Name));

        static bool IsTest(AttributeSyntax attribute) => attribute.Name.ToString() is "Fact" or "Theory";
    }

    [Fact]
    public void Every_heading_that_is_named_exists()
    {
        var headings = File.ReadLines(Path.Combine(Root, "docs", "security.md"))
            .Where(line => line.StartsWith('#'))
            .Select(line => NotOfAnchors.Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))
            .ToHashSet(StringComparer.Ordinal);
        var named = Anchor.Matches(Page).Select(link => link.Groups["heading"].Value).ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, anchor => !headings.Contains(anchor));
    }

    [GeneratedRegex(@"^\| \d+\.\d+\.\d+ \|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstCell { get; }

    [GeneratedRegex(
        @"(?<rows>\d+) rows: (?<met>\d+) met, (?<not>\d+) not applicable, (?<open>\d+) open\.",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Sums { get; }

    [GeneratedRegex("`(?<test>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted { get; }

    [GeneratedRegex(@"\]\(security\.md#(?<heading>[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Anchor { get; }

    [GeneratedRegex("[^a-z0-9 -]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotOfAnchors { get; }

    [GeneratedRegex(@"[/\\](bin|obj|node_modules|results)[/\\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Built { get; }
}
