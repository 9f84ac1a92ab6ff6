using Anteroom.Accounts;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>What became of a change of status.</summary>
public abstract record ChangeStatusResult
{
    private ChangeStatusResult() { }

    /// <summary>Done.</summary>
    public sealed record Changed(LeadStatus From, LeadStatus To) : ChangeStatusResult;

    /// <summary>It already has that status: nothing to do, and nothing to be alarmed about.</summary>
    public sealed record AlreadySo(LeadStatus Status) : ChangeStatusResult;

    /// <summary>The rules do not allow the move.</summary>
    public sealed record NotAllowed(LeadStatus From, LeadStatus To) : ChangeStatusResult;

    /// <summary>Somebody changed the lead since the caller read it; nothing was overwritten.</summary>
    public sealed record ChangedMeanwhile(LeadStatus Now, string? ByName) : ChangeStatusResult;

    /// <summary>There is no such lead.</summary>
    public sealed record NotFound : ChangeStatusResult;
}

/// <summary>Moves a lead to another status and writes the timeline entry in the same transaction.</summary>
public sealed class ChangeStatus(AnteroomDb db, LeadsInSight inSight, TimeProvider time)
{
    /// <summary>Moves lead <paramref name="number"/> to <paramref name="next"/>.</summary>
    /// <param name="number">The lead's number.</param>
    /// <param name="next">The status to move to.</param>
    /// <param name="version">The <see cref="Lead.Version"/> that the caller saw; null to not compare.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<ChangeStatusResult> RunAsync(
        long number,
        LeadStatus next,
        uint? version,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var lead = await inSight.Of(by).SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        if (lead is null)
            return new ChangeStatusResult.NotFound();
        if (lead.Status == next)
            return new ChangeStatusResult.AlreadySo(next);
        if (version is not null && version != lead.Version)
            return await ChangedMeanwhileAsync(lead, cancellation);

        var from = lead.Status;
        var now = Sql.Instant(time.GetUtcNow());
        if (!lead.TryMoveTo(next, by.Id, now))
            return new ChangeStatusResult.NotAllowed(from, next);

        db.Activities.Add(
            new Activity
            {
                Id = Guid.CreateVersion7(now),
                LeadId = lead.Id,
                Kind = "status_changed",
                ActorId = by.Id,
                Actor = by.FullName,
                Summary = $"moved this lead from {from.ToLabel()} to {next.ToLabel()}",
                At = now,
            }
        );
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody committed between our read and our write; nothing of ours was saved.
            db.ChangeTracker.Clear();
            return await RunAsync(number, next, version ?? lead.Version, by, cancellation);
        }

        return new ChangeStatusResult.Changed(from, next);
    }

    private async Task<ChangeStatusResult> ChangedMeanwhileAsync(Lead lead, CancellationToken cancellation)
    {
        var name = await db
            .Activities.Where(activity => activity.LeadId == lead.Id && activity.Kind == "status_changed")
            .OrderByDescending(activity => activity.Id)
            .Select(activity => activity.Actor)
            .FirstOrDefaultAsync(cancellation);
        return new ChangeStatusResult.ChangedMeanwhile(lead.Status, name);
    }
}
