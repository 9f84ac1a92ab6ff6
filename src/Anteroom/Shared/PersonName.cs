using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Anteroom.Shared;

/// <summary>
/// The rule for first and last names: names as people have them. Any script, apostrophes, hyphens, periods, digits and
/// symbols; one letter is enough. Refused is only what no name holds: line breaks and other control characters, invisible
/// and direction-changing characters, web addresses (spammers put them there), nothing but punctuation.
/// </summary>
/// <remarks>Markup characters are allowed: escaping is the duty of whoever writes HTML, for every text alike.</remarks>
public static class PersonName
{
    /// <summary>The longest name, in code points, which is what PostgreSQL's <c>varchar(100)</c> counts.</summary>
    public const int MaxLength = 100;

    /// <summary>Checks one name and cleans it: trimmed, NFC, single spaces.</summary>
    /// <param name="text">As the prospect typed it.</param>
    /// <param name="what">What it is called in the sentence: <c>first name</c>.</param>
    /// <param name="name">The clean name.</param>
    /// <param name="problem">A sentence that says what would be right.</param>
    public static bool TryParse(
        string? text,
        Sentence what,
        [NotNullWhen(true)] out string? name,
        [NotNullWhen(false)] out Sentence? problem
    )
    {
        name = null;
        if (!Texts.TryNormalize(text, out var normal))
            problem = $"This {what} contains broken characters. Please type it again.";
        else
            problem = Problem(normal, what);

        if (problem is not null)
            return false;

        name = Texts.CollapseSpaces(normal!);
        return true;
    }

    /// <summary>
    /// Checks a last name. A dash or a period is how people with one name fill in a field that insists: it is no name, and
    /// <paramref name="name"/> is then empty.
    /// </summary>
    public static bool TryParseLast(
        string? text,
        [NotNullWhen(true)] out string? name,
        [NotNullWhen(false)] out Sentence? problem
    )
    {
        if (!IsNone(text))
            return TryParse(text, "last name", out name, out problem);
        (name, problem) = ("", null);
        return true;
    }

    /// <summary>Whether a text stands for no last name: <c>-</c> or <c>.</c>, or a longer dash.</summary>
    public static bool IsNone(string? text) =>
        Texts.TryNormalize(text, out var normal) && normal is "-" or "." or "\u2013" or "\u2014";

    /// <summary>A valid last name as it was typed, trimmed; empty when there is none.</summary>
    public static string OrNone(string? text) => text is null || IsNone(text) ? "" : text.Trim();

    /// <summary>The name as people say it. The last name is empty for people with one name.</summary>
    public static string Full(string first, string last) => last.Length == 0 ? first : $"{first} {last}";

    private static Sentence? Problem(string text, Sentence what)
    {
        if (text.Length == 0)
            return $"Please enter your {what}.";

        var length = Texts.Length(text);
        if (length > MaxLength)
            return $"A {what} can have at most {MaxLength} characters; this one has {Texts.Figure(length)}.";

        var hasLetter = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Texts.IsControl(rune))
                return $"A {what} has to be on one line, without tabs or other control characters.";
            if (Texts.IsDirection(rune) || Texts.IsInvisible(rune))
                return $"This {what} contains an invisible character. Please type it again instead of pasting it.";
            hasLetter |= Rune.IsLetter(rune) || Rune.IsNumber(rune);
        }

        if (!hasLetter)
            return $"A {what} needs at least one letter.";
        if (text.Contains("://", StringComparison.Ordinal) || text.Contains("www.", StringComparison.OrdinalIgnoreCase))
            return $"A {what} cannot contain a web address.";
        return null;
    }
}
