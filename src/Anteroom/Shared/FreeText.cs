using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Anteroom.Shared;

/// <summary>
/// The rule for prose, as in the message of the form: lines separated by LF, tabs allowed, no other control characters.
/// Characters that turn the direction of the text are taken out without a word: chat programs put them around pasted
/// numbers and names, and what the writer cannot see, the writer cannot correct.
/// </summary>
public static class FreeText
{
    /// <summary>The longest message of the form, in code points.</summary>
    public const int MaxLength = 5000;

    /// <summary>Checks a text and cleans it: trimmed, NFC, LF. Nothing but white space gives null, for it is optional.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="what">What it is called in the sentence: <c>message</c>.</param>
    /// <param name="maxLength">The longest text, in code points, after cleaning (a browser sends a line break as two).</param>
    /// <param name="clean">The clean text; null when there is none, and when it is wrong.</param>
    /// <param name="problem">A sentence that says what would be right.</param>
    public static bool TryParse(
        string? text,
        Sentence what,
        int maxLength,
        out string? clean,
        [NotNullWhen(false)] out Sentence? problem
    )
    {
        clean = null;
        problem = null;
        if (!Texts.TryNormalize(WithoutDirections(text ?? ""), out var normal))
        {
            problem = $"This {what} contains broken characters. Please type it again.";
            return false;
        }

        foreach (var rune in normal.EnumerateRunes())
        {
            if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t'))
            {
                problem = $"This {what} contains control characters. Please send plain text.";
                return false;
            }
        }

        var length = Texts.Length(normal);
        if (length > maxLength)
        {
            problem =
                $"A {what} can have at most {Texts.Figure(maxLength)} characters; this one has {Texts.Figure(length)}.";
            return false;
        }

        clean = length == 0 ? null : normal;
        return true;
    }

    private static string WithoutDirections(string text)
    {
        text = text.ReplaceLineEndings("\n");
        if (!text.EnumerateRunes().Any(Texts.IsDirection))
            return text;

        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!Rune.TryCreate(character, out var rune) || !Texts.IsDirection(rune))
                clean.Append(character);
        }

        return clean.ToString();
    }
}
