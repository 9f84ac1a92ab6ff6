using System.Linq.Expressions;
using Anteroom.Accounts;
using Anteroom.Mail;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Anteroom.Leads;

public sealed partial class LeadQueries
{
    /// <summary>Counting stops here; the page then shows that there are more.</summary>
    public const int MostCounted = 1_000;

    /// <summary>
    /// A page of the list, one statement however many rows: the counts, joined with the page. By name, every page
    /// but the first costs one more, by key.
    /// </summary>
    /// <param name="query">Which page; its offset is ignored.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<LeadRows> PageAsync(LeadQuery query, CurrentUser user, CancellationToken cancellation)
    {
        // The opposite direction for a page further up.
        var opposite = query.Sort.IsAscending() ? query.Before is not null : query.After is not null;
        var page = (await SliceAsync(query, opposite, user, cancellation)).In(query.Sort, opposite);
        // One more than asked for tells whether there is another page.
        var pages = Counted(query, user)
            .SelectMany(
                _ => page.Take(query.Limit + 1).DefaultIfEmpty(),
                (counts, lead) => new Joined { Counts = counts, Lead = lead }
            );
        var found = await Again(pages, query.Sort, opposite).Select(Row()).ToListAsync(cancellation);
        return ToPage(found, query, opposite);
    }

    /// <summary>The columns of the board, one statement: each status with its newest leads (or the oldest, those who wait longest).</summary>
    /// <param name="query">Which leads; its statuses are the columns that are read, all when there is none.</param>
    /// <param name="each">How many of each at most.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<LeadRows> ColumnsAsync(
        LeadQuery query,
        int each,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        query = query with { Sort = LeadSort.Newest, Limit = each, Before = null, After = null };
        IQueryable<Lead>? all = null;
        foreach (var status in query.Filter.Statuses.Count > 0 ? query.Filter.Statuses : LeadStatus.All)
        {
            var column = query with { Filter = query.Filter with { Statuses = [status] } };
            var one = (await SliceAsync(column, opposite: false, user, cancellation))
                .OrderByDescending(lead => lead.Number)
                .Take(each + 1);
            all = all is null ? one : all.Concat(one);
        }

