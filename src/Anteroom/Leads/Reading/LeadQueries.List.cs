using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>A page of leads for programs.</summary>
/// <param name="Leads">With their resumes' metadata.</param>
/// <param name="Next">Where the next page starts; null on the last.</param>
/// <param name="Total">How many leads match on all pages, when that was asked for.</param>
public sealed record LeadPage(IReadOnlyList<Lead> Leads, LeadCursor? Next, LeadTotal Total = default);

/// <summary>How many leads match.</summary>
/// <param name="Leads">How many; at most <see cref="Most"/> unless the database keeps the count.</param>
/// <param name="IsExact">Whether there are no more than that.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LeadTotal(long Leads, bool IsExact)
{
    /// <summary>Where counting stops: a search or a time among a million leads must cost no page half a second.</summary>
    public const int Most = 10_000;

    /// <summary>The same for searches, which a frequent word makes dear, and for phrases, whose texts have to be read.</summary>
    public const int MostFound = 1_000;

    /// <inheritdoc cref="MostFound" />
    public const int MostSaid = 100;

    internal static int MostOf(LeadQuery query) =>
        !query.IsSearch ? Most
        : query.IsPhrase ? MostSaid
        : MostFound;
}

public sealed partial class LeadQueries
{
    /// <summary>A page for programs, by number: one statement, whatever the number of leads.</summary>
    /// <remarks>
    /// Every page without an offset costs the same at a thousand leads and at a million: by the index on the number, on status and
    /// number, or as <see cref="LeadSearch"/> says. An offset costs about half a second for each million leads skipped.
    /// </remarks>
    public async Task<LeadPage> ListAsync(LeadQuery query, CurrentUser user, CancellationToken cancellation)
    {
        var found = await Page(query, query.Limit + 1, user)
            .Select(lead => new FoundLead { Lead = lead, Resume = lead.Resume })
            .ToListAsync(cancellation);
        return ToPage([.. found.Select(each => each.Whole!)], query, default);
    }

    /// <summary>The same with how many leads match, still one statement: kept counts for status and owner, else a count that ends.</summary>
    public async Task<LeadPage> ListAndCountAsync(LeadQuery query, CurrentUser user, CancellationToken cancellation)
    {
        var page = Page(query, query.Limit + 1, user);
        var found = await Totals(query, user)
            .SelectMany(
                _ => page.DefaultIfEmpty(),
                (total, lead) =>
                    new FoundLead
                    {
                        Total = total,
                        Lead = lead,
                        Resume = lead!.Resume,
                    }
            )
            .ToListAsync(cancellation);
        var leads = found.Select(each => each.Whole).OfType<Lead>();
        return ToPage(
            InOrder(leads, lead => lead.Number, query.Sort),
            query,
            Total(query, found is [{ Total: var total }, ..] ? total : 0)
        );
    }

    /// <summary>As the statement had them: a join guarantees no order.</summary>
    private static List<T> InOrder<T>(IEnumerable<T> rows, Func<T, long> number, LeadSort sort) =>
        [.. sort == LeadSort.Newest ? rows.OrderByDescending(number) : rows.OrderBy(number)];

    private static LeadTotal Total(LeadQuery query, long counted) =>
        query.IsCounted || counted <= LeadTotal.MostOf(query)
            ? new(counted, IsExact: true)
            : new(LeadTotal.MostOf(query), IsExact: false);

    /// <summary>One row, or none for none: how many leads match.</summary>
    private IQueryable<long> Totals(LeadQuery query, CurrentUser user)
    {
        if (!query.IsCounted)
            return Some(query, user, LeadTotal.MostOf(query) + 1).GroupBy(_ => 1).Select(all => (long)all.Count());
        var kept = inSight.CountsOf(user);
        var filter = query.Filter;
        if (filter.Statuses.Count > 0)
            kept = kept.Where(count => filter.Statuses.Contains(count.Status));
        if (filter.AssignedTo is { } owner)
            kept = kept.Where(count => count.AssignedTo == owner);
        if (filter.Unassigned)
            kept = kept.Where(count => count.AssignedTo == null);
        return kept.GroupBy(_ => 1).Select(all => all.Sum(count => count.Leads));
    }

    private static LeadPage ToPage(List<Lead> page, LeadQuery query, LeadTotal total)
    {
        if (page.Count <= query.Limit)
            return new LeadPage(page, Next: null, total);
        page.RemoveAt(query.Limit);
        return new LeadPage(page, new LeadCursor(page[^1].Number), total);
    }

