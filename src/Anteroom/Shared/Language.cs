using System.Globalization;

namespace Anteroom.Shared;

/// <summary>The languages that prospects and people of the firm are spoken to in; their wire names are those of ISO 639-1.</summary>
public enum Language
{
    /// <summary>English.</summary>
    En,

    /// <summary>Spanish.</summary>
    Es,
}

/// <summary>What there is to know about <see cref="Language"/>.</summary>
public static class Languages
{
    /// <summary>What speakers of it call it.</summary>
    public static string ToLabel(this Language language) => language == Language.Es ? "Español" : "English";

    /// <summary>What English speakers call it.</summary>
    public static string ToEnglishLabel(this Language language) => language == Language.Es ? "Spanish" : "English";

    /// <summary>How dates and numbers are written in it where nothing else is known of the reader.</summary>
    public static CultureInfo Culture(this Language language) =>
        CultureInfo.GetCultureInfo(language == Language.Es ? "es" : "en-US");

    /// <summary>What is said in a language, whatever the page that is being made is in.</summary>
    public static TResult In<TResult>(this Language language, Func<TResult> say)
    {
        ArgumentNullException.ThrowIfNull(say);
        var (format, words) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language.Culture();
            return say();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (format, words);
        }
    }

    /// <summary>The language of a wire name; English for none.</summary>
    public static Language OrEnglish(string? name) =>
        WireName.TryParse(name, out Language language) ? language : Language.En;

    /// <summary>The language of the page that is being made; English for one that there is no translation for.</summary>
    public static Language Current =>
        WireName.TryParse(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, out Language language)
            ? language
            : Language.En;
}
