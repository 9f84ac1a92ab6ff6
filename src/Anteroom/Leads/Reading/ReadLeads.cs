using System.Linq.Expressions;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Anteroom.Leads;

/// <summary>Reads leads for the list and the board.</summary>
public sealed class ReadLeads(
    AnteroomDb db,
    LeadsInSight inSight,
    LeadSearch leadSearch,
    ListLeads listLeads,
    TimeProvider time
)
{
    /// <summary>Counting stops here; the page then shows that there are more.</summary>
    public const int MostCounted = 1_000;

    /// <summary>
    /// A page of the list, one statement whatever the number of rows: the counts, and joined to them the page. By name, every page
    /// but the first costs one more, by key.
    /// </summary>
    /// <param name="listing">What to look for and in which order; its limit and cursor are ignored.</param>
    /// <param name="slot">Which page.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<LeadPage> PageAsync(
        LeadListing listing,
        LeadSlot slot,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        // The opposite direction for a page further up.
        var opposite = listing.Order.IsAscending() ? slot.Before is not null : slot.After is not null;
        var page = (await SliceAsync(listing, slot, opposite, user, cancellation)).In(listing.Order, opposite);
        // One more than asked for tells whether there is another page.
        var pages = Counted(listing, user)
            .SelectMany(
                _ => page.Take(slot.Limit + 1).DefaultIfEmpty(),
                (counts, lead) => new Joined { Counts = counts, Lead = lead }
            );
        var found = await Again(pages, listing.Order, opposite).Select(Row(user)).ToListAsync(cancellation);
        return ToPage(found, slot, opposite, IsKept(listing));
    }

    /// <summary>The columns of the board, one statement: each status with its newest leads (or the oldest, those who wait longest).</summary>
    /// <param name="listing">What to look for; its statuses are the columns that are read, all when there is none.</param>
    /// <param name="each">How many of each at most.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<LeadPage> ColumnsAsync(
        LeadListing listing,
        int each,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        listing = listing with { Order = LeadOrder.Newest };
        IQueryable<Lead>? all = null;
        foreach (var status in listing.Statuses.Count > 0 ? listing.Statuses : LeadStatus.All)
        {
            var slot = new LeadSlot(null, null, each);
            var one = (await SliceAsync(listing with { Statuses = [status] }, slot, false, user, cancellation))
                .OrderByDescending(lead => lead.Number)
                .Take(each + 1);
            all = all is null ? one : all.Concat(one);
        }

        var pages = Counted(listing, user)
            .SelectMany(_ => all!.DefaultIfEmpty(), (counts, lead) => new Joined { Counts = counts, Lead = lead });
        var found = await pages
            .OrderByDescending(joined => joined.Lead!.Number)
            .Select(Row(user))
            .ToListAsync(cancellation);
        return ToPage(found, new LeadSlot(null, null, int.MaxValue), opposite: false, IsKept(listing));
    }

    /// <summary>The leads that are asked for, from where the slot begins.</summary>
    private async Task<IQueryable<Lead>> SliceAsync(
        LeadListing listing,
        LeadSlot slot,
        bool opposite,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var all = inSight.Of(user);
        var leads = listLeads.Filter(all, listing);
        if (slot.Before is { } before)
            leads = await leads.BeyondAsync(listing.Order, before, larger: false, db, cancellation);
        if (slot.After is { } after)
            leads = await leads.BeyondAsync(listing.Order, after, larger: true, db, cancellation);
        if (!LeadSearch.IsAsked(listing.Search))
            return leads;

        // By name and by change, among the newest that are found.
        var byNumber = listing.Order.IsByNumber();
        var found = leadSearch.First(
            leads,
            unfiltered: byNumber && !listing.IsFiltered && !inSight.IsRestricted(user),
            !byNumber ? NumberRange.All
                : slot.Before is { } to ? NumberRange.All with { Before = to.Number }
                : slot.After is { } from ? NumberRange.All with { After = from.Number }
                : NumberRange.All,
            listing.Search!,
            newestFirst: !byNumber || listing.Order.IsAscending() == opposite,
            byNumber ? slot.Limit + 1 : MostCounted
        );
        return all.Where(lead => found.Contains(lead.Number)); // found are filtered already
    }

    /// <summary>One row: what the database keeps, added up, or what is counted up to a bound.</summary>
    private IQueryable<Tally> Counted(LeadListing listing, CurrentUser user)
    {
        var any = listing with { Statuses = [] };
        return (IsKept(listing) ? Kept() : Found()).GroupBy(_ => 1).Select(Tallied());

        IQueryable<Piece> Found() =>
            listLeads
                .Matching(any, user, MostCounted + 1)
                .Select(lead => new Piece { Status = lead.Status, Leads = 1L });

        IQueryable<Piece> Kept()
        {
            var kept = inSight.CountsOf(user);
            if (any.AssignedTo is { } owner)
                kept = kept.Where(count => count.AssignedTo == owner);
            if (any.Unassigned)
                kept = kept.Where(count => count.AssignedTo == null);
            return kept.Select(count => new Piece { Status = count.Status, Leads = count.Leads });
        }
    }

    /// <summary>The sum of each status, in the order of the table.</summary>
    private static Expression<Func<IGrouping<int, Piece>, Tally>> Tallied()
    {
        var pieces = Expression.Parameter(typeof(IGrouping<int, Piece>), "pieces");
        var sums = LeadStatus
            .All.Select(SumOf)
            .Select(sum => ReplacingExpressionVisitor.Replace(sum.Parameters[0], pieces, sum.Body));
        return Expression.Lambda<Func<IGrouping<int, Piece>, Tally>>(
            Expression.MemberInit(
                Expression.New(typeof(Tally)),
                Expression.Bind(
                    typeof(Tally).GetProperty(nameof(Tally.Leads))!,
                    Expression.NewArrayInit(typeof(long), sums)
                )
            ),
            pieces
        );

        static Expression<Func<IGrouping<int, Piece>, long>> SumOf(LeadStatus status) =>
            pieces => pieces.Sum(piece => piece.Status == EF.Constant(status) ? piece.Leads : 0);
    }

    /// <summary>Whether the database keeps the counts that are asked for: by status and owner.</summary>
    private static bool IsKept(LeadListing listing) =>
        !LeadSearch.IsAsked(listing.Search)
        && !(listing with { Statuses = [], AssignedTo = null, Unassigned = false }).IsFiltered;

    // A join promises no order.
    private static IQueryable<Joined> Again(IQueryable<Joined> pages, LeadOrder order, bool opposite)
    {
        var ascending = order.IsAscending() != opposite;
        return order switch
        {
            LeadOrder.Name or LeadOrder.NameBackwards => ascending
                ? pages
                    .OrderBy(joined => joined.Lead!.LastName)
                    .ThenBy(joined => joined.Lead!.FirstName)
                    .ThenBy(joined => joined.Lead!.Number)
                : pages
                    .OrderByDescending(joined => joined.Lead!.LastName)
                    .ThenByDescending(joined => joined.Lead!.FirstName)
                    .ThenByDescending(joined => joined.Lead!.Number),
            LeadOrder.Changed or LeadOrder.Unchanged => ascending
                ? pages.OrderBy(joined => joined.Lead!.UpdatedAt).ThenBy(joined => joined.Lead!.Number)
                : pages
                    .OrderByDescending(joined => joined.Lead!.UpdatedAt)
                    .ThenByDescending(joined => joined.Lead!.Number),
            _ => ascending
                ? pages.OrderBy(joined => joined.Lead!.Number)
                : pages.OrderByDescending(joined => joined.Lead!.Number),
        };
    }

    private Expression<Func<Joined, Found>> Row(CurrentUser user)
    {
        var me = user.Id;
        var since = time.GetUtcNow().AddDays(-LeadRead.Days);
        return joined => new Found
        {
            Counts = joined.Counts,
            Row =
                joined.Lead == null
                    ? null
                    : new LeadRow
                    {
                        Id = joined.Lead.Id,
                        Number = joined.Lead.Number,
                        FirstName = joined.Lead.FirstName,
                        LastName = joined.Lead.LastName,
                        Email = joined.Lead.Email,
                        Phone = joined.Lead.Phone,
                        PhoneE164 = joined.Lead.PhoneE164,
                        PracticeArea = joined.Lead.PracticeArea,
                        Source = joined.Lead.Source,
                        Status = joined.Lead.Status,
                        ReachedOutByName = db.Set<User>()
                            .Where(other => other.Id == joined.Lead.ReachedOutBy)
                            .Select(other => other.FullName)
                            .FirstOrDefault(),
                        ReachedOutAt = joined.Lead.ReachedOutAt,
                        CreatedAt = joined.Lead.CreatedAt,
                        UpdatedAt = joined.Lead.UpdatedAt,
                        AssignedToName = db.Set<User>()
                            .Where(other => other.Id == joined.Lead.AssignedTo)
                            .Select(other => other.FullName)
                            .FirstOrDefault(),
                        NeedsCall = joined.Lead.NeedsCall,
                        MailFailed = db.Set<Email>()
                            .Any(email => email.LeadId == joined.Lead.Id && email.State == EmailState.Failed),
                        ResumeDeleted = db.Set<Resume>()
                            .Any(resume => resume.LeadId == joined.Lead.Id && resume.DeletedAt != null),
                        ResumeQuarantined = db.Set<Resume>()
                            .Any(resume =>
                                resume.LeadId == joined.Lead.Id
                                && resume.ScanState == ScanState.Quarantined
                                && resume.DeletedAt == null
                            ),
                        // The last that somebody else did, by the index of the timeline; read, by key.
                        Unread = db.Set<Activity>()
                            .Where(activity => activity.LeadId == joined.Lead.Id && activity.ActorId != me)
                            .OrderByDescending(activity => activity.Id)
                            .Take(1)
                            .Any(last =>
                                last.At > since
                                && !db.Set<LeadRead>()
                                    .Any(read =>
                                        read.UserId == me && read.LeadId == joined.Lead.Id && read.ReadAt >= last.At
                                    )
                            ),
                        Tags = db.Set<LeadTag>()
                            .Where(on => on.LeadId == joined.Lead.Id)
                            .Join(db.Set<Tag>(), on => on.TagId, tag => tag.Id, (on, tag) => tag.Name)
                            .GroupBy(_ => 1)
                            .Select(names => string.Join("\n", names.Order()))
                            .FirstOrDefault(),
                        Version = joined.Lead.Version,
                    },
        };
    }

    private static LeadPage ToPage(List<Found> found, LeadSlot slot, bool opposite, bool kept)
    {
        var rows = found.Select(each => each.Row).OfType<LeadRow>().ToList();
        var more = rows.Count > slot.Limit;
        if (more)
            rows.RemoveAt(slot.Limit);
        if (opposite)
            rows.Reverse();
        var (next, previous) = opposite
            ? (rows.Count > 0, more)
            : (more, slot.Before is not null || slot.After is not null);
        var counts = new Dictionary<LeadStatus, long>();
        if (found is [{ Counts: var count }, ..])
        {
            foreach (var (status, leads) in LeadStatus.All.Zip(count.Leads))
                counts[status] = leads;
        }

        return new LeadPage(rows, next, previous, counts, kept || counts.Values.Sum() <= MostCounted);
    }

    private sealed class Piece
    {
        public LeadStatus Status { get; init; } = LeadStatus.Registered;
        public long Leads { get; init; }
    }

    private sealed class Tally
    {
        public long[] Leads { get; init; } = [];
    }

    private sealed class Joined
    {
        public required Tally Counts { get; init; }
        public Lead? Lead { get; init; }
    }

    private sealed class Found
    {
        public required Tally Counts { get; init; }
        public LeadRow? Row { get; init; }
    }
}
