using System.Text.RegularExpressions;

namespace Anteroom.Resumes;

/// <summary>Languages that the person says they speak: under a heading, or beside a word that says how well.</summary>
internal static partial class SpokenLanguages
{
    /// <summary>Lines below the heading in which a name is enough.</summary>
    private const int UnderHeading = 8;

    /// <summary>The languages, by their English names.</summary>
    public static IEnumerable<ResumeFact> Find(string text)
    {
        var under = 0;
        foreach (Match line in Lines().Matches(text))
        {
            var isHeading = Heading().IsMatch(line.Value);
            under =
                isHeading ? UnderHeading
                : line.Value.Trim().Length == 0 ? under
                : under - 1;
            if (!isHeading && under <= 0 && !Skill().IsMatch(line.Value))
                continue;
            foreach (Match name in Names().Matches(line.Value))
                yield return new(ResumeFactKind.Language, name.Value, line.Index + name.Index, name.Length);
        }
    }

    [GeneratedRegex(@"[^\n]+|\n", RegexOptions.None, 2000)]
    private static partial Regex Lines();

    [GeneratedRegex(
        @"^\W*(foreign |spoken )?languages?( skills)?\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex Heading();

    [GeneratedRegex(
        @"\b(fluent|native|bilingual|mother tongue|proficien(t|cy)|speaks?|conversational|[ABC][12] level|level [ABC][12])\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex Skill();

    [GeneratedRegex(
        @"\b(Afrikaans|Albanian|Amharic|Arabic|Armenian|Azerbaijani|Bengali|Bosnian|Bulgarian|Burmese|Cantonese|Catalan|Chinese|Croatian|Czech|Danish|Dari|Dutch|English|Estonian|Farsi|Finnish|French|Georgian|German|Greek|Gujarati|Haitian Creole|Hausa|Hebrew|Hindi|Hungarian|Igbo|Indonesian|Italian|Japanese|Kazakh|Khmer|Korean|Kurdish|Lao|Latvian|Lithuanian|Malay|Mandarin|Marathi|Mongolian|Nepali|Norwegian|Pashto|Persian|Polish|Portuguese|Punjabi|Quechua|Romanian|Russian|Serbian|Sinhala|Slovak|Slovenian|Somali|Spanish|Swahili|Swedish|Tagalog|Tamil|Telugu|Thai|Tigrinya|Turkish|Ukrainian|Urdu|Uzbek|Vietnamese|Yoruba|Zulu)\b",
        RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex Names();
}
