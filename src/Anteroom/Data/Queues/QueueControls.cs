using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// Pauses and limits kinds of work. It stands in the database, and each claim asks there (<see cref="Claims"/>): it counts on all nodes with
/// their next claim, and after a restart.
/// </summary>
internal static class QueueControls
{
    /// <summary>Nothing more of the kind is begun; what is being done is ended.</summary>
    public static void Pause(this NpgsqlBatch batch, string queue, string kind, string by, DateTimeOffset now) =>
        batch.Add(
            """
            insert into queue_controls (queue, kind, paused_at, paused_by) values ($1, $2, $3, $4)
            on conflict (queue, kind) do update set paused_at = excluded.paused_at, paused_by = excluded.paused_by
            where queue_controls.paused_at is null
            """,
            Sql.Value(queue),
            Sql.Value(kind),
            Sql.Value(now),
            Sql.Value(by)
        );

    /// <summary>It goes on.</summary>
    public static void Resume(this NpgsqlBatch batch, string queue, string kind)
    {
        batch.Add(
            "update queue_controls set paused_at = null, paused_by = null where queue = $1 and kind = $2",
            Sql.Value(queue),
            Sql.Value(kind)
        );
        batch.Forget(queue, kind);
    }

    /// <summary>At most so many are begun a minute; null for no limit.</summary>
    public static void Limit(this NpgsqlBatch batch, string queue, string kind, int? perMinute, DateTimeOffset now)
    {
        batch.Add(
            """
            insert into queue_controls (queue, kind, per_minute, tokens, tokens_at) values ($1, $2, $3, 1, $4)
            on conflict (queue, kind) do update set per_minute = excluded.per_minute, tokens = 1, tokens_at = excluded.tokens_at
            """,
            Sql.Value(queue),
            Sql.Value(kind),
            Sql.Value(perMinute),
            Sql.Value(now)
        );
        batch.Forget(queue, kind);
    }

    /// <summary>A kind without a row is what claims need not think about.</summary>
    private static void Forget(this NpgsqlBatch batch, string queue, string kind) =>
        batch.Add(
            "delete from queue_controls where queue = $1 and kind = $2 and paused_at is null and per_minute is null",
            Sql.Value(queue),
            Sql.Value(kind)
        );
}
