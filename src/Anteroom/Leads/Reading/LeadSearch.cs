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
/// What the search box and the APIs' <c>q</c> find: leads in which every search word begins a word of the name, the address, the phone number,
/// the message, an answer, a note, a tag or the resume. A search word that begins nothing anywhere is looked for inside names and
/// addresses. Words in quotation marks stand beside each other. <c>42</c> and <c>#42</c> also find lead 42, and a code its lead.
/// </summary>
/// <remarks>
/// A page costs about the same however many leads there are and however frequent the words: frequent words have enough matches among the
/// next leads in order; for others, all numbers are gathered from the index. Which applies is found by trying, because the planner's
/// estimates for parts of words are often off by a factor of 100.
/// </remarks>
public sealed class LeadSearch(AnteroomDb db)
{
    /// <summary>Among how many leads is looked in order with a filter, which the leads themselves have to be read for.</summary>
    private const int Window = 2_000;

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
        var query = WordsQuery.Read(search);
        var found = unfiltered
            ? Among(query, range, newestFirst, limit)
            : Among(leads, query, range, newestFirst, limit);
        return Named(leads, query, search) is { } named ? found.Concat(named) : found;
    }

    /// <summary>The numbers of some leads that match, in no order, to be counted.</summary>
    /// <inheritdoc cref="First" />
    public IQueryable<long> Some(IQueryable<Lead> leads, bool unfiltered, string search, int limit)
    {
        var query = WordsQuery.Read(search);
        var sql = new SearchSql(query, newestFirst: true);
        IQueryable<long> Ask(string statement) =>
            db.Database.SqlQueryRaw<long>(
                statement,
                [NumberRange.All.After, NumberRange.All.Before, limit, .. sql.Values]
            );
        if (unfiltered && Named(leads, query, search) is null)
            return Ask(sql.Some);
        if (unfiltered)
            return First(leads, unfiltered, NumberRange.All, search, newestFirst: true, limit);

        var begun = Ask(sql.Begun);
        var inside = Ask(sql.Inside);
        var found = leads
            .Where(lead => begun.Contains(lead.Number))
            .Take(limit)
            .Select(lead => lead.Number)
            .Concat(leads.Where(lead => inside.Contains(lead.Number)).Take(limit).Select(lead => lead.Number));
        return Named(leads, query, search) is { } named ? found.Concat(named) : found;
    }

    /// <summary>Whether there is anything to look for.</summary>
    public static bool IsAsked(string? search) => WordsQuery.Read(search).Words.Count > 0;

    /// <summary>Among all leads of the range. By hand, for EF Core would look at what is near anew in each part.</summary>
    private IQueryable<long> Among(WordsQuery query, NumberRange range, bool newestFirst, int limit)
    {
        var sql = new SearchSql(query, newestFirst);
        return db.Database.SqlQueryRaw<long>(sql.First, [range.After, range.Before, limit, .. sql.Values]);
    }

    private IQueryable<long> Among(
        IQueryable<Lead> leads,
        WordsQuery query,
        NumberRange range,
        bool newestFirst,
        int limit
    )
    {
        var sql = new SearchSql(query, newestFirst);
        var words = query.Query;
        var next = newestFirst
            ? leads.OrderByDescending(lead => lead.Number).Take(Window)
            : leads.OrderBy(lead => lead.Number).Take(Window);
        // Lead by lead: put as a join, the planner may gather all that match first.
        var near = next.Where(lead =>
                db.Set<FindableLead>()
                    .Where(one => one.Number == lead.Number)
                    .Select(one => one.Words.Matches(words))
                    .FirstOrDefault()
            )
            .Select(lead => lead.Number);
        // Few leads have all words of a phrase; they are gathered at once.
        if (query.Phrases.Count > 0)
            near = near.Where(_ => false);
        var nearest = (newestFirst ? near.OrderByDescending(number => number) : near.OrderBy(number => number)).Take(
            limit
        );
        var begun = db.Database.SqlQueryRaw<long>(sql.Begun, [range.After, range.Before, limit, .. sql.Values]);
        var inside = db.Database.SqlQueryRaw<long>(sql.Inside, [range.After, range.Before, limit, .. sql.Values]);
        return nearest.Concat(Gathered(begun)).Concat(Gathered(inside));

        // "+ 0" keeps the planner from reading all leads in order, which it likes for a LIMIT and which takes a second.
        IQueryable<long> Gathered(IQueryable<long> numbers)
        {
            var from = leads.Where(lead => numbers.Contains(lead.Number) && nearest.Count() < limit);
            return (
                newestFirst ? from.OrderByDescending(lead => lead.Number + 0) : from.OrderBy(lead => lead.Number + 0)
            )
                .Select(lead => lead.Number)
                .Take(limit);
        }
    }

    /// <summary>The lead that is meant by its number or its code; null when what is looked for is neither.</summary>
    private IQueryable<long>? Named(IQueryable<Lead> leads, WordsQuery query, string search)
    {
        if (Number(query.Words) is { } exact)
            return leads.Where(lead => lead.Number == exact).Select(lead => lead.Number);
        if (LeadCode.Read(search.Trim()) is not { } code)
            return null;
        var merged = db.Set<MergedLead>().Where(one => one.Code == code).Select(one => one.IntoId);
        return leads
            .Where(lead => lead.Code == code)
            .Select(lead => lead.Number)
            .Concat(leads.Where(lead => merged.Contains(lead.Id)).Select(lead => lead.Number));
    }

    private static long? Number(IReadOnlyList<string> words) =>
        words is [var single]
        && long.TryParse(single.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
