using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>How one queue stands.</summary>
public sealed record QueueState(QueueName Name)
{
    /// <summary>Not due yet, or not begun.</summary>
    public long Waiting { get; init; }

    /// <summary>Of those, the ones that were put back with a reason.</summary>
    public long Retrying { get; init; }

    /// <summary>Claimed by a worker.</summary>
    public long Running { get; init; }

    /// <summary>Given up; a person has to decide.</summary>
    public long Failed { get; init; }

    /// <summary>Since when the one that is due longest waits; null when nothing is late.</summary>
    public DateTimeOffset? LateSince { get; init; }

    /// <summary>Why one of those that wait was put back last; null for none.</summary>
    public string? LastError { get; init; }

    /// <summary>Done in the last hour.</summary>
    public long DoneInHour { get; init; }

    /// <summary>Half of those had begun within so much; null when there were none.</summary>
    public TimeSpan? Median { get; init; }

    /// <summary>Nineteen of twenty of those.</summary>
    public TimeSpan? Slowest { get; init; }

    /// <summary>Since when it is paused; null when it is not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Who has paused it.</summary>
    public string? PausedBy { get; init; }

    /// <summary>At most so many are begun a minute; null for no limit.</summary>
    public int? PerMinute { get; init; }

    /// <summary>Nothing is in it, nothing was done for an hour, and nobody has changed how it runs.</summary>
    public bool IsIdle => Waiting + Running + Failed + DoneInHour == 0 && PausedAt is null && PerMinute is null;
}

/// <summary>Reads the queues for the pages of operations.</summary>
public sealed class QueueQueries(NpgsqlDataSource database, TimeProvider time)
{
    private sealed record QueueRow(
        string Queue,
        string Kind,
        long Waiting,
        long Retrying,
        long Running,
        long Failed,
        DateTimeOffset? LateSince,
        string? LastError
    );

    private sealed record ControlRow(
        string Queue,
        string Kind,
        DateTimeOffset? PausedAt,
        string? PausedBy,
        int? PerMinute
    );

    /// <summary>
    /// Every queue that this version knows or that has something in it, by name. One round trip: the partial indexes of what is open, the counts
    /// of the last hour, and what administrators have set.
    /// </summary>
    public async Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var batch = database.CreateBatch();
        batch.Add(
            """
            select queue, kind,
                count(*) filter (where state = 'queued') waiting,
                count(*) filter (where state = 'queued' and last_error is not null) retrying,
                count(*) filter (where state in ('sending', 'working')) running,
                count(*) filter (where state = 'failed') failed,
                min(next_attempt_at) filter (where state = 'queued' and next_attempt_at <= $1) late_since,
                (array_agg(last_error order by next_attempt_at) filter (where state = 'queued' and last_error is not null))[1] last_error
            from (
                select channel queue, kind, state, next_attempt_at, last_error from outbox where state = 'queued'
                union all select channel, kind, state, null, null from outbox where state = 'sending'
                union all select channel, kind, state, null, null from outbox where state = 'failed'
                union all select 'work', kind, state, next_attempt_at, last_error from work where state = 'queued'
                union all select 'work', kind, state, null, null from work where state = 'working'
                union all select 'work', kind, state, null, null from work where state = 'failed'
            ) open group by queue, kind
            """,
            Sql.Value(now)
        );
        batch.Add("select queue, kind, paused_at, paused_by, per_minute from queue_controls");
        batch.Add(
            "select queue, kind, outcome, sum(items)::bigint items from queue_minutes where at >= $1 group by queue, kind, outcome",
            Sql.Value(now.AddHours(-1))
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var open = (await reader.ReadAllAsync<QueueRow>(cancellation)).ToDictionary(row =>
            QueueName.Of(row.Queue, row.Kind)
        );
        var controls = (await reader.ReadAllAsync<ControlRow>(cancellation)).ToDictionary(row =>
            QueueName.Of(row.Queue, row.Kind)
        );
        var counts = (await reader.ReadAllAsync<QueueCharts.OutcomeRow>(cancellation)).ToLookup(row =>
            QueueName.Of(row.Queue, row.Kind)
        );
        return
        [
            .. QueueName
                .All.Concat(open.Keys.Concat(controls.Keys).OrderBy(name => name.ToString(), StringComparer.Ordinal))
                .Distinct()
                .Select(name =>
                    State(name, open.GetValueOrDefault(name), controls.GetValueOrDefault(name), [.. counts[name]])
                ),
        ];
    }

    private static QueueState State(
        QueueName name,
        QueueRow? row,
        ControlRow? control,
        IReadOnlyList<QueueCharts.OutcomeRow> counts
    ) =>
        new(name)
        {
            Waiting = row?.Waiting ?? 0,
            Retrying = row?.Retrying ?? 0,
            Running = row?.Running ?? 0,
            Failed = row?.Failed ?? 0,
            LateSince = row?.LateSince,
            LastError = row?.LastError,
            DoneInHour = counts.Where(count => count.Outcome >= 0).Sum(count => count.Items),
            Median = QueueCharts.Quantile(counts, 0.5),
            Slowest = QueueCharts.Quantile(counts, 0.95),
            PausedAt = control?.PausedAt,
            PausedBy = control?.PausedBy,
            PerMinute = control?.PerMinute,
        };
}
