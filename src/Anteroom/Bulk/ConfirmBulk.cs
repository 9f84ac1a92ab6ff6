using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anteroom.Bulk;

/// <summary>Why a mailing was not confirmed.</summary>
public abstract record MailingRefusal : Refusal
{
    private MailingRefusal() { }

    /// <summary>It would go to another number of people than the one that was confirmed.</summary>
    public sealed record OtherCount(BulkAudience Audience) : MailingRefusal;

    /// <summary>What was written is broken.</summary>
    public sealed record Broken : MailingRefusal;
}

/// <summary>
/// Confirms a mailing: from then on its recipients stand fixed as rows, and work is queued that releases them into the outbox, all
/// in one transaction.
/// </summary>
public sealed class ConfirmBulk(
    AnteroomDb db,
    BulkMailings mailings,
    BulkRecipients recipients,
    WorkSignal signal,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Confirms; one that was confirmed before stays so.</summary>
    /// <param name="id">The mailing.</param>
    /// <param name="count">How many people it was confirmed for.</param>
    /// <param name="by">Who confirms; only leads in their sight get it.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<Refusal?> RunAsync(Guid id, int count, CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Whoever else confirms, changes or cancels it at this moment waits.
        await db.Database.ExecuteSqlAsync($"select from bulk_mailings where id = {id} for update", cancellation);
        var mailing = await mailings.Of(by).SingleOrDefaultAsync(mailing => mailing.Id == id, cancellation);
        if (mailing is null or { State: BulkState.Cancelled })
            return new Refusal.NotFound();
        if (mailing.State != BulkState.Draft)
            return null;
        if (TemplateCheck.Check(mailing.Source, EmailKind.Bulk.Facts()).Count > 0)
            return new MailingRefusal.Broken();
        var audience = await recipients.FindAsync(LeadFilter.Read(mailing.Filter, by, out _), by, cancellation);
        if (audience.Count != count || audience.Count is 0 or > BulkRecipients.Most)
            return new MailingRefusal.OtherCount(audience);

        var now = Sql.Instant(time.GetUtcNow());
        mailing.State = BulkState.Sending;
        mailing.ConfirmedAt = now;
        (mailing.OptedOut, mailing.Unreachable, mailing.Duplicates) = (
            audience.OptedOut,
            audience.Unreachable,
            audience.Duplicates
        );
        audit.Write(
            db,
            AuditKind.BulkMailing,
            string.Create(
                CultureInfo.InvariantCulture,
                $"sent the email “{mailing.Subject}” to {audience.Count:N0} people"
            ),
            $"bulk:{mailing.Id}",
            by: by
        );
        await db.SaveChangesAsync(cancellation);
        await QueueAsync((NpgsqlTransaction)transaction.GetDbTransaction(), mailing, audience, cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkKind.BulkEmail.ToWire());
        return null;
    }

    private static async Task QueueAsync(
        NpgsqlTransaction transaction,
        BulkMailing mailing,
        BulkAudience audience,
        CancellationToken cancellation
    )
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Add(
            """
            insert into bulk_recipients (bulk_id, position, lead_id)
            select $1, position, lead_id from unnest($2) with ordinality chosen (lead_id, position)
            """,
            Sql.Value(mailing.Id),
            Sql.Value(audience.Leads.ToArray())
        );
        batch.Queue(new NewWork(WorkKind.BulkEmail, mailing.Id, mailing.ConfirmedAt!.Value));
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
