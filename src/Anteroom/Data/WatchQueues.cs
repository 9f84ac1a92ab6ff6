using System.Collections.Concurrent;
using Npgsql;

namespace Anteroom.Data;

/// <summary>The rows of a queue that have workers of their own.</summary>
/// <param name="Table">Where they are.</param>
/// <param name="Name">Of the lane, in the rows and as the bell of its workers (<see cref="WorkSignal.Ring"/>).</param>
/// <param name="Sweep">How often to look for what no poke told of.</param>
public sealed record QueueLane(ClaimTable Table, string Name, TimeSpan Sweep);

/// <summary>
/// Rings for rows that become due, so that workers sleep until there is something to do. One statement looks into all queues: at every
/// sweep, and when the next row that it knows of becomes due.
/// </summary>
public sealed partial class WatchQueues : BackgroundService
{
    /// <summary>Between two looks, however soon the next row is due.</summary>
    private static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(250);

    // When to look next, in ticks of the processor's own clock.
    private readonly ConcurrentDictionary<QueueLane, long> _lanes = new();

    private readonly NpgsqlDataSource _database;
    private readonly Node _node;
    private readonly WorkSignal _signal;
    private readonly TimeProvider _time;
    private readonly ILogger<WatchQueues> _logger;

    /// <summary>One for a process.</summary>
    public WatchQueues(
        NpgsqlDataSource database,
        Node node,
        WorkSignal signal,
        TimeProvider time,
        ILogger<WatchQueues> logger
    )
    {
        (_database, _node, _signal, _time, _logger) = (database, node, signal, time, logger);
        // Pokes may have been missed while the line was down.
        signal.Hear(_ => { }, connected: () => signal.Ring(WorkSignal.Later));
    }

    /// <summary>Waits until there may be rows for this lane.</summary>
    public Task WaitAsync(QueueLane lane, CancellationToken cancellation)
    {
        if (_lanes.TryAdd(lane, 0))
            _signal.Ring(WorkSignal.Later);
        return _signal.WaitAsync(lane.Name, Timeout.InfiniteTimeSpan, cancellation);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await _node.WhenOnlineAsync(stoppingToken);
                await LookAsync(stoppingToken);
                await Task.Delay(Briefly, stoppingToken);
                await RestAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception error)
            {
                Log.NotSeen(_logger, error);
                await Task.Delay(Briefly, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    private async Task RestAsync(CancellationToken stopping)
    {
        var rest = _lanes.IsEmpty ? int.MaxValue : Math.Max(0, _lanes.Values.Min() - Environment.TickCount64);
        if (await _signal.WaitAsync(WorkSignal.Later, TimeSpan.FromMilliseconds(rest), stopping))
            foreach (var lane in _lanes.Keys)
                _lanes[lane] = 0;
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        var (ticks, now) = (Environment.TickCount64, _time.GetUtcNow());
        var lanes = _lanes.Where(lane => lane.Value <= ticks).Select(lane => lane.Key).ToList();
        if (lanes.Count == 0)
            return;
        foreach (var row in await ReadAsync(lanes, now, cancellation))
        {
            var lane = lanes[(int)row.At - 1];
            if (row.IsDue)
                _signal.Ring(lane.Name);
            var wait = row.Next is { } next && next - now < lane.Sweep ? next - now : lane.Sweep;
            _lanes[lane] = ticks + (long)wait.TotalMilliseconds + 1;
        }
    }

    private sealed record LaneRow(long At, bool IsDue, DateTimeOffset? Next);

    private Task<List<LaneRow>> ReadAsync(List<QueueLane> lanes, DateTimeOffset now, CancellationToken cancellation)
    {
        var looks = lanes
            .Select(lane => lane.Table)
            .Distinct()
            .Select(table =>
                $"""
                    select at, exists (select from {table.Name} where {table.Lane} = name and state = 'queued' and next_attempt_at <= $3)
                        or exists (select from {table.Name} where {table.Lane} = name and state = '{table.Claimed}' and leased_until <= $3) is_due,
                        least(
                            (select next_attempt_at from {table.Name} where {table.Lane} = name and state = 'queued' and next_attempt_at > $3
                                order by next_attempt_at limit 1),
                            (select leased_until from {table.Name} where {table.Lane} = name and state = '{table.Claimed}' and leased_until > $3
                                order by leased_until limit 1)) as next
                    from unnest($1, $2) with ordinality lane (place, name, at) where place = '{table.Name}'
                    """
            );
        return _database.QueryAsync<LaneRow>(
            string.Join(" union all ", looks),
            cancellation,
            Sql.Value(lanes.Select(lane => lane.Table.Name).ToArray()),
            Sql.Value(lanes.Select(lane => lane.Name).ToArray()),
            Sql.Value(now)
        );
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The queues cannot be looked into; trying again in a moment")]
        public static partial void NotSeen(ILogger logger, Exception error);
    }
}
