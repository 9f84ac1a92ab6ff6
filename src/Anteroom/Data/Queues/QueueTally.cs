using System.Buffers.Binary;
using System.Collections.Concurrent;
using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// Counts what this node's workers end, by kind and minute, and adds it to the table every few seconds: items cost nothing more, and the
/// charts survive a restart. A process that is killed takes a few seconds of its counts with it; nothing else goes by them.
/// </summary>
/// <remarks>
/// An outcome is a number. From 0 on it is done, and the number says how long it had waited: each step is half as long again as the one before,
/// from 10 ms. Below 0 it is <see cref="Retried"/> or <see cref="Failed"/>. So sums are sums of rows, over any time and all nodes, and the
/// quantiles of waiting are read from them as exactly as the steps are.
/// </remarks>
public sealed partial class QueueTally(NpgsqlDataSource database, TimeProvider time, ILogger<QueueTally> logger)
    : BackgroundService
{
    /// <summary>A try has failed, and there will be another.</summary>
    public const short Retried = -1;

    /// <summary>Given up.</summary>
    public const short Failed = -2;

    /// <summary>The longest wait that is told apart.</summary>
    public const short LastStep = 44;

    private const double FirstStep = 0.01;
    private const double Growth = 1.5;
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(3);

    private ConcurrentDictionary<(DateTimeOffset At, string Queue, string Kind, short Outcome), long> _counts = new();

    /// <summary>How long minutes are kept apart; older ones are added up to hours.</summary>
    public static readonly TimeSpan Minutes = TimeSpan.FromHours(26);

    /// <summary>How long hours are kept.</summary>
    public static readonly TimeSpan Hours = TimeSpan.FromDays(35);

    /// <summary>One was done.</summary>
    /// <param name="queue"><c>work</c>, or the channel of messages.</param>
    /// <param name="kind">The kind's name in the table of the queue.</param>
    /// <param name="dueAt">Since when it could have been begun, UTC.</param>
    /// <param name="claim">By which it was begun, and which says when.</param>
    public void Done(string queue, string kind, DateTimeOffset dueAt, Guid claim) =>
        Count(queue, kind, StepOf(BeganAt(claim) - dueAt));

    /// <summary>One was not done: <see cref="Retried"/> or <see cref="Failed"/>.</summary>
    public void Count(string queue, string kind, short outcome)
    {
        var now = time.GetUtcNow();
        var minute = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMinute));
        _counts.AddOrUpdate((minute, queue, kind, outcome), 1, (_, count) => count + 1);
    }

    /// <summary>The step of a wait.</summary>
    public static short StepOf(TimeSpan wait) =>
        wait.TotalSeconds <= FirstStep
            ? (short)0
            : (short)Math.Min(LastStep, Math.Ceiling(Math.Log(wait.TotalSeconds / FirstStep, Growth)));

    /// <summary>The wait that a step ends with.</summary>
    public static TimeSpan WaitOf(double step) => TimeSpan.FromSeconds(FirstStep * Math.Pow(Growth, step));

    /// <summary>When a claim was made: its token is a UUIDv7 (RFC 9562, 5.7), which begins with the milliseconds.</summary>
    public static DateTimeOffset BeganAt(Guid claim)
    {
        Span<byte> bytes = stackalloc byte[16];
        claim.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16);
    }

    /// <summary>Adds what was counted to the table: one statement, and none when there is nothing.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        var counts = Interlocked.Exchange(ref _counts, new());
        if (counts.IsEmpty)
            return;
        try
        {
            // In one order on all nodes, so that none waits for another that waits for it.
            var rows = counts
                .OrderBy(row => row.Key.At)
                .ThenBy(row => row.Key.Queue, StringComparer.Ordinal)
                .ThenBy(row => row.Key.Kind, StringComparer.Ordinal)
                .ThenBy(row => row.Key.Outcome)
                .ToArray();
            await using var add = database.CreateCommand(
                """
                insert into queue_minutes (at, queue, kind, outcome, items)
                select * from unnest($1, $2, $3, $4, $5)
                on conflict (at, queue, kind, outcome) do update set items = queue_minutes.items + excluded.items
                """
            );
            add.Parameters.Add(Sql.Value(Array.ConvertAll(rows, row => row.Key.At)));
            add.Parameters.Add(Sql.Value(Array.ConvertAll(rows, row => row.Key.Queue)));
            add.Parameters.Add(Sql.Value(Array.ConvertAll(rows, row => row.Key.Kind)));
            add.Parameters.Add(Sql.Value(Array.ConvertAll(rows, row => row.Key.Outcome)));
            add.Parameters.Add(Sql.Value(Array.ConvertAll(rows, row => row.Value)));
            await add.ExecuteNonQueryAsync(cancellation);
        }
        catch
        {
            foreach (var (key, count) in counts)
                _counts.AddOrUpdate(key, count, (_, more) => more + count);
            throw;
        }
    }

    /// <summary>Adds minutes that are over up to hours, and forgets what is too old. One transaction.</summary>
    public async Task RollUpAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var batch = database.CreateBatch();
        batch.Add(
            """
            with over as (delete from queue_minutes where at < date_trunc('hour', $1::timestamptz) returning *)
            insert into queue_hours (at, queue, kind, outcome, items)
            select date_trunc('hour', at), queue, kind, outcome, sum(items) from over group by 1, 2, 3, 4
            on conflict (at, queue, kind, outcome) do update set items = queue_hours.items + excluded.items
            """,
            Sql.Value(now - Minutes)
        );
        batch.Add("delete from queue_hours where at < $1", Sql.Value(now - Hours));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Often, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryFlushAsync(stoppingToken);
        }
    }

    private async Task TryFlushAsync(CancellationToken cancellation)
    {
        try
        {
            await FlushAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            NotKept(logger, error.Message); // at the next turn
        }
    }

    [LoggerMessage(LogLevel.Debug, "What was done cannot be counted in the database yet: {Reason}")]
    private static partial void NotKept(ILogger logger, string reason);
}
