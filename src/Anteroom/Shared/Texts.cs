using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Anteroom.Shared;

/// <summary>What the parsers of names, addresses and messages have in common: normalizing, and characters nobody can see.</summary>
internal static class Texts
{
    private const char ZeroWidthNonJoiner = '\u200C';
    private const char ZeroWidthJoiner = '\u200D';

    /// <summary>
    /// Trims white space of every script and what nobody sees (pasting brings marks of direction, zero widths and byte order marks along),
    /// and normalizes to NFC, so that the same text is the same characters whatever
    /// keyboard it came from. False when the text holds half a surrogate pair or a noncharacter, which are no text at all
    /// and which PostgreSQL cannot store.
    /// </summary>
    public static bool TryNormalize(string? text, [NotNullWhen(true)] out string? normal)
    {
        var trimmed = Trim(text ?? "");
        normal = null;
        foreach (var rune in trimmed.EnumerateRunes())
        {
            // EnumerateRunes turns half a pair into U+FFFD, so U+FFFD itself (a text already broken elsewhere) is refused too.
            if (
                rune == Rune.ReplacementChar
                || (rune.Value & 0xFFFE) == 0xFFFE
                || rune.Value is >= 0xFDD0 and <= 0xFDEF
            )
                return false;
        }

        normal = trimmed.ToString().Normalize(NormalizationForm.FormC);
        return true;
    }

    private static ReadOnlySpan<char> Trim(string text)
    {
        var rest = text.AsSpan();
        while (Rune.DecodeFromUtf16(rest, out var first, out var used) == OperationStatus.Done && IsNothing(first))
            rest = rest[used..];
        while (Rune.DecodeLastFromUtf16(rest, out var last, out var used) == OperationStatus.Done && IsNothing(last))
            rest = rest[..^used];
        return rest;

        // Tags are the end of some flags.
        static bool IsNothing(Rune rune) =>
            Rune.IsWhiteSpace(rune)
            || ((IsDirection(rune) || IsInvisible(rune)) && rune.Value is not (>= 0xE0020 and <= 0xE007F));
    }

    /// <summary>Without characters that take no room on the screen, joiners included; for what has no use for them anywhere.</summary>
    public static string WithoutInvisible(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); rest.Length > 0; )
        {
            // Half of a pair stays: the next step refuses it.
            var whole = Rune.DecodeFromUtf16(rest, out var rune, out var used) == OperationStatus.Done;
            if (
                !whole
                || !(IsDirection(rune) || IsInvisible(rune) || rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner)
            )
                clean.Append(rest[..used]);
            rest = rest[used..];
        }

        return clean.ToString();
    }

    /// <summary>Characters as PostgreSQL counts them for <c>varchar(n)</c>: code points, so an emoji is one.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var length = text.Length;
        foreach (var character in text)
        {
            if (char.IsLowSurrogate(character))
                length--;
        }

        return length;
    }

    /// <summary>CR, LF, NUL, TAB and all other control characters, and Unicode's own line and paragraph separators.</summary>
    public static bool IsControl(Rune rune) =>
        Rune.IsControl(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>
    /// Marks, embeddings, overrides and isolates that change the direction of the text around them (Unicode TR 9, section
    /// 2): they can make a name or a file name read differently from what it is.
    /// </summary>
    public static bool IsDirection(Rune rune) =>
        rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    /// <summary>
    /// Takes room in a string but none on the screen. The two joiners are not among them: Persian and Indic names need
    /// them. Nor are variation selectors: Japanese names need those.
    /// </summary>
    public static bool IsInvisible(Rune rune) =>
        rune.Value switch
        {
            ZeroWidthNonJoiner or ZeroWidthJoiner => false,
            // Fillers and blanks that Unicode counts as letters or symbols.
            0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 => true,
            _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format,
        };

    /// <summary>Makes every run of white space one plain space. Control characters must have been refused before.</summary>
    public static string CollapseSpaces(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!char.IsWhiteSpace(character))
                clean.Append(character);
            else if (clean.Length > 0 && clean[^1] != ' ')
                clean.Append(' ');
        }

        return clean.ToString().TrimEnd(' ');
    }

    /// <summary>A figure as people read it: <c>5,000</c>.</summary>
    public static string Figure(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
