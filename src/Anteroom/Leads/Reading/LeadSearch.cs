using System.Globalization;
using System.Runtime.InteropServices;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>A range of leads' numbers, without its ends.</summary>
/// <param name="After">Smaller than all of them.</param>
/// <param name="Before">Larger than all of them.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NumberRange(long After, long Before)
{
    /// <summary>All leads.</summary>
    public static NumberRange All { get; } = new(long.MinValue, long.MaxValue);
}

/// <summary>
/// What the search box and the APIs' <c>q</c> find: leads in which every search word starts a word of the name or the address. A search
/// word that starts no word anywhere is looked for inside words. <c>42</c> and <c>#42</c> also find lead 42.
/// </summary>
/// <remarks>
/// A page costs about the same however many leads there are and however frequent the words: frequent words have enough matches among the
/// next leads in order; for others, all numbers are gathered from an index. Which applies is found by trying, because the planner's
/// estimates for parts of words are often off by a factor of 100.
/// </remarks>
public sealed class LeadSearch(AnteroomDb db)
{
    /// <summary>Among how many leads one word is looked for in order, in an index (a millisecond), before all matches are gathered.</summary>
    private const int Near = 8_000;

    /// <summary>How many leads are read in order, from the table, for several words or with a filter.</summary>
    private const int Window = 1_500;
    internal const int LongestWord = 200;
    private const string Escape = "\\";

    /// <summary>The numbers of the first leads that match, for a page in order of number.</summary>
    /// <param name="leads">Where to look.</param>
    /// <param name="unfiltered">Whether these are all leads of the range: then the index alone knows the answer.</param>
    /// <param name="range">The range of numbers that <paramref name="leads"/> are already restricted to.</param>
    /// <param name="search">What for; with at least one word.</param>
    /// <param name="newestFirst">The order.</param>
    /// <param name="limit">How many at most.</param>
    public IQueryable<long> First(
        IQueryable<Lead> leads,
        bool unfiltered,
        NumberRange range,
        string search,
        bool newestFirst,
        int limit
    )
    {
        var words = Words(search);
        var found =
            unfiltered && words is [var only]
                ? One(only, range, newestFirst, limit)
                : Several(leads, words, range, newestFirst, limit);
        return Number(words) is { } exact
            ? found.Concat(leads.Where(lead => lead.Number == exact).Select(lead => lead.Number))
            : found;
    }

    /// <summary>Whether there is anything to look for.</summary>
    public static bool IsAsked(string? search) => Words(search).Length > 0;

    /// <summary>The search that nearly everybody makes. By hand, for EF Core would read what is near anew in each part.</summary>
    private IQueryable<long> One(string word, NumberRange range, bool newestFirst, int limit)
    {
        var (from, to) = Beginnings(word);
        return db.Database.SqlQueryRaw<long>(
            newestFirst ? NewestWithWord : OldestWithWord,
            [from, to, $"%{Literally(word)}%", range.After, range.Before, limit]
        );
    }

    private IQueryable<long> Several(
        IQueryable<Lead> leads,
        string[] words,
        NumberRange range,
        bool newestFirst,
        int limit
    )
    {
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
        var found = Begun(longest);
        // Only the end that is meant: the planner takes two for few leads.
        if (range.After > NumberRange.All.After)
            found = found.Where(word => word.Number > range.After);
        if (range.Before < NumberRange.All.Before)
            found = found.Where(word => word.Number < range.Before);
        var numbers = found.Select(word => word.Number);
        var begun = Gathered(others.Aggregate(leads, Having).Where(lead => numbers.Contains(lead.Number)));
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

        return nearest.Concat(begun.Take(limit)).Concat(inside.Take(limit));

        // "+ 0" keeps the planner from reading all leads in order, which it likes for a LIMIT and which takes a second.
        IQueryable<long> Gathered(IQueryable<Lead> from)
        {
            from = from.Where(_ => nearest.Count() < limit);
            return (
                newestFirst ? from.OrderByDescending(lead => lead.Number + 0) : from.OrderBy(lead => lead.Number + 0)
            ).Select(lead => lead.Number);
        }
    }

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
        var (from, to) = Beginnings(word);
#pragma warning disable CA1309 // For the database: it compares as the column says, by code point.
        return db.LeadWords.Where(lead => string.Compare(lead.Word, from) >= 0 && string.Compare(lead.Word, to) < 0);
#pragma warning restore CA1309
    }

    /// <summary>From the first to after the last of what begins so, by code point.</summary>
    private static (string From, string To) Beginnings(string word)
    {
        var from = word.Length > LongestWord ? word[..LongestWord] : word;
        return (from, from + char.ConvertFromUtf32(0x10FFFF));
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

    private static readonly string NewestWithWord = WithWord(
        "number >= least({4}, (select max(number) + 1 from lead_words)) - NEAR",
        "desc"
    );
    private static readonly string OldestWithWord = WithWord(
        "number <= greatest({3}, (select min(number) - 1 from lead_words)) + NEAR",
        "asc"
    );

    // {0} to {1}: the word's range, {2}: a pattern for it anywhere, {3} and {4}: numbers, {5}: how many.
    // Only the index by number knows ~>=~, and only the one by word knows >=, so each part is read by the one that is meant. What comes
    // after "few" waits for it: it costs nothing, not even the start of a parallel worker, when there are enough nearby.
    private static string WithWord(string near, string order) =>
        """
            with near as materialized (
                select distinct number from lead_words
                where word ~>=~ {0} and word ~<~ {1} and number > {3} and number < {4} and NEARBY
                order by number ORDER limit {5}),
            few as (select 0 as zero from near having count(*) < {5}),
            begun as (
                select found.number from few, lateral (
                    select distinct number + zero as number from lead_words
                    where word >= {0} and word < {1} and number + zero > {3} and number + zero < {4}
                    order by 1 ORDER limit {5}) found),
            inside as (
                select found.number from few, lateral (
                    select number + zero as number from leads
                    where search_text like {2} and deleted_at is null and number + zero > {3} and number + zero < {4}
                        and not exists (select from lead_words where word >= {0} and word < {1})
                    order by 1 ORDER limit {5}) found)
            select number as "Value" from near union all select number from begun union all select number from inside
            """.Replace("NEARBY", near, StringComparison.Ordinal).Replace(
            "ORDER",
            order,
            StringComparison.Ordinal
        ).Replace("NEAR", Near.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
