using System.Text.Json;
using System.Text.RegularExpressions;

namespace Anteroom.Resumes;

/// <summary>
/// Finds facts in the text of a resume by rules alone: formats that are known, check digits, and words that stand where they mean one thing.
/// The same text always gives the same facts. A passage is one fact at most: what has the stricter format goes first.
/// </summary>
public static partial class ResumeFacts
{
    /// <summary>More of one kind is a list of references, not of facts about the person.</summary>
    private const int MostOfKind = 5;

    /// <summary>Offices of USCIS whose letters begin a receipt number; IOE is what is filed on line.</summary>
    private const string Offices = "IOE|EAC|VSC|WAC|CSC|LIN|NSC|SRC|TSC|MSC|NBC|YSC|PSC";

    /// <summary>What is found, in the order of the text.</summary>
    /// <param name="text">Plain text.</param>
    /// <param name="region">The country, in two letters, of telephone numbers without a country code.</param>
    public static IReadOnlyList<ResumeFact> Find(string text, string region)
    {
        var facts = new List<ResumeFact>();
        foreach (
            var found in (IEnumerable<ResumeFact>[])
                [
                    TravelDocuments.Find(text),
                    Matches(
                        text,
                        Receipt(),
                        ResumeFactKind.Receipt,
                        match => match.Groups["office"].Value + Digits(match.Groups["number"].Value)
                    ),
                    Matches(
                        text,
                        AlienNumber(),
                        ResumeFactKind.AlienNumber,
                        match => "A" + Digits(match.Groups["number"].Value)
                    ),
                    Matches(
                        text,
                        Email(),
                        ResumeFactKind.Email,
                        match => EmailAddress.TryParse(match.Value, out var address, out _) ? address.Address : null
                    ),
                    Matches(text, Link(), ResumeFactKind.Link, match => match.Value.TrimEnd('.', ',', ';', ')')),
                    PhoneNumber
                        .FindAll(text, region)
                        .Select(one => new ResumeFact(ResumeFactKind.Phone, one.Number, one.At, one.Length)),
                    SpokenLanguages.Find(text),
                    LastEmployer.Find(text),
                ]
        )
            facts.AddRange(
                found
                    .Where(fact =>
                        !facts.Any(other =>
                            Overlap(fact, other) || (fact.Kind == other.Kind && fact.Value == other.Value)
                        )
                    )
                    .DistinctBy(fact => fact.Value, StringComparer.Ordinal)
                    .Take(MostOfKind)
                    .ToList()
            );
        return [.. facts.OrderBy(fact => fact.At)];
    }

    /// <summary>What is found, with the words around it, as JSON; none where a rule does not come to an end.</summary>
    internal static string InJson(string text, string region)
    {
        IReadOnlyList<FoundFact> found = [];
        try
        {
            found = [.. Find(text, region).Select(fact => FoundFact.Of(fact, text))];
        }
        catch (RegexMatchTimeoutException) { }

        return JsonSerializer.Serialize(found, FoundFactJson.Default.IReadOnlyListFoundFact);
    }

    private static bool Overlap(ResumeFact one, ResumeFact other) =>
        one.Kind != ResumeFactKind.Employer && one.At < other.At + other.Length && other.At < one.At + one.Length;

    private static IEnumerable<ResumeFact> Matches(
        string text,
        Regex rule,
        ResumeFactKind kind,
        Func<Match, string?> value
    ) =>
        from match in rule.Matches(text)
        let read = value(match)
        where read is not null
        select new ResumeFact(kind, read, match.Index, match.Length);

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    [GeneratedRegex(
        $@"(?<![A-Za-z0-9])(?<office>{Offices})[- ]?(?<number>(?:[0-9][- ]?){{9}}[0-9])(?![0-9])",
        RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex Receipt();

    [GeneratedRegex(
        @"(?<![A-Za-z0-9])A(?:lien)?[ #:-]{0,3}(?<number>[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{2,3})(?![0-9A-Za-z]|[- ][0-9])",
        RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex AlienNumber();

    [GeneratedRegex(
        @"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\p{L}]{2,24}(?![\w-])",
        RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex Email();

    [GeneratedRegex(
        @"(?<![\w@.-])(?:https?://|www\.|(?:[a-z]{2,3}\.)?linkedin\.com/|github\.com/)[^\s<>""']{3,300}",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        2000
    )]
    private static partial Regex Link();
}
