using Anteroom.Data;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>The only way into the outbox: an e-mail is queued in the batch, and so in the transaction, of its cause.</summary>
internal static class Outbox
{
    /// <summary>Adds the insert of <paramref name="email"/> to <paramref name="batch"/>.</summary>
    public static void Queue(this NpgsqlBatch batch, Email email) =>
        batch.Add(
            """
            insert into emails (id, lead_id, kind, to_address, to_name, reply_to, subject, text, html, message_id,
                next_attempt_at, created_at, from_name, on_behalf_of, bulk_id, repeats)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """,
            Sql.Value(email.Id),
            Sql.Value(email.LeadId),
            Sql.Value(email.Kind.ToWire()),
            Sql.Value(email.ToAddress),
            Sql.Value(email.ToName),
            Sql.Value(email.ReplyTo),
            Sql.Value(email.Subject),
            Sql.Value(email.Text),
            Sql.Value(email.Html),
            Sql.Value(email.MessageId),
            Sql.Value(email.NextAttemptAt),
            Sql.Value(email.CreatedAt),
            Sql.Value(email.FromName),
            Sql.Value(email.OnBehalfOf),
            Sql.Value(email.BulkId),
            Sql.Value(email.Repeats)
        );

    /// <summary>Queues <paramref name="email"/> in the transaction that <paramref name="db"/> has begun.</summary>
    public static async Task QueueAsync(this AnteroomDb db, Email email, CancellationToken cancellation)
    {
        var transaction = (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Queue(email);
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
