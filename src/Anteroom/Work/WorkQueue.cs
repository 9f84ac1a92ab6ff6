using Anteroom.Data;
using Anteroom.Telemetry;
using Npgsql;

namespace Anteroom.Work;

/// <summary>The way into the work queue: in the same batch, and so the same transaction, as the cause.</summary>
internal static class WorkQueue
{
    private static readonly InsertRows<NewWork> Insert = new InsertRows<NewWork>(
        "work",
        "on conflict (kind, subject) do nothing"
    )
        .Column("id", work => Guid.CreateVersion7(work.CreatedAt))
        .Column("kind", work => work.Kind.ToWire())
        .Column("subject", work => work.Subject)
        .Column("next_attempt_at", work => work.DueAt)
        .Column("created_at", work => work.CreatedAt)
        .Column("last_error", work => work.Why)
        .Column("trace", work => work.Trace);

    /// <summary>Adds work to <paramref name="batch"/>, unless the same was queued for the subject before: one statement.</summary>
    public static void Queue(this NpgsqlBatch batch, params IReadOnlyList<NewWork> work) => Insert.Add(batch, work);

    /// <summary>For a part of a larger statement: work for each row of a query with the columns <c>id, subject, at</c>, unless it was queued before.</summary>
    public static string InsertEach(WorkKind kind, string query) =>
        $"""
            insert into work (id, kind, subject, next_attempt_at, created_at)
            select id, '{kind.ToWire()}', subject, at, at from ({query}) new_work
            on conflict (kind, subject) do nothing
            """;

    /// <summary>
    /// Queues work of a kind for many subjects, whether or not it was done before; what is being done is left alone. Ten a second, so that
    /// what comes in meanwhile is not behind all of it.
    /// </summary>
    /// <param name="batch">In the transaction of the cause.</param>
    /// <param name="kind">What is to be done again.</param>
    /// <param name="subjects">SQL with the column <c>id</c>; the greatest is done first, and <c>$4</c> is <paramref name="only"/>.</param>
    /// <param name="only">For the query to compare with.</param>
    /// <param name="now">When, UTC.</param>
    public static void QueueAgain(
        this NpgsqlBatch batch,
        WorkKind kind,
        string subjects,
        Guid? only,
        DateTimeOffset now
    ) =>
        batch.Add(
            $"""
            insert into work (id, kind, subject, next_attempt_at, created_at)
            select overlay(gen_random_uuid()::text placing $3 from 1)::uuid, $1, id,
                $2 + (row_number() over (order by id desc) - 1) * interval '100 milliseconds', $2
            from ({subjects}) subjects
            on conflict (kind, subject) do update set state = 'queued', attempts = 0, last_error = null, finished_at = null,
                next_attempt_at = excluded.next_attempt_at
            where work.state <> 'working'
            """,
            Sql.Value(kind.ToWire()),
            Sql.Value(now),
            // The time in a UUIDv7: failures are shown in the order of their ids.
            Sql.Value(Guid.CreateVersion7(now).ToString()[..13]),
            Sql.Value(only)
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

/// <summary>Work that is to be queued.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="CreatedAt">When it was caused, UTC.</param>
/// <param name="DueAt">When it is to be done, UTC.</param>
internal sealed record NewWork(WorkKind Kind, Guid Subject, DateTimeOffset CreatedAt, DateTimeOffset DueAt)
{
    /// <summary>At once.</summary>
    public NewWork(WorkKind kind, Guid subject, DateTimeOffset createdAt)
        : this(kind, subject, createdAt, createdAt) { }

    /// <summary>Why it waits, for people; null when it does not.</summary>
    public string? Why { get; init; }

    /// <summary>The trace of its cause; null for none.</summary>
    public string? Trace { get; init; } = Traces.Current;
}
