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
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var leads = new List<Guid>();
        var numbers = new List<long>();
        var settled = 0;
        await using (
            var command = new NpgsqlCommand(
                $"""
                with settled as (
                    update {(isMessage ? "outbox" : "work")} set {change}
                    where state = 'failed' and kind = $2 and ($3 is null or id = $3){(
                    isMessage ? " and channel = $4 returning lead_id" : " returning subject"
                )} as about
                )
                select about, (select number from leads where id = about) from settled
                """,
                connection
            )
        )
        {
            command.Parameters.Add(Sql.Value(now));
            command.Parameters.Add(Sql.Value(queue.Kind));
            command.Parameters.Add(Sql.Value(id));
            if (isMessage)
                command.Parameters.Add(Sql.Value(queue.Channel));
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            for (; await reader.ReadAsync(cancellation); settled++)
                if (!reader.IsDBNull(1))
                {
                    leads.Add(reader.GetGuid(0));
                    numbers.Add(reader.GetInt64(1));
                }
        }

        if (settled > 0)
        {
            await using var batch = connection.CreateBatch();
            audit.Write(
                batch,
                AuditKind.QueueSettled,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(settlement == Settlement.Retry ? "had tried again" : "took off")} {settled:N0} of the queue {queue.Label}"
                ),
                queue.ToString(),
                by: by
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await RecordAsync(connection, leads, Sentence(queue, settlement), by, now, cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Publish(numbers);
        if (settled > 0 && settlement == Settlement.Retry)
            signal.Poke(queue.Channel ?? queue.Kind);
        return settled;
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
