using System.Text;

namespace Anteroom.Shared;

/// <summary>
/// The words of a text that it can be found by, in the form of <see cref="SearchText"/>: each word as it is written, and the parts of one
/// with signs in it (<c>node.js</c>, <c>node</c>, <c>js</c>). The database keeps them; change this and they have to be written again.
/// </summary>
public static class SearchWords
{
    /// <summary>The longest word that is kept; what is longer is cut.</summary>
    public const int LongestWord = 100;

    /// <summary>How many different words of a text are kept.</summary>
    public const int Most = 10_000;

    // Part of a word at its end: C++, C#.
    private const string Endings = "+#";

    /// <summary>The words of the texts, each once, with a space between them.</summary>
    public static string Of(params IEnumerable<string?> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
            Add(words, text);
        return string.Join(' ', words.Take(Most));
    }

    /// <summary>The ways in which people look for a phone number: all digits, without the country, the last seven.</summary>
    public static IEnumerable<string> OfPhone(string? phone)
    {
        var digits = new string([.. (phone ?? "").Where(char.IsAsciiDigit)]);
        int[] lengths = [digits.Length, 10, 7];
        return lengths
            .Where(length => length > 0 && length <= digits.Length)
            .Distinct()
            .Select(length => digits[^length..]);
    }

    private static void Add(HashSet<string> words, string? text)
    {
        var part = new StringBuilder();
        foreach (var word in SearchText.For(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (words.Count >= Most)
                return;
            Keep(words, Trimmed(word));
            if (word.All(char.IsLetterOrDigit))
                continue;
            Keep(
                words,
                word.Replace("'", "", StringComparison.Ordinal) is var joined && joined.Length < word.Length
                    ? Trimmed(joined)
                    : ""
            );
            part.Clear();
            foreach (var rune in word.EnumerateRunes())
                if (Rune.IsLetterOrDigit(rune))
                    part.Append(rune);
                else
                    Flush();
            Flush();
        }

        void Flush()
        {
            Keep(words, part.ToString());
            part.Clear();
        }
    }

    private static void Keep(HashSet<string> words, string word)
    {
        if (word.Length > 0)
            words.Add(Cut(word));
    }

    /// <summary>The beginning of a word, not through the middle of a surrogate pair.</summary>
    internal static string Cut(string word, int longest = LongestWord) =>
        word.Length <= longest ? word : word[..(char.IsHighSurrogate(word[longest - 1]) ? longest - 1 : longest)];

    private static string Trimmed(string word)
    {
        var (from, to) = (0, word.Length);
        while (from < to && !IsOfWord(word[from]))
            from++;
        while (to > from && !IsOfWord(word[to - 1]) && !Endings.Contains(word[to - 1], StringComparison.Ordinal))
            to--;
        return word[from..to];
    }

    private static bool IsOfWord(char sign) =>
        char.IsLetterOrDigit(sign) || char.IsSurrogate(sign) || char.IsSymbol(sign) && sign > '\u007f';
}
