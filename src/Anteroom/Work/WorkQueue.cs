using Anteroom.Data;
using Npgsql;

namespace Anteroom.Work;

/// <summary>The way in for waiting work: queued in the batch, and so in the transaction, of its cause.</summary>
internal static class WorkQueue
{
    /// <summary>Adds work to <paramref name="batch"/>; nothing happens when the same has been queued for the subject before.</summary>
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
}
