using System.Text.Json;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Outreach;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Takes back what a user did to leads: they are as before, except where somebody has changed them since; those are left alone
/// and counted. Once; the lines in the timelines stay.
/// </summary>
public sealed class UndoChange(
    AnteroomDb db,
    LeadsInSight inSight,
    HandOverLeads handOver,
    TrashLeads trash,
    WorkSignal signal,
    Changes changes,
    AuditLog audit,
    TimeProvider time
)
{
    private const string Why = ", taking back a change";

    /// <summary>Takes it back; null when there is nothing that this user could take back.</summary>
    public async Task<DoneTogether?> RunAsync(Guid id, CurrentUser by, CancellationToken cancellation)
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await FindAsync(id, by, cancellation) is not { } undo)
            return null;
        if (undo.UndoneAt is not null)
            return undo.ToDone();

        var leads = JsonSerializer.Deserialize<List<LeadBefore>>(undo.Leads, JsonSerializerOptions.Web)!;
        var restored = undo.Kind switch
        {
            UndoKind.Status => await MoveBackAsync(undo, leads, by, now, cancellation),
            UndoKind.Assignment => await HandBackAsync(undo, leads, by, now, cancellation),
            _ => (await trash.RestoreAsync([.. leads.Select(lead => lead.Id)], undo.At, by, cancellation)).Count,
        };
        await using (var batch = db.Batch())
        {
            batch.Add(
                "update undos set undone_at = $2, restored = $3 where id = $1",
                Sql.Value(id),
                Sql.Value(now),
                Sql.Value(restored)
            );
            audit.Tell(batch, "took back a change", [.. leads.Select(lead => lead.Number)], by);
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        if (undo.Kind == UndoKind.Deletion)
            trash.Wake();
        else
            signal.Poke(WorkSignal.Emails);
        changes.Tell(leads.Select(lead => lead.Number));
        return undo.ToDone() with { Restored = restored };
    }

    private async Task<Undo?> FindAsync(Guid id, CurrentUser by, CancellationToken cancellation)
    {
        await using (var batch = db.Batch())
        {
            // Two clicks take it back once.
            batch.Add("select from undos where id = $1 for update", Sql.Value(id));
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        return await db
            .Undos.AsNoTracking()
            .SingleOrDefaultAsync(undo => undo.Id == id && undo.UserId == by.Id, cancellation);
    }

    private async Task<int> MoveBackAsync(
        Undo undo,
        List<LeadBefore> leads,
        CurrentUser by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var moved = await db.WriteStatusesAsync(leads, undo.Became, undo.At, now, cancellation);
        var was = leads.ToDictionary(lead => lead.Id, lead => WireName.Parse<LeadStatus>(lead.Status));
        var from = WireName.Parse<LeadStatus>(undo.Became!).ToLabel();
        await using var batch = db.Batch();
        batch.Tell(
            "status_changed",
            [.. moved.Select(id => (id, $"moved this lead from {from} to {was[id].ToLabel()}{Why}"))],
            by,
            now
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        return moved.Count;
    }

    private async Task<int> HandBackAsync(
        Undo undo,
        List<LeadBefore> leads,
        CurrentUser by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await AttorneysAtWork.LockAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellation);
        var held = await db.HoldAsync(inSight, [.. leads.Select(lead => lead.Number)], by, cancellation);
        var unchanged = held.Where(lead => lead.UpdatedAt == undo.At && !lead.IsBeingWelcomed(now)).ToList();
        var was = leads.ToDictionary(lead => lead.Id, lead => lead.AssignedTo);
        var people = await handOver.PeopleAsync(
            unchanged.SelectMany(lead => new[] { was[lead.Id], lead.AssignedTo }),
            cancellation
        );
        // Not back to somebody who takes no leads any more.
        var handed = unchanged
            .Select(lead => (Lead: lead, Owner: was[lead.Id]))
            .Where(change => change.Owner is not { } owner || people.ContainsKey(owner))
            .ToList();
        if (handed.Count == 0)
            return 0;
        await using var batch = db.Batch();
        handOver.Add(batch, handed, people, Why, by, now);
        await batch.ExecuteNonQueryAsync(cancellation);
        return handed.Count;
    }
}
