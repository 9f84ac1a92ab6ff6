using System.Text.RegularExpressions;
using NpgsqlTypes;

namespace Anteroom.Leads;

/// <summary>What somebody looks for: words that begin so, and phrases in quotation marks, whose words stand beside each other.</summary>
/// <param name="Words">In the form of <see cref="SearchText"/>, each once.</param>
/// <param name="Phrases">Regular expressions of PostgreSQL's, for a text in the same form.</param>
internal sealed partial record WordsQuery(IReadOnlyList<string> Words, IReadOnlyList<string> Phrases)
{
    private const NpgsqlTsQueryLexeme.Weight Any = NpgsqlTsQueryLexeme.Weight.None;

    /// <summary>The longest word of a name or address that the database keeps, in characters.</summary>
    private const int LongestKept = 200;

    /// <summary>More are not looked for.</summary>
    private const int MostWords = 8;

    /// <summary>Reads what was typed.</summary>
    public static WordsQuery Read(string? search)
    {
        var text = SearchText.For(search);
        var phrases = new List<string>();
        text = Quoted()
            .Replace(
                text,
                quoted =>
                {
                    var words = Split(
                        quoted.Groups["words"].Value.Where(sign => char.IsLetterOrDigit(sign) || sign == ' ')
                    );
                    if (words.Length > 1)
                        phrases.Add($@"\m{string.Join(@"\W+", words)}");
                    return $" {quoted.Groups["words"].Value} ";
                }
            );
        string[] all = [.. Split(text.Where(sign => sign != '"')).Distinct(StringComparer.Ordinal).Take(MostWords)];
        return new(all, phrases);
    }

    /// <summary>PostgreSQL's question for all words together.</summary>
    public string All => string.Join(" & ", Words.Select(Beginning));

    /// <summary>The same for EF Core.</summary>
    public NpgsqlTsQuery Query =>
        Words
            .Select(word =>
                Ways(word).Select(way => (NpgsqlTsQuery)new NpgsqlTsQueryLexeme(way, Any, isPrefixSearch: true))
            )
            .Select(ways => ways.Aggregate((one, other) => new NpgsqlTsQueryOr(one, other)))
            .Aggregate((one, other) => new NpgsqlTsQueryAnd(one, other));

    /// <summary>The question for what begins with a word.</summary>
    public static string Beginning(string word) =>
        $"({string.Join(" | ", Ways(word).Select(way => $"{Quote(way)}:*"))})";

    // Of a phone number also its digits, of a word with signs around it the word.
    private static List<string> Ways(string word)
    {
        var begun = SearchWords.Cut(word);
        List<string> ways = [begun];
        if (IsPartOfPhone(begun))
            ways.Add(new([.. begun.Where(char.IsAsciiDigit)]));
        if (begun.Trim('(', ')', ',', ';', ':', '.', '!', '?') is { Length: > 0 } bare && bare != begun)
            ways.Add(bare);
        return ways;
    }

    /// <summary>The question for a whole word; for none, one that finds nothing.</summary>
    public static string Exactly(string word) => word.Length == 0 ? "" : Quote(SearchWords.Cut(word, LongestKept));

    /// <summary>The same for EF Core; null for no word.</summary>
    public static NpgsqlTsQuery? ExactQuery(string word) =>
        word.Length == 0 ? null : new NpgsqlTsQueryLexeme(SearchWords.Cut(word, LongestKept));

    private static string Quote(string word) =>
        $"'{word.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    private static string[] Split(IEnumerable<char> text) =>
        new string([.. text]).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // (202) or 555-0142, and no year.
    private static bool IsPartOfPhone(string word) =>
        word.Count(char.IsAsciiDigit) >= 3
        && word.Any(sign => !char.IsAsciiDigit(sign))
        && word.All(sign => char.IsAsciiDigit(sign) || "+()-./".Contains(sign, StringComparison.Ordinal));

    [GeneratedRegex("\"(?<words>[^\"]+)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Quoted();
}
