using System.Text.RegularExpressions;

namespace Anteroom.Leads;

/// <summary>Finds mentions like <c>@maria</c> in a note.</summary>
internal static partial class Mentions
{
    /// <summary>The most users that one note can notify.</summary>
    public const int Most = 20;

    private static readonly char[] Ends = ['.', '-', '_', '@', '+'];

    /// <summary>
    /// The names that may be meant, in upper case, as user names are compared; with and without a trailing period, which may end the
    /// sentence.
    /// </summary>
    public static IReadOnlyList<string> In(string text) =>
        [
            .. Mention()
                .Matches(text)
                .Select(match => match.Groups["name"].Value)
                .SelectMany(Candidates)
                .Select(name => name.ToUpperInvariant())
                .Distinct(StringComparer.Ordinal)
                .Take(Most * 2),
        ];

    /// <summary>What may be the name in <paramref name="written"/>, the longest first.</summary>
    public static IEnumerable<string> Candidates(string written)
    {
        yield return written;
        var trimmed = written.TrimEnd(Ends);
        if (trimmed.Length > 0 && trimmed.Length < written.Length)
            yield return trimmed;
    }

    // Not after a letter: ada@example.com mentions nobody.
    [GeneratedRegex(
        @"(?<![\p{L}\p{Nd}._@+\-])@(?<name>[A-Za-z0-9][A-Za-z0-9._@+\-]{0,255})",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Mention();
}
