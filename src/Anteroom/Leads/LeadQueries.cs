using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>Everything the lead's page shows.</summary>
/// <param name="Lead">The lead with its resume.</param>
/// <param name="ReachedOutByName">Who made the first contact.</param>
/// <param name="AssignedToName">Who takes care of it; null while nobody does.</param>
/// <param name="WaitsForAttorney">Whether it is given to somebody as soon as somebody is available.</param>
/// <param name="Attorneys">Who can take it, the least busy first.</param>
/// <param name="Emails">Its e-mails, newest first.</param>
/// <param name="Timeline">Its activities, newest first.</param>
/// <param name="OptedOut">The prospect wants no more automatic e-mail (<see cref="OptOuts"/>).</param>
public sealed record LeadDetails(
    Lead Lead,
    string? ReachedOutByName,
    string? AssignedToName,
    bool WaitsForAttorney,
    IReadOnlyList<Attorney> Attorneys,
    IReadOnlyList<Email> Emails,
    IReadOnlyList<Activity> Timeline,
    bool OptedOut
);

/// <summary>Reads leads for pages and APIs.</summary>
public sealed class LeadQueries(AnteroomDb db, LeadsInSight inSight, Attorneys attorneys)
{
    /// <summary>A lead with everything on its page, four statements; null when there is none.</summary>
    public async Task<LeadDetails?> FindAsync(long number, CurrentUser user, CancellationToken cancellation)
    {
        var found = await inSight
            .Of(user)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .Where(lead => lead.Number == number)
            .Select(lead => new
            {
                Lead = lead,
                ReachedOutByName = db
                    .Users.Where(user => user.Id == lead.ReachedOutBy)
                    .Select(user => user.FullName)
                    .FirstOrDefault(),
                AssignedToName = db
                    .Users.Where(user => user.Id == lead.AssignedTo)
                    .Select(user => user.FullName)
                    .FirstOrDefault(),
                WaitsForAttorney = db.Work.Any(work =>
                    work.Kind == WorkKind.Assign && work.Subject == lead.Id && work.State == WorkState.Queued
                ),
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // for the database: lower(), as OptOuts compares
                OptedOut = db.OptOuts.Any(optOut => optOut.Address == lead.Email.ToLower()),
#pragma warning restore CA1304, CA1311, CA1862, MA0011
            })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;

        var emails = await db
            .Emails.AsNoTracking()
            .Where(email => email.LeadId == found.Lead.Id)
            .OrderByDescending(email => email.Id)
            .ToListAsync(cancellation);
        var timeline = await db
            .Activities.AsNoTracking()
            .Where(activity => activity.LeadId == found.Lead.Id)
            .OrderByDescending(activity => activity.Id)
            .ToListAsync(cancellation);
        return new LeadDetails(
            found.Lead,
            found.ReachedOutByName,
            found.AssignedToName,
            found.WaitsForAttorney,
            await attorneys.ListAsync(cancellation),
            emails,
            timeline,
            found.OptedOut
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
