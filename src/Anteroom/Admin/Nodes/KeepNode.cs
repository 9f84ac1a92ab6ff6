using System.Reflection;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What this process is, for the list of nodes.</summary>
/// <param name="Role"><c>all</c>, <c>web</c> or <c>worker</c>.</param>
internal sealed record NodeIdentity(string Role)
{
    /// <summary>Of the product, with the first letters of its commit where it was built from one.</summary>
    public static string Version { get; } =
        Short(
            typeof(NodeIdentity)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion
        );

    private static string Short(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is var plus and > 0 && version.Length > plus + 9
            ? version[..(plus + 9)]
            : version;
}

/// <summary>Tells of this process: which it is, when it started, that it lives, and how its machine does.</summary>
internal sealed partial class KeepNode(
    NpgsqlDataSource database,
    Node node,
    NodeIdentity identity,
    DataFolder data,
    DatabaseTime clock,
    ILogger<KeepNode> logger
) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(20);
    private readonly DateTimeOffset _started = clock.GetUtcNow();

    /// <summary>Tells once: one round trip. Those of the same role whose place on this machine it has taken are no longer missed.</summary>
    public async Task TellAsync(CancellationToken cancellation)
    {
        var drive = new DriveInfo(data.Path);
        var now = clock.GetUtcNow();
        await using var batch = database.CreateBatch();
        batch.Add(
            """
            insert into nodes (id, machine, process, role, version, started_at, seen_at, memory_bytes, disk_free_bytes, disk_bytes,
                clock_ahead_seconds)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (id) do update set seen_at = excluded.seen_at, ended_at = null, memory_bytes = excluded.memory_bytes,
                disk_free_bytes = excluded.disk_free_bytes, disk_bytes = excluded.disk_bytes, clock_ahead_seconds = excluded.clock_ahead_seconds
            """,
            Sql.Value(node.Id),
            Sql.Value(Environment.MachineName),
            Sql.Value(Environment.ProcessId),
            Sql.Value(identity.Role),
            Sql.Value(NodeIdentity.Version),
            Sql.Value(_started),
            Sql.Value(now),
            Sql.Value(Environment.WorkingSet),
            Sql.Value(drive.AvailableFreeSpace),
            Sql.Value(drive.TotalSize),
            Sql.Value((TimeProvider.System.GetUtcNow() - now).TotalSeconds)
        );
        batch.Add(
            $"""
            update nodes set ended_at = $4 where machine = $2 and role = $3 and id <> $1 and ended_at is null and started_at < $5
                and not exists (select from ({Node.Held}) held where objid = nodes.id)
            """,
            Sql.Value(node.Id),
            Sql.Value(Environment.MachineName),
            Sql.Value(identity.Role),
            Sql.Value(now),
            Sql.Value(_started)
        );
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var end = database.CreateCommand("update nodes set ended_at = $2 where id = $1");
            end.Parameters.Add(Sql.Value(node.Id));
            end.Parameters.Add(Sql.Value(clock.GetUtcNow()));
            await end.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception error) when (Sql.IsPassing(error) || error is OperationCanceledException) { }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await node.WhenOnlineAsync(stoppingToken);
                await TellAsync(stoppingToken);
                await Task.Delay(Often, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception error)
            {
                NotTold(logger, error);
                await Task.Delay(Often, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    [LoggerMessage(LogLevel.Debug, "This node cannot tell of itself; trying again in a moment")]
    private static partial void NotTold(ILogger logger, Exception error);
}
