using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>How one queue stands.</summary>
/// <param name="Name">Which.</param>
/// <param name="Waiting">Not due yet, or not begun.</param>
/// <param name="Running">Claimed by a worker.</param>
/// <param name="Failed">Given up; a person has to decide.</param>
/// <param name="LateSince">Since when the one that is due longest waits; null when nothing is late.</param>
/// <param name="LastError">Why one of those that wait was put back last; null for none.</param>
public sealed record QueueState(
    QueueName Name,
    long Waiting,
    long Running,
    long Failed,
    DateTimeOffset? LateSince,
    string? LastError
);

/// <summary>Something given up.</summary>
/// <param name="Queue">Where.</param>
/// <param name="Id">The row.</param>
/// <param name="LeadNumber">The lead it is about; null for none.</param>
/// <param name="To">The address of an email; null for other work.</param>
/// <param name="Attempts">How many tries there were.</param>
/// <param name="Error">Why the last one failed.</param>
/// <param name="CreatedAt">When its cause happened, UTC.</param>
public sealed record DeadLetter(
    QueueName Queue,
    Guid Id,
    long? LeadNumber,
    string? To,
    int Attempts,
    string? Error,
    DateTimeOffset CreatedAt
);

/// <summary>Reads the queues for the page of the administrator.</summary>
public sealed class QueueQueries(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How many dead letters a page holds.</summary>
    public const int PageSize = 50;

    private sealed record QueueRow(
        string Queue,
        string Kind,
        long Waiting,
        long Running,
        long Failed,
        DateTimeOffset? LateSince,
        string? LastError
    );

    /// <summary>Every queue that has something in it, by name; one statement over the partial indexes of what is open.</summary>
    public async Task<IReadOnlyList<QueueState>> ListAsync(CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<QueueRow>(
            """
            select queue, kind,
                count(*) filter (where state = 'queued') waiting, count(*) filter (where state in ('sending', 'working')) running,
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
            ) open group by queue, kind order by queue, kind
            """,
            cancellation,
            Sql.Value(time.GetUtcNow())
        );
        return
        [
            .. rows.Select(row => new QueueState(
                new QueueName(QueueName.LaneOf(row.Queue), row.Kind),
                row.Waiting,
                row.Running,
                row.Failed,
                row.LateSince,
                row.LastError
            )),
        ];
    }

    private sealed record FailedRow(
        string Queue,
        string Kind,
        Guid Id,
        long? Number,
        string? ToAddress,
        int Attempts,
        string? LastError,
        DateTimeOffset CreatedAt
    );

    /// <summary>What was given up, the newest first, one statement.</summary>
    /// <param name="queue">Only of this queue; null for all.</param>
    /// <param name="before">Only what is older than this row; null for the newest page.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>At most one more than <see cref="PageSize"/>: then there are more.</returns>
    public async Task<IReadOnlyList<DeadLetter>> FailedAsync(
        QueueName? queue,
        Guid? before,
        CancellationToken cancellation
    )
    {
        var rows = await database.QueryAsync<FailedRow>(
            """
            select queue, failed.kind, failed.id, leads.number, to_address, failed.attempts, failed.last_error, failed.created_at
            from (
                (select channel queue, kind, id, lead_id, to_address, attempts, last_error, created_at from outbox
                    where state = 'failed' and coalesce($1, channel) = channel and ($2 is null or kind = $2)
                        and ($3 is null or id < $3) order by id desc limit $4)
                union all
                (select 'work', kind, id, subject, null, attempts, last_error, created_at from work
                    where state = 'failed' and coalesce($1, 'work') = 'work' and ($2 is null or kind = $2)
                        and ($3 is null or id < $3) order by id desc limit $4)
            ) failed left join resumes on resumes.id = failed.lead_id left join leads on leads.id = coalesce(resumes.lead_id, failed.lead_id)
            order by failed.id desc limit $4
            """,
            cancellation,
            Sql.Value(queue is null ? null : queue.Channel ?? QueueName.Work),
            Sql.Value(queue?.Kind),
            Sql.Value(before),
            Sql.Value(PageSize + 1)
        );
        return
        [
            .. rows.Select(row => new DeadLetter(
                new QueueName(QueueName.LaneOf(row.Queue), row.Kind),
                row.Id,
                row.Number,
                row.ToAddress,
                row.Attempts,
                row.LastError,
                row.CreatedAt
            )),
        ];
    }
}
