using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Timeline;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>A lead in the trash.</summary>
public sealed record TrashedLead(
    long Number,
    string FullName,
    string Email,
    LeadStatus Status,
    DateTimeOffset DeletedAt,
    string? DeletedByName
);

/// <summary>
/// Moves leads to the trash and back. In the trash, they are in no list, count or search, and no email goes out about them; after
/// <c>Retention:TrashDays</c>, <see cref="EmptyTrash"/> erases them.
/// </summary>
public sealed class TrashLeads(
    AnteroomDb db,
    LeadsInSight inSight,
    WorkSignal signal,
    Changes changes,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>How many the trash shows.</summary>
    public const int MostShown = 200;

    private const string Mark = "The lead is in the trash.";

    /// <summary>Puts them into the trash, one transaction.</summary>
    /// <param name="numbers">Which; at most <see cref="LeadFilter.MostNumbers"/>.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<ChangeSummary> DeleteAsync(
        IReadOnlyList<long> numbers,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var leads = await db.HoldAsync(inSight, LeadSelection.Of(numbers), by, cancellation);
        var leftOut = new Dictionary<string, int>(StringComparer.Ordinal);
        leftOut.Count(LeftOut.NotFound, numbers.Count - leads.Count);
        leftOut.Count(LeftOut.BeingWelcomed, leads.RemoveAll(lead => lead.IsBeingWelcomed(now)));
        var held = await db
            .LegalHolds.Where(hold => leads.Select(lead => lead.Id).Contains(hold.LeadId))
            .Select(hold => hold.LeadId)
            .ToListAsync(cancellation);
        leftOut.Count(LeftOut.OnHold, leads.RemoveAll(lead => held.Contains(lead.Id)));
        var ids = leads.Select(lead => lead.Id).ToArray();
        var undo = Undo.Of(UndoKind.Deletion, became: null, [.. leads.Select(LeadSnapshot.Of)], leftOut, by, now);
        await using (var batch = db.Batch())
        {
            if (ids.Length > 0)
            {
                batch.Add(
                    "update leads set deleted_at = $2, deleted_by = $3 where id = any ($1)",
                    Sql.Value(ids),
                    Sql.Value(now),
                    Sql.Value(by.Id)
                );
                Outbox.Withdraw(batch, ids, Mark);
                WorkQueue.Withdraw(batch, ids, Mark, now);
                batch.Record(Actor.Of(by), "deleted", [.. ids.Select(id => (id, "moved this lead to the trash"))], now);
            }

            batch.Keep(undo);
            audit.LeadsChanged(batch, "moved to the trash", [.. leads.Select(lead => lead.Number)], by);
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        changes.Publish(leads.Select(lead => lead.Number));
        return undo.ToSummary();
    }

    /// <summary>Takes leads out of the trash, as they were; returns how many.</summary>
    public async Task<int> RestoreAsync(IReadOnlyList<long> numbers, CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        List<Guid> ids = await db
            .Leads.IgnoreQueryFilters([LeadConfiguration.Trash])
            .Where(lead => numbers.Contains(lead.Number) && lead.DeletedAt != null)
            .Select(lead => lead.Id)
            .ToListAsync(cancellation);
        var restored = await RestoreAsync(ids, at: null, by, cancellation);
        if (restored.Count > 0)
        {
            await using var batch = db.Batch();
            audit.LeadsChanged(batch, "took out of the trash", [.. numbers], by);
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        Wake();
        changes.Publish(numbers);
        return restored.Count;
    }

    /// <summary>
    /// Restores leads within the current transaction; if <paramref name="at"/> is given, only those deleted at that time. Call
    /// <see cref="Wake"/> after the commit.
    /// </summary>
    internal async Task<List<Guid>> RestoreAsync(
        IReadOnlyList<Guid> ids,
        DateTimeOffset? at,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        List<Guid> restored;
        await using (var batch = db.Batch())
        {
            batch.Add(
                """
                update leads set deleted_at = null, deleted_by = null
                where id = any ($1) and deleted_at is not null and ($2::timestamptz is null or deleted_at = $2) returning id
                """,
                Sql.Value(ids.ToArray()),
                Sql.Value(at)
            );
            restored = await batch.RowsAsync<Guid>(cancellation);
        }

        if (restored.Count == 0)
            return restored;
        await using var rest = db.Batch();
        Outbox.Reinstate(rest, [.. restored], Mark, now);
        WorkQueue.Reinstate(rest, [.. restored], Mark, now);
        rest.Record(Actor.Of(by), "restored", [.. restored.Select(id => (id, "took this lead out of the trash"))], now);
        await rest.ExecuteNonQueryAsync(cancellation);
        return restored;
    }

    /// <summary>Starts the work that waits for these leads.</summary>
    internal void Wake()
    {
        signal.Poke(WorkSignal.Emails);
        signal.Poke(WorkKind.Assign.ToWire());
    }

    /// <summary>What is in the trash, last deleted first.</summary>
    public async Task<IReadOnlyList<TrashedLead>> ListAsync(CancellationToken cancellation) =>
        await db
            .Leads.IgnoreQueryFilters([LeadConfiguration.Trash])
            .Where(lead => lead.DeletedAt != null)
            .OrderByDescending(lead => lead.DeletedAt)
            .Take(MostShown)
            .Select(lead => new TrashedLead(
                lead.Number,
                (lead.FirstName + " " + lead.LastName).TrimEnd(),
                lead.Email,
                lead.Status,
                lead.DeletedAt!.Value,
                db.Set<User>().Where(user => user.Id == lead.DeletedBy).Select(user => user.FullName).FirstOrDefault()
            ))
            .ToListAsync(cancellation);
}
