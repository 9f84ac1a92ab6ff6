using System.Globalization;
using System.Text;

namespace Anteroom.Shared;

/// <summary>
/// The form of a text in which people search: lower case, without accents, so that <c>jose</c> finds José and
/// <c>obrien</c>'s apostrophe may be of any kind. The stored column and the query both go through it; change it and the column has to
/// be written again.
/// </summary>
public static class SearchText
{
    /// <summary>Gives the search form of a text; empty for null. Never throws and can be applied twice.</summary>
    public static string For(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "";

        var clean = new StringBuilder(text.Length);
        foreach (var rune in Valid(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
            Append(clean, Rune.ToLowerInvariant(rune));

        // Lower-casing a few letters brings a mark back, hence the second decomposition.
        var lower = clean.ToString().Normalize(NormalizationForm.FormKD);
        clean.Clear();
        foreach (var rune in lower.EnumerateRunes())
            Append(clean, rune);
        return clean.ToString().TrimEnd(' ').Normalize(NormalizationForm.FormC);
    }

    private static void Append(StringBuilder clean, Rune rune)
    {
        if (Rune.IsWhiteSpace(rune))
        {
            if (clean.Length > 0 && clean[^1] != ' ')
                clean.Append(' ');
        }
        else if (
            Rune.GetUnicodeCategory(rune)
            is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Control or UnicodeCategory.Format)
        )
        {
            clean.Append(Fold(rune));
        }
    }

    /// <summary>Letters that Unicode does not decompose but people type without their stroke.</summary>
    private static string Fold(Rune rune) =>
        rune.Value switch
        {
            'ß' or 'ẞ' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'ł' => "l",
            'đ' or 'ð' => "d",
            'þ' => "th",
            'ħ' => "h",
            'ŧ' => "t",
            'ı' => "i",
            'ς' => "σ",
            '’' or '‘' or 'ʼ' or '`' or '´' => "'",
            '‐' or '‑' or '–' or '—' => "-",
            _ => rune.ToString(),
        };

    /// <summary>Halves of surrogate pairs, which cannot be normalized, become U+FFFD.</summary>
    private static string Valid(string text)
    {
        var valid = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            valid.Append(rune);
        return valid.ToString();
    }
}
