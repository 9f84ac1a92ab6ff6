using Anteroom.Data;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>The only way into the outbox: a message is queued in the batch, and so in the transaction, of its cause.</summary>
/// <remarks>After the commit: <see cref="WorkSignal.Poke"/> with the channel's name, as <see cref="WorkSignal.Emails"/>.</remarks>
internal static class Outbox
{
    /// <summary>Adds the insert of <paramref name="message"/> to <paramref name="batch"/>.</summary>
    public static void Queue(this NpgsqlBatch batch, Message message) =>
        batch.Add(
            """
            insert into outbox (id, channel, kind, to_address, to_name, reply_to, subject, text, html, message_id,
                next_attempt_at, created_at, lead_id, from_name, on_behalf_of, bulk_id, repeats)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """,
            Sql.Value(message.Id),
            Sql.Value(message.Channel),
            Sql.Value(message.Kind),
            Sql.Value(message.ToAddress),
            Sql.Value(message.ToName),
            Sql.Value(message.ReplyTo),
            Sql.Value(message.Subject),
            Sql.Value(message.Text),
            Sql.Value(message.Html),
            Sql.Value(message.MessageId),
            Sql.Value(message.NextAttemptAt ?? message.CreatedAt),
            Sql.Value(message.CreatedAt),
            Sql.Value(message.LeadId),
            Sql.Value(message.FromName),
            Sql.Value(message.OnBehalfOf),
            Sql.Value(message.BulkId),
            Sql.Value(message.Repeats)
        );

    /// <summary>Adds the insert of <paramref name="email"/> to <paramref name="batch"/>.</summary>
    public static void Queue(this NpgsqlBatch batch, Email email) => batch.Queue(email.ToMessage());

    /// <summary>Queues <paramref name="email"/> in the transaction that <paramref name="db"/> has begun.</summary>
    public static async Task QueueAsync(this AnteroomDb db, Email email, CancellationToken cancellation)
    {
        var transaction = (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Queue(email);
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
