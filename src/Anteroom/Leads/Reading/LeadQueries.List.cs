using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>A page of leads for programs.</summary>
/// <param name="Leads">With their resumes' metadata.</param>
/// <param name="Next">Where the next page starts; null on the last.</param>
public sealed record LeadPage(IReadOnlyList<Lead> Leads, LeadCursor? Next);

public sealed partial class LeadQueries
{
    /// <summary>A page for programs, by number: one statement, whatever the number of leads.</summary>
    /// <remarks>
    /// Every page without an offset costs the same at a thousand leads and at a million: by the index on the number, on status and
    /// number, or as <see cref="LeadSearch"/> says. An offset costs about half a second for each million leads skipped.
    /// </remarks>
    public async Task<LeadPage> ListAsync(LeadQuery query, CurrentUser user, CancellationToken cancellation)
    {
        var all = inSight.Of(user).AsNoTracking();
        var leads = Filter(all, query);
        var newestFirst = query.Sort == LeadSort.Newest;
        if (query.Before is { } before)
            leads = leads.Where(lead => lead.Number < before.Number);
        if (query.After is { } after)
            leads = leads.Where(lead => lead.Number > after.Number);

        // One more than asked for tells whether there is another page.
        var most = query.Limit + 1;
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
        if (offset > 0)
            leads = leads.Skip(offset);
        var page = await leads.Take(most).Include(lead => lead.Resume).ToListAsync(cancellation);
        if (page.Count <= query.Limit)
            return new LeadPage(page, Next: null);
        page.RemoveAt(query.Limit);
        return new LeadPage(page, new LeadCursor(page[^1].Number));
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
        if (query.CreatedFrom is { } from)
            leads = leads.Where(lead => lead.CreatedAt >= from);
        if (query.CreatedTo is { } to)
            leads = leads.Where(lead => lead.CreatedAt < to);
        return leads;
    }
}
