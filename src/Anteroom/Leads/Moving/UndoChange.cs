using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Undoes a user's change to leads, once. Leads that somebody has changed since are skipped and counted. The timelines keep their
/// lines.
/// </summary>
public sealed class UndoChange(
    AnteroomDb db,
    LeadsInSight inSight,
    LeadWriter writer,
    TrashLeads trash,
    WorkSignal signal,
    Changes changes,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Undoes it; null when this user has nothing to undo.</summary>
    public Task<ChangeSummary?> RunAsync(Guid id, CurrentUser by, CancellationToken cancellation) =>
        Deadlocks.RetryAsync(() => TryAsync(id, by, cancellation));

    private async Task<ChangeSummary?> TryAsync(Guid id, CurrentUser by, CancellationToken cancellation)
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await FindAsync(id, by, cancellation) is not { } undo)
            return null;
        if (undo.UndoneAt is not null)
            return undo.ToSummary();

        var leads = undo.Before();
        CalledBack? letter = null;
        var restored =
            undo.Kind == UndoKind.Deletion
                ? (await trash.RestoreAsync([.. leads.Select(lead => lead.Id)], undo.At, by, cancellation)).Count
                : await ChangeBackAsync(undo, by, now, found => letter = found, cancellation);
        await using (var batch = db.Batch())
        {
            batch.Add(
                "update undos set undone_at = $2, restored = $3 where id = $1",
                Sql.Value(id),
                Sql.Value(now),
                Sql.Value(restored)
            );
            audit.LeadsChanged(batch, "took back a change", [.. leads.Select(lead => lead.Number)], by);
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        if (undo.Kind == UndoKind.Deletion)
            trash.Wake();
        else
            signal.Poke(WorkSignal.Emails);
        changes.Publish(leads.Select(lead => lead.Number));
        return undo.ToSummary() with { Restored = restored, Letter = letter };
    }

    // Locked, so that two clicks undo it once.
    private Task<Undo?> FindAsync(Guid id, CurrentUser by, CancellationToken cancellation) =>
        db
            .Undos.FromSql($"select * from undos where id = {id} for update")
            .AsNoTracking()
            .SingleOrDefaultAsync(undo => undo.UserId == by.Id, cancellation);

    /// <summary>Restores status and owner, through the same writer as every change.</summary>
    private async Task<int> ChangeBackAsync(
        Undo undo,
        CurrentUser by,
        DateTimeOffset now,
        Action<CalledBack> foundLetter,
        CancellationToken cancellation
    )
    {
        await AttorneysAtWork.LockAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellation);
        var before = undo.Before().ToDictionary(lead => lead.Id);
        var held = await db.HoldAsync(
            inSight,
            LeadSelection.Of([.. before.Values.Select(lead => lead.Number)]),
            by,
            cancellation
        );
        var unchanged = held.Where(lead => lead.UpdatedAt == undo.At && !lead.IsBeingWelcomed(now)).ToList();
        var people = await db.ActiveUsersAsync(
            unchanged.SelectMany(lead =>
                new[]
                {
                    (lead.AssignedTo, before[lead.Id].AssignedTo),
                    (lead.ReachedOutBy, before[lead.Id].ReachedOutBy),
                }
                    .Where(who => who.Item1 != who.Item2)
                    .SelectMany(who => new[] { who.Item1, who.Item2 })
            ),
            cancellation
        );
        var changed = new List<ChangedLead>();
        foreach (var lead in unchanged)
        {
            var was = before[lead.Id];
            // Not to someone who no longer takes leads.
            if (was.AssignedTo is { } owner && was.AssignedTo != lead.AssignedTo && !people.ContainsKey(owner))
                continue;
            var nowIs = LeadSnapshot.Of(lead);
            if (lead.Status != was.Status || lead.ReachedOutBy != was.ReachedOutBy)
                lead.MoveBack(was, now);
            lead.TryAssign(was.AssignedTo, now);
            changed.Add(new(nowIs, lead));
        }

        await using var batch = db.Batch();
        writer.Add(batch, changed, people, ", taking back a change", by, now);
        var unowned = changed.Where(each => each.Lead.AssignedTo is null).Select(each => each.Lead.Id).ToArray();
        if (unowned.Length > 0)
            WorkQueue.Reinstate(batch, unowned, OwnerChange.KeptBack, now);
        if (batch.BatchCommands.Count > 0)
            await batch.WriteAsync(changed, cancellation);
        var declined = changed
            .Where(each => each.Before.Status.Stage == LeadStage.Declined)
            .Select(each => each.Lead.Id);
        if (await CallBackLetterAsync([.. declined], undo, cancellation) is { } letter)
            foundLetter(letter);
        return changed.Count;
    }

    /// <summary>Keeps back the letter that was queued with a decline; null when there was none.</summary>
    private async Task<CalledBack?> CallBackLetterAsync(Guid[] leads, Undo undo, CancellationToken cancellation)
    {
        if (leads.Length == 0)
            return null;
        // Of the transaction that declined: written by the same person at the same instant.
        await using var batch = db.Batch();
        batch.Add(
            """
            update emails set state = 'cancelled', last_error = 'The decline was taken back.'
            where lead_id = any ($1) and kind = 'personal' and on_behalf_of = $2 and created_at = $3 and state = 'queued'
            """,
            Sql.Value(leads),
            Sql.Value(undo.UserId),
            Sql.Value(undo.At)
        );
        if (await batch.ExecuteNonQueryAsync(cancellation) > 0)
            return CalledBack.InTime;
        var sent = await db.Set<Email>()
            .AnyAsync(
                email =>
                    leads.Contains(email.LeadId!.Value)
                    && email.Kind == EmailKind.Personal
                    && email.OnBehalfOf == undo.UserId
                    && email.CreatedAt == undo.At
                    && (email.State == EmailState.Sent || email.State == EmailState.Sending),
                cancellation
            );
        return sent ? CalledBack.TooLate : null;
    }
}
