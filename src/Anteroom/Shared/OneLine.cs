using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Shared;

/// <summary>The rule for short texts on one line, as the title of a task or the name of a tag: anything that can be seen.</summary>
public static class OneLine
{
    /// <summary>Checks a text and cleans it: trimmed, NFC, single spaces.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="what">What it is called in the sentence: <c>title</c>.</param>
    /// <param name="maxLength">The longest, in code points.</param>
    /// <param name="clean">The clean text.</param>
    /// <param name="problem">A sentence that says what would be right.</param>
    public static bool TryParse(
        string? text,
        Sentence what,
        int maxLength,
        [NotNullWhen(true)] out string? clean,
        [NotNullWhen(false)] out Sentence? problem
    )
    {
        clean = null;
        problem = null;
        if (!Texts.TryNormalize(text, out var normal))
            problem = $"This {what} contains broken characters. Please type it again.";
        else if (normal.Length == 0)
            problem = $"Please enter a {what}.";
        else if (Texts.Length(normal) is var length && length > maxLength)
            problem =
                $"A {what} can have at most {Texts.Figure(maxLength)} characters; this one has {Texts.Figure(length)}.";
        else if (normal.EnumerateRunes().Any(Texts.IsControl))
            problem = $"A {what} has to be on one line, without tabs or other control characters.";
        else if (normal.EnumerateRunes().Any(rune => Texts.IsDirection(rune) || Texts.IsInvisible(rune)))
            problem = $"This {what} contains an invisible character. Please type it again instead of pasting it.";
        if (problem is not null)
            return false;
        clean = Texts.CollapseSpaces(normal!);
        return true;
    }
}
