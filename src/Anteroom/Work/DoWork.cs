using System.Diagnostics;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Telemetry;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Work;

/// <summary>
/// Does the work that is due: claims it, does it and ends it in one transaction. Any number of nodes work side by side
/// (<see cref="WorkClaims"/>).
/// </summary>
public sealed partial class DoWork(
    IEnumerable<IWork> kinds,
    WorkClaims claims,
    NpgsqlDataSource database,
    WorkSignal signal,
    Changes changes,
    QueueTally tally,
    IOptions<WorkOptions> options,
    TimeProvider time,
    ILogger<DoWork> logger
)
{
    // A deadlock or a broken connection passes quickly and says nothing about the work.
    private static readonly TimeSpan Hiccup = TimeSpan.FromMilliseconds(200);

    /// <summary>The name of the queue, beside those of channels.</summary>
    internal const string Queue = "work";

    /// <summary>Does everything of a kind that is due.</summary>
    public Task RunDueAsync(WorkKind kind, CancellationToken cancellation) =>
        RunDueAsync(kinds.Single(work => work.Kind == kind), cancellation);

    internal async Task RunDueAsync(IWork work, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            // Not cancelable: rows we claimed must be known, or they cannot be given back.
            var claimed = await claims.ClaimAsync(
                work.Kind,
                work.BatchSize,
                options.Value.Lease,
                CancellationToken.None
            );
            if (claimed.Count == 0)
                return;
            await using var lease = claims.Hold(claimed, options.Value.Lease);
            try
            {
                await RunAsync(work, claimed, cancellation);
            }
            catch
            {
                // Told to stop, or no database: nothing is done, and another worker may have it at once.
                await claims.GiveBackAsync(claimed);
                throw;
            }

            if (claimed.Count < work.BatchSize)
                return; // that was all; new work rings
        }
    }

    private async Task RunAsync(IWork work, IReadOnlyList<WorkItem> claimed, CancellationToken cancellation)
    {
        if (await TryAsync(work, claimed, cancellation) is null)
            return;
        // One of them is to blame; the others must not wait for it.
        foreach (var item in claimed)
            if (await TryAsync(work, [item], cancellation) is { } error)
                await FailAsync(item, error);
    }

    /// <returns>What went wrong; null when all is done, or another worker has it by now.</returns>
    private async Task<Exception?> TryAsync(IWork work, IReadOnlyList<WorkItem> items, CancellationToken cancellation)
    {
        using var span = Traces.StartMany("work", ActivityKind.Consumer, items.Select(item => item.Trace));
        span.Set("anteroom.queue", work.Kind.ToWire());
        span.Set("messaging.batch.message_count", items.Count);
        var began = time.GetTimestamp();
        try
        {
            var now = time.GetUtcNow();
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var turn = new WorkTurn(connection, items, Sql.Instant(now));
            await work.RunAsync(turn, cancellation);
            if (!await claims.EndAsync(turn, cancellation))
            {
                Log.TooLate(logger, work.Kind, items.Count);
                span.Fail("too_late");
                return null;
            }

            await transaction.CommitAsync(cancellation);
            Count(turn, time.GetElapsedTime(began));
            foreach (var item in turn.Done)
                tally.Done(Queue, item.Kind.ToWire(), item.NextAttemptAt, item.Claim!.Value);
            foreach (var (item, _) in turn.Hopeless)
                tally.Count(Queue, item.Kind.ToWire(), QueueTally.Failed);
            foreach (var kind in turn.Pokes)
                signal.Poke(kind);
            if (turn.Postponed.Any())
                signal.Ring(WorkSignal.Later);
            changes.Publish(turn.Changed);
            foreach (var step in turn.Afterwards)
                await step();
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            span.Fail(error.GetType().Name);
            // One of several is tried again alone, and counts then.
            if (items is [var only])
                Measures.Tried(
                    work.Kind.ToWire(),
                    only.Attempts >= options.Value.MaxAttempts ? "failed" : "retried",
                    time.GetUtcNow() - only.NextAttemptAt,
                    time.GetElapsedTime(began)
                );
            return error;
        }
    }

    private static void Count(WorkTurn turn, TimeSpan took)
    {
        foreach (
            var (items, outcome) in ((IEnumerable<WorkItem>, string)[])
                [
                    (turn.Done, "done"),
                    (turn.Postponed.Select(each => each.Item), "postponed"),
                    (turn.Hopeless.Select(each => each.Item), "failed"),
                ]
        )
        foreach (var item in items)
            Measures.Tried(item.Kind.ToWire(), outcome, turn.Now - item.NextAttemptAt, took);
    }

    private async Task FailAsync(WorkItem item, Exception error)
    {
        if (item.Attempts < options.Value.MaxAttempts)
            tally.Count(Queue, item.Kind.ToWire(), QueueTally.Retried);
        var reason = error is PostgresException answer ? $"{answer.SqlState}: {answer.MessageText}" : error.Message;
        if (error is NpgsqlException { IsTransient: true })
        {
            Log.NotNow(logger, item.Kind, item.Id, item.Attempts, reason);
            await claims.FailedAsync(item, reason, Hiccup);
            signal.Ring(WorkSignal.Later);
            return;
        }

        if (item.Attempts >= options.Value.MaxAttempts)
        {
            Log.GivenUp(logger, item.Kind, item.Id, item.Attempts, error);
            tally.Count(Queue, item.Kind.ToWire(), QueueTally.Failed);
            await claims.FailedAsync(item, $"{reason} Given up after {item.Attempts} tries.", delay: null);
            return;
        }

        Log.NotNow(logger, item.Kind, item.Id, item.Attempts, error.ToString());
        await claims.FailedAsync(
            item,
            reason,
            RetryDelay.After(item.Attempts, options.Value.FirstRetry, options.Value.LongestRetry)
        );
        signal.Ring(WorkSignal.Later);
    }

    private static partial class Log
    {
        [LoggerMessage(
            2,
            LogLevel.Warning,
            "{Count} of {Kind} took longer than their lease and were left to another worker"
        )]
        public static partial void TooLate(ILogger logger, WorkKind kind, int count);

        [LoggerMessage(3, LogLevel.Warning, "{Kind} {Id} could not be done at try {Attempt}: {Reason}")]
        public static partial void NotNow(ILogger logger, WorkKind kind, Guid id, int attempt, string reason);

        [LoggerMessage(4, LogLevel.Error, "{Kind} {Id} was given up after {Attempts} tries")]
        public static partial void GivenUp(ILogger logger, WorkKind kind, Guid id, int attempts, Exception error);
    }
}
