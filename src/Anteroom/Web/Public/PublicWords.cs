using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Anteroom.Web.Public;

/// <summary>
/// Names the texts that prospects read, on pages and in emails. The English sentence is the key; <c>PublicWords.es.resx</c> has them
/// in Spanish.
/// </summary>
public sealed class PublicWords;

/// <summary>Translates what rules say into the reader's language.</summary>
internal static class Translation
{
    /// <summary>The sentence in the language of the page; in English where nobody has translated it.</summary>
    public static string Say(this IStringLocalizer<PublicWords> words, Sentence sentence) => sentence.Say(words.Find);

    private static string Find(this IStringLocalizer<PublicWords> words, string format)
    {
        if (words[format] is { ResourceNotFound: false } found)
            return found;
        // Within a sentence a field has the name of its label, in small letters.
        return
            format is [>= 'a' and <= 'z', ..]
            && words[char.ToUpperInvariant(format[0]) + format[1..]]
                is { ResourceNotFound: false, Value: [var first, .. var rest] }
            ? char.ToLower(first, CultureInfo.CurrentUICulture) + rest
            : format;
    }
}