    /// <summary>The first <paramref name="most"/> leads of the page, by number.</summary>
    private IQueryable<Lead> Page(LeadQuery query, int most, CurrentUser user)
    {
        var all = inSight.Of(user).AsNoTracking();
        var leads = Filter(all, query);
        var newestFirst = query.Sort == LeadSort.Newest;
        if (query.Before is { } before)
            leads = leads.Where(lead => lead.Number < before.Number);
        if (query.After is { } after)
            leads = leads.Where(lead => lead.Number > after.Number);

        var offset = (int)Math.Min(query.Offset, int.MaxValue - most);
        if (query.IsSearch)
        {
            var found = search.First(
                leads,
                unfiltered: !query.IsFiltered && !inSight.IsRestricted(user),
                query.Range,
                query.Filter.Search!,
                newestFirst,
                offset + most
            );
            leads = all.Where(lead => found.Contains(lead.Number)); // found are filtered already
        }

        leads = newestFirst ? leads.OrderByDescending(lead => lead.Number) : leads.OrderBy(lead => lead.Number);
        return (offset > 0 ? leads.Skip(offset) : leads).Take(most);
    }

    /// <summary>Everything that matches and <paramref name="user"/> may see, newest first; pages are ignored.</summary>
    public IQueryable<Lead> Matching(LeadQuery query, CurrentUser user, int most)
    {
        var all = inSight.Of(user).AsNoTracking();
        var leads = Filter(all, query);
        if (query.IsSearch)
        {
            var found = search.First(
                leads,
                unfiltered: !query.IsFiltered && !inSight.IsRestricted(user),
                NumberRange.All,
                query.Filter.Search!,
                newestFirst: true,
                most
            );
            leads = all.Where(lead => found.Contains(lead.Number));
        }

        return leads.OrderByDescending(lead => lead.Number).Take(most);
    }

    /// <summary>Some that match, in no order, to be counted: at most <paramref name="most"/>.</summary>
    private IQueryable<Lead> Some(LeadQuery query, CurrentUser user, int most)
    {
        var all = inSight.Of(user).AsNoTracking();
        var leads = Filter(all, query);
        if (!query.IsSearch)
            return leads.Take(most);
        var isUnfiltered = !query.IsFiltered && !inSight.IsRestricted(user);
        var found = search.Some(leads, isUnfiltered, query.Filter.Search!, most);
        return all.Where(lead => found.Contains(lead.Number)).Take(most);
    }

    /// <summary>Those of <paramref name="leads"/> that are asked for, whatever the search.</summary>
    internal IQueryable<Lead> Filter(IQueryable<Lead> leads, LeadQuery query)
    {
        var filter = query.Filter;
        if (filter.Statuses is [var only])
            leads = leads.Where(lead => lead.Status == only); // the index gives these in order, but not those of several
        else if (filter.Statuses.Count > 0)
            leads = leads.Where(lead => filter.Statuses.Contains(lead.Status));
        if (filter.Attention.Count > 0)
            leads = leads.Needing(filter.Attention, db, query.Now);
        if (filter.Numbers.Count > 0)
            leads = leads.Where(lead => filter.Numbers.Contains(lead.Number));
        if (filter.Tag is { } tag)
        {
            var key = SearchText.For(tag);
            // One tag, found first; its leads stand in order of number.
            leads = leads.Where(lead =>
                db.Set<LeadTag>()
                    .Any(on =>
                        on.LeadNumber == lead.Number
                        && on.TagId
                            == db.Set<Tag>().Where(known => known.Key == key).Select(known => known.Id).FirstOrDefault()
                    )
            );
        }
        if (filter.Source is { } source)
            leads = leads.Where(lead => lead.Source == source);
        if (filter.PracticeArea is { } area)
            leads = leads.Where(lead => lead.PracticeArea == area);
        if (filter.AssignedTo is { } owner)
            leads = leads.Where(lead => lead.AssignedTo == owner);
        if (filter.Unassigned)
            leads = leads.Where(lead => lead.AssignedTo == null);
        if (query.Email is { } email)
        {
            // The search index has the whole address of each lead.
            if (WordsQuery.ExactQuery(SearchText.For(email)) is not { } word)
                return leads.Where(_ => false);
            var address = email.ToLowerInvariant();
            var findable = db.FindableLeads; // outside the expression
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // it becomes SQL's lower()
            leads = leads.Where(lead =>
                findable.Where(known => known.Words.Matches(word)).Select(known => known.Number).Contains(lead.Number)
                && lead.Email.ToLower() == address
            );
#pragma warning restore CA1304, CA1311, CA1862, MA0011
        }
        if (query.CreatedFrom is { } from)
            leads = leads.Where(lead => lead.CreatedAt >= from);
        if (query.CreatedTo is { } to)
            leads = leads.Where(lead => lead.CreatedAt < to);
        return leads;
    }
}
