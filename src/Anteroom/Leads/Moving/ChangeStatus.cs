using Anteroom.Data;
using Anteroom.Live;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>What became of a change of status.</summary>
public abstract record ChangeStatusResult
{
    private ChangeStatusResult() { }

    /// <summary>Done.</summary>
    public sealed record Changed(LeadStatus From, LeadStatus To) : ChangeStatusResult
    {
        /// <summary>To take it back with.</summary>
        public required DoneTogether Done { get; init; }
    }

    /// <summary>It already has that status: nothing to do, and nothing to be alarmed about.</summary>
    public sealed record AlreadySo(LeadStatus Status) : ChangeStatusResult;

    /// <summary>The rules do not allow the move.</summary>
    public sealed record NotAllowed(LeadStatus From, LeadStatus To) : ChangeStatusResult;

    /// <summary>Somebody changed the lead since the caller read it; nothing was overwritten.</summary>
    public sealed record ChangedMeanwhile(LeadStatus Now, string? ByName) : ChangeStatusResult;

    /// <summary>The welcome e-mail is being sent at this moment, and the mail server takes its time: try again in a few seconds.</summary>
    public sealed record BeingWelcomed : ChangeStatusResult;

    /// <summary>The reason cannot be kept.</summary>
    public sealed record Invalid(string Problem) : ChangeStatusResult;

    /// <summary>There is no such lead.</summary>
    public sealed record NotFound : ChangeStatusResult;
}

/// <summary>A lead as somebody saw it before they decided.</summary>
/// <param name="Version">Its <see cref="Lead.Version"/>.</param>
/// <param name="Status">Its status; null when only the version is known.</param>
public sealed record SeenLead(uint Version, LeadStatus? Status);

/// <summary>Moves a lead to another status and writes the timeline entry in the same transaction.</summary>
public sealed class ChangeStatus(AnteroomDb db, LeadsInSight inSight, Changes changes, TimeProvider time)
{
    /// <summary>The longest reason, in code points.</summary>
    public const int LongestReason = 300;

    /// <summary>Moves lead <paramref name="number"/> to <paramref name="next"/>.</summary>
    /// <param name="number">The lead's number.</param>
    /// <param name="next">The status to move to.</param>
    /// <param name="seen">What the caller saw; null to not compare.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    /// <param name="reason">Why, one line for the timeline; null or blank for none.</param>
    public async Task<ChangeStatusResult> RunAsync(
        long number,
        LeadStatus next,
        SeenLead? seen,
        CurrentUser by,
        CancellationToken cancellation,
        string? reason = null
    )
    {
        string? why = null;
        if (
            !string.IsNullOrWhiteSpace(reason)
            && !OneLine.TryParse(reason, "reason", LongestReason, out why, out var problem)
        )
            return new ChangeStatusResult.Invalid(problem.ToString());
        var lead = await inSight.Of(by).SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        if (lead is null)
            return new ChangeStatusResult.NotFound();
        if (!await WelcomeUnderway.EndsAsync(db, lead, time, cancellation))
            return new ChangeStatusResult.BeingWelcomed();
        if (lead.Status == next)
            return new ChangeStatusResult.AlreadySo(next);
        // Whom it belongs to may have changed; that is nothing to stop for.
        if (seen is not null && seen.Version != lead.Version && seen.Status != lead.Status)
            return await ChangedMeanwhileAsync(lead, cancellation);

        var from = lead.Status;
        var now = Sql.Instant(time.GetUtcNow());
        var before = LeadBefore.Of(lead);
        if (!lead.TryMoveTo(next, by.Id, now))
            return new ChangeStatusResult.NotAllowed(from, next);

        var undo = Undo.Of(
            UndoKind.Status,
            next.ToWire(),
            [before],
            new Dictionary<string, int>(StringComparer.Ordinal),
            by,
            now
        );
        db.Undos.Add(undo);
        db.Activities.Add(
            Activity.By(
                by,
                lead.Id,
                "status_changed",
                $"moved this lead from {from.ToLabel()} to {next.ToLabel()}" + (why is null ? "" : $": {why}"),
                now
            )
        );
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsLeadGoneOrChanged())
        {
            // Somebody committed between our read and our write; nothing of ours was saved.
            db.ChangeTracker.Clear();
            return await RunAsync(number, next, seen ?? new SeenLead(lead.Version, from), by, cancellation, why);
        }

        changes.Tell(number);
        return new ChangeStatusResult.Changed(from, next) { Done = undo.ToDone() };
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
