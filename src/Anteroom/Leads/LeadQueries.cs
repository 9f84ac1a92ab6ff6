using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>What the list shows of a lead.</summary>
public sealed record LeadRow(
    Guid Id,
    long Number,
    string FirstName,
    string LastName,
    string Email,
    string? PracticeArea,
    LeadStatus Status,
    string? ReachedOutByName,
    DateTimeOffset? ReachedOutAt,
    DateTimeOffset CreatedAt,
    string? AssignedToName,
    bool NeedsCall,
    bool MailFailed
)
{
    /// <summary>First and last name.</summary>
    public string FullName => $"{FirstName} {LastName}";
}

/// <summary>The question the list answers. Pages go by key: the number of the last lead seen.</summary>
public sealed record LeadFilter
{
    /// <summary>Only this status; null for all.</summary>
    public LeadStatus? Status { get; init; }

    /// <summary>Beginnings of names or an e-mail address, any case, accents ignored (<see cref="LeadSearch"/>); null for all.</summary>
    public string? Search { get; init; }

    /// <summary>Only leads older (with a smaller number) than this one; null for the newest page.</summary>
    public long? Before { get; init; }

    /// <summary>Only leads newer than this one, the nearest page of them; null otherwise. Not together with <see cref="Before"/>.</summary>
    public long? After { get; init; }

    /// <summary>How many leads a page holds, 1 to 200.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>One page of the list, newest first.</summary>
/// <param name="Rows">At most <see cref="LeadFilter.Limit"/> leads.</param>
/// <param name="Older">The key for the next page (<see cref="LeadFilter.Before"/>); null on the last.</param>
/// <param name="Newer">The key for the page before (<see cref="LeadFilter.After"/>); null on the first.</param>
/// <param name="CountByStatus">How many leads match the search in each status, for the tabs.</param>
/// <param name="HasMore">Whether there are more than counted: a search counts the newest thousand.</param>
public sealed record LeadPage(
    IReadOnlyList<LeadRow> Rows,
    long? Older,
    long? Newer,
    IReadOnlyDictionary<LeadStatus, long> CountByStatus,
    bool HasMore
);

/// <summary>Reads leads for pages and APIs.</summary>
public sealed class LeadQueries(AnteroomDb db, LeadsInSight inSight, LeadSearch leadSearch)
{
    /// <summary>A search counts no more leads than these; it says then that there are more.</summary>
    private const int MostCounted = 1_000;

