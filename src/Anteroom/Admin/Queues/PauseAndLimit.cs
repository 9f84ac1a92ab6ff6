using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>Pauses, resumes and limits a kind of work, on all nodes at once.</summary>
public sealed class PauseAndLimit(NpgsqlDataSource database, WorkSignal signal, AuditLog audit, TimeProvider time)
{
    /// <summary>The most that a limit can be.</summary>
    public const int HighestLimit = 100_000;

    /// <summary>Nothing more of it is begun until <see cref="ResumeAsync"/>; what is being done is ended.</summary>
    public Task PauseAsync(QueueName queue, CurrentUser by, CancellationToken cancellation) =>
        RunAsync(
            queue,
            batch => batch.Pause(queue.Queue, queue.Kind, by.FullName, Sql.Instant(time.GetUtcNow())),
            $"paused the queue {queue.Label}",
            by,
            cancellation
        );

    /// <summary>It goes on at once.</summary>
    public Task ResumeAsync(QueueName queue, CurrentUser by, CancellationToken cancellation) =>
        RunAsync(
            queue,
            batch => batch.Resume(queue.Queue, queue.Kind),
            $"resumed the queue {queue.Label}",
            by,
            cancellation
        );

    /// <summary>At most so many are begun a minute, by all nodes together; null for no limit.</summary>
    public Task LimitAsync(QueueName queue, int? perMinute, CurrentUser by, CancellationToken cancellation) =>
        RunAsync(
            queue,
            batch => batch.Limit(queue.Queue, queue.Kind, perMinute, Sql.Instant(time.GetUtcNow())),
            perMinute is null
                ? $"took the limit off the queue {queue.Label}"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"limited the queue {queue.Label} to {perMinute:N0} a minute"
                ),
            by,
            cancellation
        );

    private async Task RunAsync(
        QueueName queue,
        Action<NpgsqlBatch> change,
        string words,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        await using var batch = database.CreateBatch();
        change(batch);
        audit.Write(batch, AuditKind.QueueSettled, words, queue.ToString(), by: by);
        await batch.ExecuteNonQueryAsync(cancellation);
        signal.Poke(queue.Channel ?? queue.Kind);
    }
}
