using System.Globalization;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>
/// What the search box and the APIs' <c>q</c> find: leads in which every word asked for begins a word of the name or the address.
/// A word that begins nothing anywhere is looked for inside the words. <c>42</c> and <c>#42</c> also find lead 42.
/// </summary>
/// <remarks>
/// A page costs about the same whatever the number of leads and however frequent the words: of a frequent word there are enough
/// among the next 1,500 leads, which are read in order; of others all numbers are gathered from an index. Which it is, is
/// found out by looking, because the planner's guess at the frequency of a part of a word is often wrong by a factor of 100.
/// </remarks>
public sealed class LeadSearch(AnteroomDb db)
{
    /// <summary>How many leads are read in order before all matches are gathered; it is read twice when they are not enough.</summary>
    private const int Window = 1_500;
    private const int LongestWord = 200;
    private const string Escape = "\\";

    /// <summary>The numbers of the first leads that match, for a page in order of number.</summary>
    /// <param name="leads">Where to look.</param>
    /// <param name="unfiltered">Whether these are all leads, up to a range of numbers: then the index alone knows the answer.</param>
    /// <param name="range">The range of numbers that <paramref name="leads"/> are already restricted to.</param>
    /// <param name="search">What for; with at least one word.</param>
    /// <param name="newestFirst">The order.</param>
    /// <param name="limit">How many at most.</param>
    public IQueryable<long> First(
        IQueryable<Lead> leads,
        bool unfiltered,
        Func<IQueryable<LeadWord>, IQueryable<LeadWord>> range,
        string search,
        bool newestFirst,
        int limit
    )
    {
        var words = Words(search);
        var next = newestFirst
            ? leads.OrderByDescending(lead => lead.Number).Take(Window)
            : leads.OrderBy(lead => lead.Number).Take(Window);
        var near = words.Aggregate(next, Having).Select(lead => lead.Number);
        var nearest = (newestFirst ? near.OrderByDescending(number => number) : near.OrderBy(number => number)).Take(
            limit
        );

        // The longest word has the fewest matches, as a rule; the others are compared with what it finds.
        var longest = words.MaxBy(word => word.Length)!;
        var others = words.Where(word => word != longest).ToList();
        IQueryable<long> begun;
        if (unfiltered && others.Count == 0)
        {
            begun = range(Begun(longest)).Where(_ => nearest.Count() < limit).Select(word => word.Number).Distinct();
            begun = newestFirst ? begun.OrderByDescending(number => number) : begun.OrderBy(number => number);
        }
        else
        {
            var numbers = range(Begun(longest)).Select(word => word.Number);
            begun = Gathered(others.Aggregate(leads, Having).Where(lead => numbers.Contains(lead.Number)));
        }

        var pattern = $"%{Literally(longest)}%";
        var beginnings = Begun(longest);
        var inside = Gathered(
            others
                .Aggregate(leads, Having)
                .Where(lead =>
                    EF.Functions.Like(EF.Property<string>(lead, LeadConfiguration.SearchText), pattern, Escape)
                    && !beginnings.Any()
                )
        );

        var found = nearest.Concat(begun.Take(limit)).Concat(inside.Take(limit));
        return Number(words) is { } exact
            ? found.Concat(leads.Where(lead => lead.Number == exact).Select(lead => lead.Number))
            : found;

        // "+ 0" keeps the planner from reading all leads in order, which it likes for a LIMIT and which takes a second.
        IQueryable<long> Gathered(IQueryable<Lead> from)
        {
            from = from.Where(_ => nearest.Count() < limit);
            return (
                newestFirst ? from.OrderByDescending(lead => lead.Number + 0) : from.OrderBy(lead => lead.Number + 0)
            ).Select(lead => lead.Number);
        }
    }

    /// <summary>Whether there is anything to look for.</summary>
    public static bool IsAsked(string? search) => Words(search).Length > 0;

    private IQueryable<Lead> Having(IQueryable<Lead> leads, string word)
    {
        var start = $"{Literally(word)}%";
        var later = $"% {start}";
        var inside = $"%{start}";
        var begun = Begun(word); // outside the expression, or EF Core would ask for it on its own
        return leads.Where(lead =>
            EF.Functions.Like(EF.Property<string>(lead, LeadConfiguration.SearchText), start, Escape)
            || EF.Functions.Like(EF.Property<string>(lead, LeadConfiguration.SearchText), later, Escape)
            || (
                !begun.Any()
                && EF.Functions.Like(EF.Property<string>(lead, LeadConfiguration.SearchText), inside, Escape)
            )
        );
    }

    private IQueryable<LeadWord> Begun(string word)
    {
        var from = word.Length > LongestWord ? word[..LongestWord] : word;
        // By code point, nothing that begins so comes after this.
        var to = from + char.ConvertFromUtf32(0x10FFFF);
#pragma warning disable CA1309 // For the database: it compares as the column says, by code point.
        return db.LeadWords.Where(lead => string.Compare(lead.Word, from) >= 0 && string.Compare(lead.Word, to) < 0);
#pragma warning restore CA1309
    }

    private static string[] Words(string? search) =>
        [.. SearchText.For(search).Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    private static long? Number(string[] words) =>
        words is [var single]
        && long.TryParse(single.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string Literally(string word) =>
        word.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
