using System.Text.RegularExpressions;
using Anteroom.Tests.App;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anteroom.Tests.Web.Spanish;

/// <summary>What the source says to people: the keys in <c>T["…"]</c>, and every text that could be one.</summary>
internal static partial class SourceWords
{
    public static string Root { get; } = Path.Combine(NodeScript.RepositoryRoot(), "src", "Anteroom");

    /// <summary>Pages for prospects have a resource of their own, and their script brings its own texts.</summary>
    private static bool IsOfTheForm(string file) =>
        file.Contains($"{Path.DirectorySeparatorChar}Public{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static IReadOnlyList<(string Name, string Text)> Files { get; } =
    [
        .. Directory
            .EnumerateFiles(Root, "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .Where(file => !Path.GetRelativePath(Root, file).StartsWith("obj", StringComparison.Ordinal))
            .Where(file => !Path.GetRelativePath(Root, file).StartsWith("bin", StringComparison.Ordinal))
            .Select(file => (Path.GetRelativePath(Root, file), File.ReadAllText(file))),
    ];

    /// <summary>The keys that are looked up by their words, with the file that does.</summary>
    public static IEnumerable<(string Key, string File)> Keys() =>
        Files
            .Where(file => !IsOfTheForm(Path.DirectorySeparatorChar + file.Name))
            .SelectMany(file =>
                LookUp()
                    .Matches(file.Text)
                    .Where(found => !IsComment(file.Text, found.Index))
                    .SelectMany(found =>
                        KeysOf(SyntaxFactory.ParseExpression(file.Text, found.Index, consumeFullText: false))
                    )
                    .Select(key => (key, file.Name))
            );

    /// <summary>Sentences with elements that are not written out where they are used: they would be markup from somewhere else.</summary>
    public static IEnumerable<string> MarkupThatIsNotWrittenOut() =>
        from file in Files
        from found in LookUp().Matches(file.Text)
        where found.Value.StartsWith("T.Markup", StringComparison.Ordinal) && !IsComment(file.Text, found.Index)
        where !KeysOf(SyntaxFactory.ParseExpression(file.Text, found.Index, consumeFullText: false)).Any()
        select $"{file.Name}: {file.Text.AsSpan(found.Index, 40)}";

    /// <summary>All source as one text, and the composite formats of its interpolated strings: where a key that is looked up by a variable is.</summary>
    public static (string Text, IReadOnlySet<string> Formats) Everything()
    {
        var formats = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, text) in Files)
        foreach (Match found in Interpolated().Matches(text))
            if (
                SyntaxFactory.ParseExpression(text, found.Index, consumeFullText: false)
                is InterpolatedStringExpressionSyntax interpolated
            )
                formats.Add(FormatOf(interpolated));
        return (string.Join('\n', Files.Select(file => file.Text)), formats);
    }

    private static bool IsComment(string text, int at) =>
        text.AsSpan(0, at)[(text.LastIndexOf('\n', at) + 1)..].TrimStart().StartsWith("//", StringComparison.Ordinal);

    private static IEnumerable<string> KeysOf(ExpressionSyntax expression)
    {
        // T["…"].Trim() and T["…"] + x begin with the look-up.
        var lookUp = expression
            .DescendantNodesAndSelf()
            .FirstOrDefault(node =>
                node is ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "T" } }
                || node
                    is InvocationExpressionSyntax
                    {
                        Expression: MemberAccessExpressionSyntax
                        {
                            Expression: IdentifierNameSyntax { Identifier.Text: "T" },
                        },
                    }
            );
        var (arguments, many) = lookUp switch
        {
            ElementAccessExpressionSyntax access => (access.ArgumentList.Arguments, false),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } call => (
                call.ArgumentList.Arguments,
                member.Name.Identifier.Text == "Many"
            ),
            _ => (default, false),
        };
        return arguments.Skip(many ? 1 : 0).Take(many ? 2 : 1).SelectMany(argument => Texts(argument.Expression));
    }

    private static IEnumerable<string> Texts(ExpressionSyntax expression) =>
        expression switch
        {
            LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) =>
            [
                literal.Token.ValueText,
            ],
            BinaryExpressionSyntax sum
                when sum.IsKind(SyntaxKind.AddExpression)
                    && Texts(sum.Left).ToList() is [var left]
                    && Texts(sum.Right).ToList() is [var right] => [left + right],
            ConditionalExpressionSyntax either => Texts(either.WhenTrue).Concat(Texts(either.WhenFalse)),
            ParenthesizedExpressionSyntax inner => Texts(inner.Expression),
            SwitchExpressionSyntax choice => choice.Arms.SelectMany(arm => Texts(arm.Expression)),
            _ => [],
        };

    /// <summary>As <see cref="Sentence.Format"/> has it.</summary>
    private static string FormatOf(InterpolatedStringExpressionSyntax text)
    {
        var at = 0;
        return string.Concat(
            text.Contents.Select(part =>
                part is InterpolationSyntax hole ? $"{{{at++}{hole.FormatClause}}}"
                : part is InterpolatedStringTextSyntax words ? words.TextToken.ValueText
                : ""
            )
        );
    }

    [GeneratedRegex("""(?<![\w.<"'])T(\[|\.(Many|Markup|With)\()""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LookUp();

    [GeneratedRegex("""\$"(?!"")""", RegexOptions.None, 1000)]
    private static partial Regex Interpolated();
}