        var pages = Counted(query, user)
            .SelectMany(_ => all!.DefaultIfEmpty(), (counts, lead) => new Joined { Counts = counts, Lead = lead });
        var found = await pages
            .OrderByDescending(joined => joined.Lead!.Number)
            .Select(Row())
            .ToListAsync(cancellation);
        return ToPage(found, query with { Limit = int.MaxValue }, opposite: false);
    }

    /// <summary>The leads of the query from its cursor on.</summary>
    private async Task<IQueryable<Lead>> SliceAsync(
        LeadQuery query,
        bool opposite,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var all = inSight.Of(user);
        var leads = Filter(all, query);
        if (query.Before is { } before)
            leads = await leads.BeyondAsync(query.Sort, before, larger: false, db, cancellation);
        if (query.After is { } after)
            leads = await leads.BeyondAsync(query.Sort, after, larger: true, db, cancellation);
        if (!query.IsSearch)
            return leads;

        // By name and by change, among the newest that are found.
        var byNumber = query.Sort.IsByNumber();
        var found = search.First(
            leads,
            unfiltered: byNumber && !query.IsFiltered && !inSight.IsRestricted(user),
            byNumber ? query.Range : NumberRange.All,
            query.Filter.Search!,
            newestFirst: !byNumber || query.Sort.IsAscending() == opposite,
            byNumber ? query.Limit + 1 : MostCounted
        );
        return all.Where(lead => found.Contains(lead.Number)); // found are filtered already
    }

    /// <summary>One row: the sum of the counts that the database keeps, or a count up to a limit.</summary>
    private IQueryable<Tally> Counted(LeadQuery query, CurrentUser user)
    {
        var any = query with { Filter = query.Filter with { Statuses = [] } };
        return (query.IsCounted ? Kept() : Found()).GroupBy(_ => 1).Select(Tallied());

        IQueryable<Piece> Found() =>
            Some(any, user, Math.Min(MostCounted, LeadTotal.MostOf(any)) + 1)
                .Select(lead => new Piece { Status = lead.Status, Leads = 1L });

        IQueryable<Piece> Kept()
        {
            var kept = inSight.CountsOf(user);
            if (any.Filter.AssignedTo is { } owner)
                kept = kept.Where(count => count.AssignedTo == owner);
            if (any.Filter.Unassigned)
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

    // A join guarantees no order.
    private static IQueryable<Joined> Again(IQueryable<Joined> pages, LeadSort sort, bool opposite)
    {
        var ascending = sort.IsAscending() != opposite;
        return sort switch
        {
            LeadSort.Name or LeadSort.NameBackwards => ascending
                ? pages
                    .OrderBy(joined => joined.Lead!.LastName)
                    .ThenBy(joined => joined.Lead!.FirstName)
                    .ThenBy(joined => joined.Lead!.Number)
                : pages
                    .OrderByDescending(joined => joined.Lead!.LastName)
                    .ThenByDescending(joined => joined.Lead!.FirstName)
                    .ThenByDescending(joined => joined.Lead!.Number),
            LeadSort.Changed or LeadSort.Unchanged => ascending
                ? pages.OrderBy(joined => joined.Lead!.UpdatedAt).ThenBy(joined => joined.Lead!.Number)
                : pages
                    .OrderByDescending(joined => joined.Lead!.UpdatedAt)
                    .ThenByDescending(joined => joined.Lead!.Number),
            _ => ascending
                ? pages.OrderBy(joined => joined.Lead!.Number)
                : pages.OrderByDescending(joined => joined.Lead!.Number),
        };
    }

    private Expression<Func<Joined, Found>> Row()
    {
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
                        ContactDueAt = joined.Lead.ContactDueAt,
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
                        ResumeQuarantined = db.Set<QuarantinedFile>().Any(file => file.LeadId == joined.Lead.Id),
                        // Nobody of the firm has looked at it, or done anything about it; both by index.
                        Unread =
                            joined.Lead.CreatedAt > since
                            && !db.Set<LeadRead>().Any(read => read.LeadId == joined.Lead.Id)
                            && !db.Set<Activity>()
                                .Any(activity => activity.LeadId == joined.Lead.Id && activity.ActorId != null),
                        Tags = db.Set<LeadTag>()
                            .Where(on => on.LeadId == joined.Lead.Id)
                            .Join(db.Set<Tag>(), on => on.TagId, tag => tag.Id, (on, tag) => tag.Name)
                            .GroupBy(_ => 1)
                            .Select(names => string.Join("\n", names.Order()))
                            .FirstOrDefault(),
                        NextTask = db.Set<LeadTask>()
                            .Where(task => task.LeadId == joined.Lead.Id && task.DoneAt == null)
                            .OrderBy(task => task.DueOn == null)
                            .ThenBy(task => task.DueOn)
                            .ThenBy(task => task.Id)
                            .Select(task => task.Title)
                            .FirstOrDefault(),
                        DueOn = db.Set<LeadTask>()
                            .Where(task => task.LeadId == joined.Lead.Id && task.DoneAt == null)
                            .Min(task => task.DueOn),
                        Version = joined.Lead.Version,
                    },
        };
    }

    private static LeadRows ToPage(List<Found> found, LeadQuery query, bool opposite)
    {
        var rows = found.Select(each => each.Row).OfType<LeadRow>().ToList();
        var more = rows.Count > query.Limit;
        if (more)
            rows.RemoveAt(query.Limit);
        if (opposite)
            rows.Reverse();
        var (next, previous) = opposite
            ? (rows.Count > 0, more)
            : (more, query.Before is not null || query.After is not null);
        var counts = new Dictionary<LeadStatus, long>();
        if (found is [{ Counts: var count }, ..])
        {
            foreach (var (status, leads) in LeadStatus.All.Zip(count.Leads))
                counts[status] = leads;
        }

        return new LeadRows(
            rows,
            next,
            previous,
            counts,
            query.IsCounted || counts.Values.Sum() <= Math.Min(MostCounted, LeadTotal.MostOf(query))
        );
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