    /// <summary>
    /// A page of the list; one statement whatever the number of rows: the counts, and joined to them the page (by the index
    /// on the number, or on status and number, or as <see cref="LeadSearch"/> says). The other statement of a request is
    /// the check of who is signed in.
    /// </summary>
    public async Task<LeadPage> ListAsync(LeadFilter filter, CurrentUser user, CancellationToken cancellation)
    {
        var all = inSight.Of(user);
        var page = filter.Status is { } status ? all.Where(lead => lead.Status == status) : all;
        page =
            filter.After is { } after ? page.Where(lead => lead.Number > after)
            : filter.Before is { } before ? page.Where(lead => lead.Number < before)
            : page;
        var counted = inSight.CountsOf(user).Select(count => new { count.Status, count.Leads });
        if (LeadSearch.IsAsked(filter.Search))
        {
            var found = leadSearch.First(
                page,
                unfiltered: filter.Status is null && !inSight.IsRestricted(user),
                filter.After is { } from ? NumberRange.All with { After = from }
                    : filter.Before is { } to ? NumberRange.All with { Before = to }
                    : NumberRange.All,
                filter.Search!,
                newestFirst: filter.After is null,
                filter.Limit + 1
            );
            page = all.Where(lead => found.Contains(lead.Number)); // found are filtered already
            var matching = leadSearch.First(
                all,
                unfiltered: !inSight.IsRestricted(user),
                NumberRange.All,
                filter.Search!,
                newestFirst: true,
                MostCounted + 1
            );
            counted = all.Where(lead => matching.Contains(lead.Number))
                .OrderByDescending(lead => lead.Number)
                .Take(MostCounted + 1)
                .Select(lead => new { lead.Status, Leads = 1L });
        }

        page = filter.After is null ? page.OrderByDescending(lead => lead.Number) : page.OrderBy(lead => lead.Number);
        // One more than asked for tells whether there is another page.
        var rowsAndCounts = await counted
            .GroupBy(_ => 1)
            .Select(pieces => new
            {
                Registered = pieces.Sum(piece => piece.Status == LeadStatus.Registered ? piece.Leads : 0),
                ReachedOut = pieces.Sum(piece => piece.Status == LeadStatus.ReachedOut ? piece.Leads : 0),
                Consultation = pieces.Sum(piece => piece.Status == LeadStatus.Consultation ? piece.Leads : 0),
                Retained = pieces.Sum(piece => piece.Status == LeadStatus.Retained ? piece.Leads : 0),
                Declined = pieces.Sum(piece => piece.Status == LeadStatus.Declined ? piece.Leads : 0),
                Lost = pieces.Sum(piece => piece.Status == LeadStatus.Lost ? piece.Leads : 0),
            })
            .SelectMany(
                _ => page.Take(filter.Limit + 1).DefaultIfEmpty(),
                (counts, lead) =>
                    new
                    {
                        Counts = counts,
                        Row = lead == null
                            ? null
                            : new LeadRow(
                                lead.Id,
                                lead.Number,
                                lead.FirstName,
                                lead.LastName,
                                lead.Email,
                                lead.PracticeArea,
                                lead.Status,
                                db.Users.Where(user => user.Id == lead.ReachedOutBy)
                                    .Select(user => user.FullName)
                                    .FirstOrDefault(),
                                lead.ReachedOutAt,
                                lead.CreatedAt,
                                db.Users.Where(user => user.Id == lead.AssignedTo)
                                    .Select(user => user.FullName)
                                    .FirstOrDefault(),
                                lead.NeedsCall,
                                db.Emails.Any(email => email.LeadId == lead.Id && email.State == EmailState.Failed)
                            ),
                    }
            )
            .ToListAsync(cancellation);
        var counts = new Dictionary<LeadStatus, long>();
        if (rowsAndCounts is [{ Counts: var count }, ..])
        {
            counts[LeadStatus.Registered] = count.Registered;
            counts[LeadStatus.ReachedOut] = count.ReachedOut;
            counts[LeadStatus.Consultation] = count.Consultation;
            counts[LeadStatus.Retained] = count.Retained;
            counts[LeadStatus.Declined] = count.Declined;
            counts[LeadStatus.Lost] = count.Lost;
        }

        // A join promises no order.
        var rows = rowsAndCounts.Select(each => each.Row).OfType<LeadRow>().ToList();
        rows.Sort((a, b) => filter.After is null ? b.Number.CompareTo(a.Number) : a.Number.CompareTo(b.Number));

        var more = rows.Count > filter.Limit;
        if (more)
            rows.RemoveAt(filter.Limit);
        if (filter.After is not null)
            rows.Reverse();
        var (older, newer) = filter.After is not null ? (rows.Count > 0, more) : (more, filter.Before is not null);
        return new LeadPage(
            rows,
            older && rows.Count > 0 ? rows[^1].Number : null,
            newer && rows.Count > 0 ? rows[0].Number : null,
            counts,
            LeadSearch.IsAsked(filter.Search) && counts.Values.Sum() > MostCounted
        );
    }

    /// <summary>The id of a lead, one statement; null when there is none.</summary>
    public Task<Guid?> IdOfAsync(long number, CurrentUser user, CancellationToken cancellation) =>
        inSight
            .Of(user)
            .Where(lead => lead.Number == number)
            .Select(lead => (Guid?)lead.Id)
            .SingleOrDefaultAsync(cancellation);

    /// <summary>The lead with its resume, one statement, for a download; null when there is no such lead.</summary>
    public Task<Lead?> FindWithResumeAsync(long number, CurrentUser user, CancellationToken cancellation) =>
        inSight
            .Of(user)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(lead => lead.Number == number, cancellation);

    /// <summary>The lead with its resume by id, one statement; null when there is no such lead.</summary>
    public Task<Lead?> FindWithResumeAsync(Guid id, CurrentUser user, CancellationToken cancellation) =>
        inSight
            .Of(user)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(lead => lead.Id == id, cancellation);

    /// <summary>The timeline of a lead, newest first, two statements; null when there is no such lead.</summary>
    /// <param name="id">Which lead.</param>
    /// <param name="kind">Only this kind of line; null for all.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<IReadOnlyList<Activity>?> TimelineAsync(
        Guid id,
        string? kind,
        CurrentUser user,
        CancellationToken cancellation
    ) =>
        await inSight.Of(user).AnyAsync(lead => lead.Id == id, cancellation)
            ? await db
                .Activities.AsNoTracking()
                .Where(activity => activity.LeadId == id && (kind == null || activity.Kind == kind))
                .OrderByDescending(activity => activity.Id)
                .ToListAsync(cancellation)
            : null;

    /// <summary>The e-mails of a lead, newest first, two statements; null when there is no such lead.</summary>
    public async Task<IReadOnlyList<Email>?> EmailsAsync(Guid id, CurrentUser user, CancellationToken cancellation) =>
        await inSight.Of(user).AnyAsync(lead => lead.Id == id, cancellation)
            ? await db
                .Emails.AsNoTracking()
                .Where(email => email.LeadId == id)
                .OrderByDescending(email => email.Id)
                .ToListAsync(cancellation)
            : null;
}
