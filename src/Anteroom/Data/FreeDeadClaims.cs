using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// Frees what nodes had claimed that have died: their lock is gone (<see cref="Node"/>). Each node looks for the others, about every second
/// while there are any, so that their work goes on at once and not when the lease runs out.
/// </summary>
/// <remarks>
/// Who only lost the line comes back within a moment, and finds it as it was: a node is dead when its lock is missing at two looks. After
/// a restart of the database all locks are missing, and everybody is given time to come back.
/// </remarks>
internal sealed partial class FreeDeadClaims(
    NpgsqlDataSource database,
    IEnumerable<ClaimTable> tables,
    Node node,
    WorkSignal signal,
    ILogger<FreeDeadClaims> logger
) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Rarely = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TimeToComeBack = TimeSpan.FromSeconds(5);

    private readonly ClaimTable[] _tables = [.. tables];
    private HashSet<int> _missing = [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await node.WhenOnlineAsync(stoppingToken);
                var isAnybodyElse = true;
                try
                {
                    isAnybodyElse = await LookAsync(stoppingToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    Log.NotSeen(logger, error);
                }

                await signal.WaitAsync(WorkSignal.Nodes, isAnybodyElse ? Often : Rarely, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <summary>Looks once. False when no other node lives and none has left anything.</summary>
    internal async Task<bool> LookAsync(CancellationToken cancellation)
    {
        var (holders, living, up) = await ReadAsync(cancellation);
        var missing = holders.Except(living).ToHashSet();
        var dead =
            node.IsAlone ? missing
            : up < TimeToComeBack ? []
            : missing.Where(_missing.Contains).ToHashSet();
        _missing = missing;
        if (dead.Count > 0)
            await FreeAsync([.. dead], cancellation);
        return living.Length > 0 || missing.Count > 0;
    }

    private sealed record Nodes(int[] Holders, int[] Living, TimeSpan Up);

    private async Task<Nodes> ReadAsync(CancellationToken cancellation)
    {
        var holders = string.Join(
            " union ",
            _tables.Select(table =>
                $"select claimed_by from {table.Name} where state = '{table.Claimed}' and claimed_by <> $1"
            )
        );
        var nodes = await database.QueryOneAsync<Nodes>(
            $"""
            select array({holders}) holders, array(select objid::integer from ({Node.Held}) held where objid <> $1) living,
                now() - pg_postmaster_start_time() up
            """,
            cancellation,
            Sql.Value(node.Id)
        );
        return nodes!;
    }

    private async Task FreeAsync(int[] dead, CancellationToken cancellation)
    {
        foreach (var table in _tables)
        {
            var lanes = await database.QueryAsync<string>(
                $"""
                update {table.Name} set state = 'queued', claim = null, claimed_by = null, leased_until = null,
                    tries = {table.WithTry("now()", "'The process died that had it.'")}
                where state = '{table.Claimed}' and claimed_by = any ($1) returning {table.Lane}
                """,
                cancellation,
                Sql.Value(dead)
            );
            if (lanes.Count == 0)
                continue;
            Log.Freed(logger, lanes.Count, table.Name, dead.Length);
            foreach (var lane in lanes.Distinct(StringComparer.Ordinal))
                signal.Ring(lane);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "{Count} rows of {Table} were freed: {Nodes} nodes have died that had claimed them"
        )]
        public static partial void Freed(ILogger logger, int count, string table, int nodes);

        [LoggerMessage(2, LogLevel.Debug, "The other nodes cannot be looked for; trying again in a moment")]
        public static partial void NotSeen(ILogger logger, Exception error);
    }
}
