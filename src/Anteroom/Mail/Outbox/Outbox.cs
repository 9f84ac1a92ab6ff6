using Anteroom.Data;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>The only way into the outbox: a message is queued in the same batch, and so the same transaction, as its cause.</summary>
/// <remarks>After the commit: <see cref="WorkSignal.Poke"/> with the channel's name, as <see cref="WorkSignal.Emails"/>.</remarks>
internal static class Outbox
{
    private static readonly InsertRows<Message> Insert = new InsertRows<Message>("outbox")
        .Column("id", message => message.Id)
        .Column("channel", message => message.Channel)
        .Column("kind", message => message.Kind)
        .Column("to_address", message => message.ToAddress)
        .Column("to_name", message => message.ToName)
        .Column("reply_to", message => message.ReplyTo)
        .Column("subject", message => message.Subject)
        .Column("text", message => message.Text)
        .Column("html", message => message.Html)
        .Column("message_id", message => message.MessageId)
        .Column("next_attempt_at", message => message.NextAttemptAt ?? message.CreatedAt)
        .Column("created_at", message => message.CreatedAt)
        .Column("lead_id", message => message.LeadId)
        .Column("from_name", message => message.FromName)
        .Column("on_behalf_of", message => message.OnBehalfOf)
        .Column("bulk_id", message => message.BulkId)
        .Column("repeats", message => message.Repeats)
        .Column("trace", message => message.Trace);

    /// <summary>Adds the insert of <paramref name="messages"/> to <paramref name="batch"/>: one statement.</summary>
    public static void Queue(this NpgsqlBatch batch, params IReadOnlyList<Message> messages) =>
        Insert.Add(batch, messages);

    /// <summary>Adds the insert of <paramref name="emails"/> to <paramref name="batch"/>: one statement.</summary>
    public static void Queue(this NpgsqlBatch batch, params IEnumerable<Email> emails) =>
        Insert.Add(batch, [.. emails.Select(email => email.ToMessage())]);

    /// <summary>Cancels what is queued about these leads, unless and until it is reinstated.</summary>
    /// <param name="batch">In the transaction of the cause.</param>
    /// <param name="leads">Which leads.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="kind">Only emails of this kind; null for everything.</param>
    public static void Withdraw(this NpgsqlBatch batch, Guid[] leads, string reason, EmailKind? kind = null) =>
        batch.Add(
            """
            update outbox set state = 'cancelled', last_error = $2
            where lead_id = any ($1) and state = 'queued' and ($3 is null or (channel = 'email' and kind = $3))
            """,
            Sql.Value(leads),
            Sql.Value(reason),
            Sql.Value(kind?.ToWire())
        );

    /// <summary>Queues again what was canceled for this reason.</summary>
    public static void Reinstate(this NpgsqlBatch batch, Guid[] leads, string reason, DateTimeOffset now) =>
        batch.Add(
            """
            update outbox set state = 'queued', last_error = null, next_attempt_at = greatest(next_attempt_at, $3)
            where lead_id = any ($1) and state = 'cancelled' and last_error = $2
            """,
            Sql.Value(leads),
            Sql.Value(reason),
            Sql.Value(now)
        );

    /// <summary>Moves all messages about one lead to another; they remember the number they came with.</summary>
    public static void Move(this NpgsqlBatch batch, Guid from, Guid to, long number) =>
        batch.Add(
            "update outbox set lead_id = $1, came_with = coalesce(came_with, $3) where lead_id = $2",
            Sql.Value(to),
            Sql.Value(from),
            Sql.Value(number)
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
