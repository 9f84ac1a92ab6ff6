using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What a person decides about work that waits or was given up.</summary>
public enum Settlement
{
    /// <summary>Have it done now; what was given up has all tries before it again.</summary>
    Retry,

    /// <summary>Take it off; it is never done.</summary>
    Discard,
}

/// <summary>
/// Has items done now or takes them off: those that wait, and those that were given up. What a worker has, and what has ended, is left alone.
/// The leads' timelines say who did it.
/// </summary>
public sealed class SettleItems(
    NpgsqlDataSource database,
    WorkSignal signal,
    Changes changes,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>One item; false when there was nothing to settle.</summary>
    public async Task<bool> RunAsync(
        QueueName queue,
        Guid id,
        Settlement settlement,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var settled = await RunAsync(connection, queue.Queue, [id], settlement, Actor.Of(by), now, cancellation);
        if (settled.Count == 0)
            return false;
        await using (var batch = connection.CreateBatch())
        {
            audit.Write(
                batch,
                AuditKind.QueueSettled,
                $"{(settlement == Settlement.Retry ? "had tried again" : "took off")} 1 of the queue {queue.Label}",
                queue.ToString(),
                by: by
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        changes.Publish([.. settled.Leads]);
        if (settlement == Settlement.Retry)
            signal.Poke(queue.Channel ?? queue.Kind);
        return true;
    }

    private sealed record Row(string Kind, Guid? About, long? Number);

    internal sealed record Settled(int Count, IReadOnlyList<long> Leads, IReadOnlyList<string> Kinds);

    /// <summary>Settles these rows of a queue in the connection's transaction.</summary>
    internal static async Task<Settled> RunAsync(
        NpgsqlConnection connection,
        string queue,
        Guid[] ids,
        Settlement settlement,
        Actor by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var isWork = queue == QueueName.Work;
        var (table, about) = isWork ? ("work", "subject") : ("outbox", "lead_id");
        var change =
            settlement == Settlement.Retry
                ? "state = 'queued', attempts = case state when 'failed' then 0 else attempts end, next_attempt_at = $1"
            : isWork ? "state = 'cancelled', finished_at = $1"
            : "state = 'cancelled', next_attempt_at = coalesce(next_attempt_at, $1)";
        var rows = await connection.QueryAsync<Row>(
            $"""
            with settled as (
                update {table} set {change} where id = any (
                    array(select id from {table} where id = any ($2) and state in ('failed', 'queued') for update skip locked))
                returning kind, {about} as about
            )
            select kind, leads.id as about, number
            from settled left join resumes on resumes.id = about left join leads on leads.id = coalesce(lead_id, about)
            """,
            cancellation,
            Sql.Value(now),
            Sql.Value(ids)
        );
        var leads = rows.Where(row => row.Number is not null).ToList();
        if (leads.Count > 0)
        {
            await using var batch = connection.CreateBatch();
            batch.Record(
                by,
                "settled",
                [.. leads.Select(row => (row.About!.Value, Sentence(QueueName.Of(queue, row.Kind), settlement)))],
                now
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        return new(
            rows.Count,
            [.. leads.Select(row => row.Number!.Value)],
            [.. rows.Select(row => row.Kind).Distinct(StringComparer.Ordinal)]
        );
    }

    private static string Sentence(QueueName queue, Settlement settlement) =>
        settlement == Settlement.Retry
            ? $"had it tried again: {queue.Label}"
            : $"took it off after it had failed: {queue.Label}";
}
