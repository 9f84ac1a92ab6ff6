using System.Text.RegularExpressions;
using Anteroom.Tests.App;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anteroom.Tests.Web;

/// <summary>
/// The texts for people of the firm that stand in C#: what pages and rules say, found by reading the code. Values in a sentence are its
/// <c>{0}</c>, as <c>Sentences.Say</c> takes them.
/// </summary>
internal static partial class SaidByCode
{
    private static readonly string Source = Path.Combine(NodeScript.RepositoryRoot(), "src", "Anteroom");

    /// <summary>What speaks to programs, to prospects (they have a resource of their own) or to who runs the server.</summary>
    private static readonly Regex Elsewhere = Others();

    /// <summary>All of them, more than once where they are said more than once.</summary>
    public static IEnumerable<string> Texts() =>
        Directory
            .EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Source, file), Text: File.ReadAllText(file)))
            .Where(file => !Elsewhere.IsMatch(file.Path))
            .SelectMany(file => In(file.Text, isPage: file.Path.StartsWith("Web/", StringComparison.Ordinal)));

    private static IEnumerable<string> In(string code, bool isPage)
    {
        foreach (var node in CSharpSyntaxTree.ParseText(code).GetRoot().DescendantNodes())
        {
            var text = node switch
            {
                LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal
                    .Token
                    .ValueText,
                InterpolatedStringExpressionSyntax interpolated => Key(interpolated),
                _ => null,
            };
            if (text is null || node.Ancestors().Any(IsForDevelopers))
                continue;
            if (IsKey(node) || Sentence().IsMatch(text) || (isPage && Title().IsMatch(text)))
                yield return text;
        }
    }

    private static string Key(InterpolatedStringExpressionSyntax sentence)
    {
        var values = 0;
        return string.Concat(
            sentence.Contents.Select(part =>
                part is InterpolatedStringTextSyntax text ? text.TextToken.ValueText : $"{{{values++}}}"
            )
        );
    }

    /// <summary><c>t["…"]</c> and <c>words["…"]</c>.</summary>
    private static bool IsKey(SyntaxNode node) =>
        node is { Parent: ArgumentSyntax { Parent.Parent: ElementAccessExpressionSyntax access } argument }
        && access.ArgumentList.Arguments[0] == argument
        && access.Expression.ToString() is "t" or "T" or "words" or "_words";

    private static bool IsForDevelopers(SyntaxNode node) =>
        node is ThrowStatementSyntax or ThrowExpressionSyntax or AttributeSyntax;

    [GeneratedRegex(@"^[A-Z“{].* .*[.?!]$", RegexOptions.Singleline, 1000)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"^[A-Z][\w’']* [a-z{].*\w$", RegexOptions.None, 1000)]
    private static partial Regex Title();

    [GeneratedRegex(
        @"^(bin|obj|Api|Web/Public|Data|Postgres|Host|Live|Web/Live|Admin/(SampleData|Backup|Upkeep)|Mail/Smtp|Resumes)/|Options|Handler|Feature|Commands|/Jw|/AccessTokens|/DataFolder|(CommandLine|AllowedHosts|Outage|Greeting|MailOptionsCheck|JsonSubmissionReader|Base64JsonString|ChannelDelivery|SmtpTransport)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Others();
}
