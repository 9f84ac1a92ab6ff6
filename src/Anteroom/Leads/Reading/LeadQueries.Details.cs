using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Resumes;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>What a lead's page shows.</summary>
public sealed record LeadDetailsQuery
{
    /// <summary>Which entries of the timeline.</summary>
    public TimelineFilter Timeline { get; init; }

    /// <summary>Only entries older than this one; null for the newest.</summary>
    public Guid? Before { get; init; }

    /// <summary>The list that the page was opened from.</summary>
    public LeadQuery List { get; init; } = new();
}

public sealed partial class LeadQueries
{
    /// <summary>
    /// The lead with everything on its page, six statements in three round trips; null when there is none of that number, or the user
    /// may not see it.
    /// </summary>
    public async Task<LeadDetails?> DetailsAsync(
        long number,
        LeadDetailsQuery query,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var found = await inSight
            .Of(user)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .Where(lead => lead.Number == number)
            .Select(lead => new
            {
                Lead = lead,
                ReachedOutByName = db.Set<User>()
                    .Where(user => user.Id == lead.ReachedOutBy)
                    .Select(user => user.FullName)
                    .FirstOrDefault(),
                AssignedToName = db.Set<User>()
                    .Where(user => user.Id == lead.AssignedTo)
                    .Select(user => user.FullName)
                    .FirstOrDefault(),
                WaitsForAttorney = db.Set<WorkItem>()
                    .Any(work =>
                        work.Kind == WorkKind.Assign && work.Subject == lead.Id && work.State == WorkState.Queued
                    ),
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // for the database: lower(), as OptOuts compares
                OptedOut = db.Set<OptOut>().Any(optOut => optOut.Address == lead.Email.ToLower()),
#pragma warning restore CA1304, CA1311, CA1862, MA0011
            })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;

        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = connection.CreateBatch();
        ReadTimeline.Ask(batch, found.Lead.Id, query.Timeline, query.Before);
        Duplicates.Ask(batch, found.Lead, inSight.IsRestricted(user) ? user : null);
        batch.Add(
            LeadSurroundings.Question,
            Sql.Value(found.Lead.Id),
            Sql.Value(user.Id),
            Sql.Value(now),
            Sql.Value(now - LeadPresence.Lasts),
            Sql.Value(WelcomeDeadline),
            Sql.Value(now - RecentLetter.Lasts)
        );
        MarkRead.Add(batch, found.Lead.Id, user.Id, now);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var timeline = await ReadTimeline.ReadAsync(reader, cancellation);
        var duplicates = await reader.ReadAllAsync<PossibleDuplicate>(cancellation);
        var around = LeadSurroundings.Read((await reader.ReadOneAsync<string>(cancellation))!);
        await reader.CloseAsync();
        return new LeadDetails
        {
            Lead = found.Lead,
            ReachedOutByName = found.ReachedOutByName,
            AssignedToName = found.AssignedToName,
            WaitsForAttorney = found.WaitsForAttorney,
            OptedOut = found.OptedOut,
            Timeline = timeline,
            Duplicates = duplicates,
            Around = around,
            Neighbors = await NeighborsAsync(query.List, number, user, cancellation),
        };
    }

    /// <summary>The number of the lead that lead <paramref name="number"/> was merged into, as far as the user may see it; else null.</summary>
    public async Task<long?> MergedIntoAsync(long number, CurrentUser user, CancellationToken cancellation) =>
        await inSight
            .Of(user)
            .Where(lead => db.Set<MergedLead>().Any(merged => merged.Number == number && merged.IntoId == lead.Id))
            .Select(lead => (long?)lead.Number)
            .SingleOrDefaultAsync(cancellation);

    /// <summary>The id of the lead that lead <paramref name="id"/> was merged into, as far as the user may see it; else null.</summary>
    public async Task<Guid?> MergedIntoAsync(Guid id, CurrentUser user, CancellationToken cancellation) =>
        await inSight
            .Of(user)
            .Where(lead => db.Set<MergedLead>().Any(merged => merged.Id == id && merged.IntoId == lead.Id))
            .Select(lead => (Guid?)lead.Id)
            .SingleOrDefaultAsync(cancellation);

    /// <summary>A resume that came with a merged lead, and its lead; null when there is none of that id.</summary>
    public async Task<(Lead Lead, Resume Document)?> FindDocumentAsync(
        long number,
        Guid id,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var lead = await inSight
            .Of(user)
            .AsNoTracking()
            .SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        var document = lead is null
            ? null
            : await db
                .Resumes.IgnoreQueryFilters([ResumeConfiguration.OwnOnly])
                .AsNoTracking()
                .SingleOrDefaultAsync(resume => resume.Id == id && resume.LeadId == lead.Id, cancellation);
        return document is null ? null : (lead!, document);
    }
}
