using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What a person decides about work that was given up.</summary>
public enum Settlement
{
    /// <summary>Try it again, with all tries before it.</summary>
    Retry,

    /// <summary>Take it off; it is never done.</summary>
    Discard,
}

/// <summary>Tries again or takes off what was given up: one row, or all of a queue. The leads' timelines say who did it.</summary>
public sealed class SettleFailed(
    NpgsqlDataSource database,
    WorkSignal signal,
    Changes changes,
    AuditLog audit,
    TimeProvider time
)
{
    private sealed record Settled(Guid? About, long? Number);

    /// <summary>Settles; returns how many rows. What somebody else has settled meanwhile is left alone.</summary>
    /// <param name="queue">Which queue.</param>
    /// <param name="id">The row; null for all that have failed.</param>
    /// <param name="settlement">What to do.</param>
    /// <param name="by">Who decides.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<int> RunAsync(
        QueueName queue,
        Guid? id,
        Settlement settlement,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        var isMessage = queue.IsMessages;
        var change =
            settlement == Settlement.Retry ? "state = 'queued', attempts = 0, next_attempt_at = $1"
            : isMessage ? "state = 'cancelled'"
            : "state = 'cancelled', finished_at = $1";
        var (table, about, ofChannel) = isMessage
            ? ("outbox", "lead_id", " and channel = $4")
            : ("work", "subject", "");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        NpgsqlParameter[] values = [Sql.Value(now), Sql.Value(queue.Kind), Sql.Value(id)];
        var settled = await connection.QueryAsync<Settled>(
            $"""
            with settled as (
                update {table} set {change}
                where state = 'failed' and kind = $2 and ($3 is null or id = $3){ofChannel}
                returning {about} as about
            )
            select leads.id as about, number
            from settled left join resumes on resumes.id = about left join leads on leads.id = coalesce(lead_id, about)
            """,
            cancellation,
            isMessage ? [.. values, Sql.Value(queue.Channel)] : values
        );
        var leads = settled.Where(row => row.Number is not null).ToList();

        if (settled.Count > 0)
        {
            await using var batch = connection.CreateBatch();
            audit.Write(
                batch,
                AuditKind.QueueSettled,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(settlement == Settlement.Retry ? "had tried again" : "took off")} {settled.Count:N0} of the queue {queue.Label}"
                ),
                queue.ToString(),
                by: by
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await RecordAsync(
            connection,
            [.. leads.Select(row => row.About!.Value)],
            Sentence(queue, settlement),
            by,
            now,
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        changes.Publish([.. leads.Select(row => row.Number!.Value)]);
        if (settled.Count > 0 && settlement == Settlement.Retry)
            signal.Poke(queue.Channel ?? queue.Kind);
        return settled.Count;
    }

    private static string Sentence(QueueName queue, Settlement settlement) =>
        settlement == Settlement.Retry
            ? $"had it tried again: {queue.Label}"
            : $"took it off after it had failed: {queue.Label}";

    private static async Task RecordAsync(
        NpgsqlConnection connection,
        List<Guid> leads,
        string sentence,
        CurrentUser by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (leads.Count == 0)
            return;
        await using var batch = connection.CreateBatch();
        batch.Record(Actor.Of(by), "settled", [.. leads.Select(lead => (lead, sentence))], now);
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
