using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>The orders a list can have. Each is carried by an index that ends in the number, so that a page can go on by key.</summary>
public enum LeadOrder
{
    /// <summary>Newest first.</summary>
    Newest,

    /// <summary>Oldest first.</summary>
    Oldest,

    /// <summary>By last, then first name.</summary>
    Name,

    /// <summary>By name, from the end of the alphabet.</summary>
    NameBackwards,

    /// <summary>What changed last comes first.</summary>
    Changed,

    /// <summary>What has not changed for longest comes first.</summary>
    Unchanged,

    /// <summary>Who has waited longest first; meant for those who wait, so the filter has that status.</summary>
    Waiting,
}

/// <summary>Where a page goes on: after the lead with this number.</summary>
/// <param name="Number">The last lead of the page before.</param>
public readonly record struct LeadCursor(long Number);

/// <summary>What to list.</summary>
public sealed record LeadListing
{
    /// <summary>Only these; empty for all.</summary>
    public IReadOnlyList<LeadStatus> Statuses { get; init; } = [];

    /// <summary>Only leads that came through this door; null for all.</summary>
    public string? Source { get; init; }

    /// <summary>Only leads that need attention for one of these reasons; empty for all.</summary>
    public IReadOnlyList<Attention> Attention { get; init; } = [];

    /// <summary>Only leads with this tag, in any case and accents; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>Only these leads; empty for all.</summary>
    public IReadOnlyList<long> Numbers { get; init; } = [];

    /// <summary>The instant that <see cref="Attention"/> goes by, UTC.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Only leads about this; null for all.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>Only leads of this user; null for all.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>Only leads that nobody has.</summary>
    public bool Unassigned { get; init; }

    /// <summary>Beginnings of names or an email address, any case, accents ignored (<see cref="LeadSearch"/>); null for all.</summary>
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

    /// <summary>Whether some leads are left out for another reason than <see cref="Search"/>.</summary>
    public bool IsFiltered =>
        Statuses.Count > 0
        || Attention.Count > 0
        || Numbers.Count > 0
        || Tag is not null
        || Source is not null
        || PracticeArea is not null
        || AssignedTo is not null
        || Unassigned
        || CreatedFrom is not null
        || CreatedTo is not null;
}

/// <summary>A page.</summary>
/// <param name="Leads">With their resumes' metadata.</param>
/// <param name="Next">For the page after; null on the last.</param>
public sealed record ListedLeads(IReadOnlyList<Lead> Leads, LeadCursor? Next);

/// <summary>Lists leads for programs: one statement a page, whatever the number of leads.</summary>
public sealed partial class ListLeads(AnteroomDb db, LeadsInSight inSight, LeadSearch leadSearch)
{
    /// <summary>A page of what <paramref name="user"/> may see.</summary>
    /// <remarks>
    /// Every page but those with an offset costs the same at a thousand leads and at a million: by the index on the number, on
    /// status and number, or as <see cref="LeadSearch"/> says. An offset costs about half a second for each million passed over.
    /// </remarks>
    public async Task<ListedLeads> RunAsync(LeadListing listing, CurrentUser user, CancellationToken cancellation)
    {
        var all = inSight.Of(user).AsNoTracking();
        var leads = Filter(all, listing);
        var newestFirst = listing.Order == LeadOrder.Newest;
        if (listing.Cursor is { } after)
            leads = newestFirst
                ? leads.Where(lead => lead.Number < after.Number)
                : leads.Where(lead => lead.Number > after.Number);

        // One more than asked for tells whether there is another page.
        var most = listing.Limit + 1;
        var offset = (int)Math.Min(listing.Offset, int.MaxValue - most);
        if (LeadSearch.IsAsked(listing.Search))
        {
            var found = leadSearch.First(
                leads,
                unfiltered: !listing.IsFiltered && !inSight.IsRestricted(user),
                listing.Cursor is not { } last ? NumberRange.All
                    : newestFirst ? NumberRange.All with { Before = last.Number }
                    : NumberRange.All with { After = last.Number },
                listing.Search!,
                newestFirst,
                offset + most
            );
            leads = all.Where(lead => found.Contains(lead.Number)); // found are filtered already
        }

        leads = newestFirst ? leads.OrderByDescending(lead => lead.Number) : leads.OrderBy(lead => lead.Number);
        if (offset > 0)
            leads = leads.Skip(offset);
        var page = await leads.Take(most).Include(lead => lead.Resume).ToListAsync(cancellation);
        if (page.Count <= listing.Limit)
            return new ListedLeads(page, Next: null);
        page.RemoveAt(listing.Limit);
        return new ListedLeads(page, new LeadCursor(page[^1].Number));
    }

    /// <summary>Everything that matches and <paramref name="user"/> may see, newest first; pages are ignored.</summary>
    /// <param name="listing">What to look for.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="most">How many at most.</param>
    public IQueryable<Lead> Matching(LeadListing listing, CurrentUser user, int most)
    {
        var all = inSight.Of(user).AsNoTracking();
        var leads = Filter(all, listing);
        if (LeadSearch.IsAsked(listing.Search))
        {
            var found = leadSearch.First(
                leads,
                unfiltered: !listing.IsFiltered && !inSight.IsRestricted(user),
                NumberRange.All,
                listing.Search!,
                newestFirst: true,
                most
            );
            leads = all.Where(lead => found.Contains(lead.Number));
        }

        return leads.OrderByDescending(lead => lead.Number).Take(most);
    }

    /// <summary>Those of <paramref name="leads"/> that are asked for, whatever the search.</summary>
    internal IQueryable<Lead> Filter(IQueryable<Lead> leads, LeadListing listing)
    {
        if (listing.Statuses is [var only])
            leads = leads.Where(lead => lead.Status == only); // the index gives these in order, but not those of several
        else if (listing.Statuses.Count > 0)
            leads = leads.Where(lead => listing.Statuses.Contains(lead.Status));
        if (listing.Attention.Count > 0)
            leads = leads.Needing(listing.Attention, db, listing.Now);
        if (listing.Numbers.Count > 0)
            leads = leads.Where(lead => listing.Numbers.Contains(lead.Number));
        if (listing.Tag is { } tag)
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
        if (listing.Source is { } source)
            leads = leads.Where(lead => lead.Source == source);
        if (listing.PracticeArea is { } area)
            leads = leads.Where(lead => lead.PracticeArea == area);
        if (listing.AssignedTo is { } owner)
            leads = leads.Where(lead => lead.AssignedTo == owner);
        if (listing.Unassigned)
            leads = leads.Where(lead => lead.AssignedTo == null);
        if (listing.CreatedFrom is { } from)
            leads = leads.Where(lead => lead.CreatedAt >= from);
        if (listing.CreatedTo is { } to)
            leads = leads.Where(lead => lead.CreatedAt < to);
        return leads;
    }
}
