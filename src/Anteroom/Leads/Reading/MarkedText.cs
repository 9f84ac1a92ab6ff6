namespace Anteroom.Leads;

/// <summary>A piece of a text.</summary>
/// <param name="Text">As written.</param>
/// <param name="IsHit">Whether it is what was searched for.</param>
public sealed record MarkedPiece(string Text, bool IsHit);

/// <summary>Marks in texts what a search has found there.</summary>
public static class MarkedText
{
    /// <summary>Characters around the first hit.</summary>
    private const int Before = 60;
    private const int After = 80;

    /// <summary>The whole text in pieces; one piece when nothing is found.</summary>
    public static IReadOnlyList<MarkedPiece> Of(string text, string? search)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Of(text, WordsQuery.Read(search).Words);
    }

    /// <summary>The same for several texts of one search, which is read once.</summary>
    internal static IReadOnlyList<MarkedPiece> Of(string text, IReadOnlyList<string> words) =>
        words.Count == 0 ? [new(text, IsHit: false)] : Pieces(text, [.. Hits(text, words)]);

    /// <summary>The part of the text around the first hit in pieces; null when nothing is found.</summary>
    internal static IReadOnlyList<MarkedPiece>? Around(string text, IReadOnlyList<string> words)
    {
        if (Hits(text, words).Cast<(int Start, int Length)?>().FirstOrDefault() is not { } first)
            return null;
        var from = WordEdge(text, first.Start - Before, forward: true);
        var to = WordEdge(text, Math.Max(first.Start + first.Length, from + After), forward: false);
        if (to <= first.Start + first.Length)
            to = first.Start + first.Length;
        var part = string.Join(' ', text[from..to].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        part = $"{(from > 0 ? "… " : "")}{part}{(to < text.Length ? " …" : "")}";
        return Pieces(part, [.. Hits(part, words)]);
    }

    /// <summary>How many of the words begin something in the text.</summary>
    internal static IReadOnlyList<string> Found(string text, IReadOnlyList<string> words)
    {
        var found = SearchWords.Of([text]).Split(' ');
        return [.. words.Where(word => found.Any(one => one.StartsWith(word, StringComparison.Ordinal)))];
    }

    private static List<MarkedPiece> Pieces(string text, List<(int Start, int Length)> hits)
    {
        var pieces = new List<MarkedPiece>();
        var at = 0;
        foreach (var (start, length) in hits)
        {
            if (start > at)
                pieces.Add(new(text[at..start], IsHit: false));
            pieces.Add(new(text.Substring(start, length), IsHit: true));
            at = start + length;
        }

        if (at < text.Length || pieces.Count == 0)
            pieces.Add(new(text[at..], IsHit: false));
        return pieces;
    }

    /// <summary>Words of the text, or parts of them, that begin with one of the words searched for.</summary>
    private static IEnumerable<(int Start, int Length)> Hits(string text, IReadOnlyList<string> words)
    {
        for (var at = 0; at < text.Length; )
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
                end++;
            if (words.Count > 0 && In(text[at..end], words) is { } hit)
                yield return (at + hit.Start, hit.Length);
            at = end;
        }
    }

    private static (int Start, int Length)? In(string word, IReadOnlyList<string> words)
    {
        // No more than can matter, as a word may be as long as a file: a letter has its marks and signs beside it.
        var most = 4 * words.Max(wanted => wanted.Length);
        for (var start = 0; start < word.Length; start++)
        {
            if (start > 0 && (char.IsLetterOrDigit(word[start - 1]) || !char.IsLetterOrDigit(word[start])))
                continue;
            var rest = SearchText.For(word[start..Math.Min(word.Length, start + most)]);
            foreach (var wanted in words)
                if (rest.StartsWith(wanted, StringComparison.Ordinal))
                    return (start, LengthOf(word[start..], wanted));
        }

        return null;
    }

    // The shortest beginning whose search form has it all: accents and ligatures make the two differ in length.
    private static int LengthOf(string word, string wanted)
    {
        for (var length = 1; length < word.Length; length++)
            if (SearchText.For(word[..length]).StartsWith(wanted, StringComparison.Ordinal) && !IsMark(word[length]))
                return length;
        return word.Length;
    }

    private static bool IsMark(char sign) =>
        char.IsLowSurrogate(sign)
        || char.GetUnicodeCategory(sign) == System.Globalization.UnicodeCategory.NonSpacingMark;

    private static int WordEdge(string text, int at, bool forward)
    {
        if (at <= 0)
            return 0;
        if (at >= text.Length)
            return text.Length;
        while (at > 0 && at < text.Length && !char.IsWhiteSpace(text[at]))
            at += forward ? 1 : -1;
        return at;
    }
}
