using Anteroom.Data;
using Npgsql;

namespace Anteroom.Work;

/// <summary>The way into the work queue: in the same batch, and so the same transaction, as the cause.</summary>
internal static class WorkQueue
{
    /// <summary>Adds work to <paramref name="batch"/>, unless the same was queued for the subject before.</summary>
    public static void Queue(
        this NpgsqlBatch batch,
        WorkKind kind,
        Guid subject,
        DateTimeOffset createdAt,
        DateTimeOffset dueAt
    ) =>
        batch.Add(
            """
            insert into work (id, kind, subject, next_attempt_at, created_at) values ($1, $2, $3, $4, $5)
            on conflict (kind, subject) do nothing
            """,
            Sql.Value(Guid.CreateVersion7(createdAt)),
            Sql.Value(kind.ToWire()),
            Sql.Value(subject),
            Sql.Value(dueAt),
            Sql.Value(createdAt)
        );

    /// <summary>Cancels what waits for these subjects, unless and until it is reinstated.</summary>
    /// <param name="batch">In the transaction of the cause.</param>
    /// <param name="subjects">What the work is about.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="kind">Only this kind; null for all.</param>
    public static void Withdraw(
        this NpgsqlBatch batch,
        Guid[] subjects,
        string reason,
        DateTimeOffset now,
        WorkKind? kind = null
    ) =>
        batch.Add(
            """
            update work set state = 'cancelled', last_error = $2, finished_at = $3
            where subject = any ($1) and state = 'queued' and ($4 is null or kind = $4)
            """,
            Sql.Value(subjects),
            Sql.Value(reason),
            Sql.Value(now),
            Sql.Value(kind?.ToWire())
        );

    /// <summary>Queues again what was canceled for this reason.</summary>
    public static void Reinstate(this NpgsqlBatch batch, Guid[] subjects, string reason, DateTimeOffset now) =>
        batch.Add(
            """
            update work set state = 'queued', last_error = null, finished_at = null, next_attempt_at = greatest(next_attempt_at, $3)
            where subject = any ($1) and state = 'cancelled' and last_error = $2
            """,
            Sql.Value(subjects),
            Sql.Value(reason),
            Sql.Value(now)
        );

    /// <summary>Moves what waits for one subject to another, except what already waits there.</summary>
    public static void Move(this NpgsqlBatch batch, Guid from, Guid to)
    {
        batch.Add(
            """
            update work set subject = $1 where subject = $2 and not exists (
                select from work other where other.kind = work.kind and other.subject = $1)
            """,
            Sql.Value(to),
            Sql.Value(from)
        );
        batch.Forget([from]);
    }

    /// <summary>Deletes all work about these subjects.</summary>
    public static void Forget(this NpgsqlBatch batch, Guid[] subjects) =>
        batch.Add("delete from work where subject = any ($1)", Sql.Value(subjects));
}
