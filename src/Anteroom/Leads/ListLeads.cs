using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>The orders a list can have. Each is carried by an index that ends in the number, so that a page can go on by key.</summary>
public enum LeadOrder
{
    /// <summary>Newest first.</summary>
    Newest,

    /// <summary>Oldest first.</summary>
    Oldest,
}

/// <summary>Where a page goes on: after the lead with this number.</summary>
/// <param name="Number">The last lead of the page before.</param>
public readonly record struct LeadCursor(long Number);

/// <summary>What to list.</summary>
public sealed record LeadListing
{
    /// <summary>Only these; empty for all.</summary>
    public IReadOnlyList<LeadStatus> Statuses { get; init; } = [];

    /// <summary>Only leads of this user; null for all.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>Only leads that nobody has.</summary>
    public bool Unassigned { get; init; }

    /// <summary>Part of a name or e-mail address, any case, accents ignored; null for all.</summary>
    public string? Search { get; init; }

    /// <summary>Submitted at this instant or later; null for no bound.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Submitted before this instant; null for no bound.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>The order.</summary>
    public LeadOrder Order { get; init; }

    /// <summary>How many leads a page holds, 1 to 200.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>How many leads to pass over; the database reads them all, so a cursor is better for going far.</summary>
    public long Offset { get; init; }

    /// <summary>Where to go on; null for the first page.</summary>
    public LeadCursor? Cursor { get; init; }
}

/// <summary>A page.</summary>
/// <param name="Leads">With their resumes' metadata.</param>
/// <param name="Next">For the page after; null on the last.</param>
public sealed record ListedLeads(IReadOnlyList<Lead> Leads, LeadCursor? Next);

/// <summary>Lists leads for programs: one statement a page, whatever the number of leads.</summary>
public sealed class ListLeads(LeadsInSight inSight)
{
    /// <summary>A page of what <paramref name="user"/> may see.</summary>
    public async Task<ListedLeads> RunAsync(LeadListing listing, CurrentUser user, CancellationToken cancellation)
    {
        var leads = LeadSearch.Matching(inSight.Of(user).AsNoTracking(), listing.Search);
        if (listing.Statuses.Count > 0)
            leads = leads.Where(lead => listing.Statuses.Contains(lead.Status));
        if (listing.AssignedTo is { } owner)
            leads = leads.Where(lead => lead.AssignedTo == owner);
        if (listing.Unassigned)
            leads = leads.Where(lead => lead.AssignedTo == null);
        if (listing.CreatedFrom is { } from)
            leads = leads.Where(lead => lead.CreatedAt >= from);
        if (listing.CreatedTo is { } to)
            leads = leads.Where(lead => lead.CreatedAt < to);

        leads = (listing.Order, listing.Cursor) switch
        {
            (LeadOrder.Newest, { } after) => leads
                .Where(lead => lead.Number < after.Number)
                .OrderByDescending(lead => lead.Number),
            (LeadOrder.Newest, null) => leads.OrderByDescending(lead => lead.Number),
            (_, { } after) => leads.Where(lead => lead.Number > after.Number).OrderBy(lead => lead.Number),
            _ => leads.OrderBy(lead => lead.Number),
        };
        if (listing.Offset > 0)
            leads = leads.Skip((int)Math.Min(listing.Offset, int.MaxValue));

        // One more than asked for tells whether there is another page.
        var page = await leads.Take(listing.Limit + 1).Include(lead => lead.Resume).ToListAsync(cancellation);
        if (page.Count <= listing.Limit)
            return new ListedLeads(page, Next: null);
        page.RemoveAt(listing.Limit);
        return new ListedLeads(page, new LeadCursor(page[^1].Number));
    }
}
