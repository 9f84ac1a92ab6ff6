using System.Globalization;
using System.Text.RegularExpressions;

namespace Anteroom.Resumes;

/// <summary>
/// The place of work that is the latest: the line with the span of years that has not ended, or ended last, and what stands on that line or
/// above it. Spans below the heading of an education are none of work.
/// </summary>
internal static partial class LastEmployer
{
    /// <summary>The latest, or none.</summary>
    public static IEnumerable<ResumeFact> Find(string text)
    {
        (int End, int Start, ResumeFact Fact)? latest = null;
        var isSchool = false;
        var above = "";
        foreach (Match line in Lines().Matches(text))
        {
            var words = line.Value.Trim();
            if (School().IsMatch(words))
                isSchool = true;
            else if (Work().IsMatch(words))
                isSchool = false;
            if (!isSchool && Span().Match(line.Value) is { Success: true } span)
            {
                var start = int.Parse(span.Groups["from"].Value, CultureInfo.InvariantCulture);
                var end = span.Groups["to"] is { Success: true } to
                    ? int.Parse(to.Value, CultureInfo.InvariantCulture)
                    : int.MaxValue;
                var place = line
                    .Value.Remove(span.Index, span.Length)
                    .Trim(' ', '\t', ',', ';', '|', '(', ')', ':', '-', '–', '—', '•');
                var name = Blanks().Replace(place.Length > 1 ? place : above, " ");
                if (
                    start <= end
                    && name.Length is > 1 and <= 150
                    && (latest is not { } known || (end, start).CompareTo((known.End, known.Start)) > 0)
                )
                    latest = (
                        end,
                        start,
                        new(ResumeFactKind.Employer, $"{name}, {span.Value.Trim()}", line.Index, line.Length)
                    );
            }

            above = words.Length > 1 ? words : above;
        }

        return latest is { } found ? [found.Fact] : [];
    }

    [GeneratedRegex(@"[^\n]{1,400}", RegexOptions.None, 2000)]
    private static partial Regex Lines();

    [GeneratedRegex(@"[ \t]+", RegexOptions.None, 2000)]
    private static partial Regex Blanks();

    [GeneratedRegex(
        @"^\W*(education|studies|academic|training|qualifications|schools?)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex School();

    [GeneratedRegex(
        @"^\W*((professional|work|relevant|legal) )?(experience|employment|career|history|work|positions?)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex Work();

    [GeneratedRegex(
        @"(?<![0-9])(((jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?|[01]?[0-9]/)[ ]?)?(?<from>(19|20)[0-9]{2})[ ]?(-|–|—|to|until)[ ]?((((jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?|[01]?[0-9]/)[ ]?)?(?<to>(19|20)[0-9]{2})(?![0-9])|present|today|now|current|ongoing)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        2000
    )]
    private static partial Regex Span();
}
