using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Reads leads, for pages and APIs: only those that the user may see.</summary>
public sealed partial class LeadQueries(
    AnteroomDb db,
    NpgsqlDataSource database,
    LeadsInSight inSight,
    LeadSearch search,
    IOptions<OutreachOptions> outreach,
    TimeProvider time
)
{
    /// <summary>The id of a lead, one statement; null when there is none.</summary>
    public Task<Guid?> IdOfAsync(long number, CurrentUser user, CancellationToken cancellation) =>
        inSight
            .Of(user)
            .Where(lead => lead.Number == number)
            .Select(lead => (Guid?)lead.Id)
            .SingleOrDefaultAsync(cancellation);

    /// <summary>Where it stands; null when there is no such lead.</summary>
    public Task<LeadStatus?> StatusOfAsync(long number, CurrentUser user, CancellationToken cancellation) =>
        inSight
            .Of(user)
            .Where(lead => lead.Number == number)
            .Select(lead => (LeadStatus?)lead.Status)
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

    /// <summary>The emails of a lead, newest first, two statements; null when there is no such lead.</summary>
    public async Task<IReadOnlyList<Email>?> EmailsAsync(Guid id, CurrentUser user, CancellationToken cancellation) =>
        await inSight.Of(user).AnyAsync(lead => lead.Id == id, cancellation)
            ? await db
                .Emails.AsNoTracking()
                .Where(email => email.LeadId == id)
                .OrderByDescending(email => email.Id)
                .ToListAsync(cancellation)
            : null;
}
