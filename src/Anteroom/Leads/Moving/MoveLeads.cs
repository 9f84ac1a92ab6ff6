using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;

namespace Anteroom.Leads;

/// <summary>
/// Moves many leads to another status at once, in one transaction and few statements. Those that may not be moved are left out
/// and counted.
/// </summary>
public sealed class MoveLeads(AnteroomDb db, LeadsInSight inSight, Changes changes, AuditLog audit, TimeProvider time)
{
    /// <summary>Moves them.</summary>
    /// <param name="numbers">Which; at most <see cref="LeadFilter.MostNumbers"/>.</param>
    /// <param name="next">Where to.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<DoneTogether> RunAsync(
        IReadOnlyList<long> numbers,
        LeadStatus next,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var leads = await db.HoldAsync(inSight, numbers, by, cancellation);
        var leftOut = new Dictionary<string, int>(StringComparer.Ordinal);
        leftOut.Count(LeftOut.NotFound, numbers.Count - leads.Count);
        List<LeadBefore> before = [];
        List<LeadBefore> after = [];
        List<(Guid, string)> lines = [];
        foreach (var lead in leads)
        {
            var was = LeadBefore.Of(lead);
            if (lead.Status == next)
                leftOut.Count(LeftOut.AlreadySo);
            else if (lead.IsBeingWelcomed(now))
                leftOut.Count(LeftOut.BeingWelcomed);
            else if (Moved(lead))
                before.Add(was);
            else
                leftOut.Count(LeftOut.NotAllowed);
        }

        if (before.Count > 0)
            await db.WriteStatusesAsync(after, became: null, at: null, now, cancellation);
        var undo = Undo.Of(UndoKind.Status, next.ToWire(), before, leftOut, by, now);
        await using (var batch = db.Batch())
        {
            if (lines.Count > 0)
                batch.Tell("status_changed", lines, by, now);
            batch.Keep(undo);
            audit.Tell(batch, $"moved to {next.ToLabel()}", [.. before.Select(lead => lead.Number)], by);
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        changes.Tell(before.Select(lead => lead.Number));
        return undo.ToDone();

        bool Moved(Lead lead)
        {
            var from = lead.Status;
            if (!lead.TryMoveTo(next, by.Id, now))
                return false;
            after.Add(LeadBefore.Of(lead));
            lines.Add((lead.Id, $"moved this lead from {from.ToLabel()} to {next.ToLabel()}"));
            return true;
        }
    }
}
