using Anteroom.Data;
using Anteroom.Live;
using Npgsql;

namespace Anteroom.Web.Live;

/// <summary>
/// Ends the streams of people who may not listen anymore: deactivated, signed out everywhere, or given another role. One
/// statement for all listeners of this node, every <see cref="Every"/>, and none while nobody listens.
/// </summary>
internal sealed partial class EndListeners(
    Changes changes,
    NpgsqlDataSource database,
    TimeProvider time,
    ILogger<EndListeners> logger
) : BackgroundService
{
    /// <summary>How long somebody who was signed out may still hear that something changed.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        var listeners = changes.Listeners;
        if (listeners.Count == 0)
            return;
        try
        {
            var now = await FindAsync([.. listeners.Select(listener => listener.User.Id).Distinct()], cancellation);
            foreach (var listener in listeners)
                if (now.GetValueOrDefault(listener.User.Id) != (listener.Stamp, listener.User.Role))
                    listener.End();
        }
        catch (NpgsqlException error)
        {
            Log.NoDatabase(logger, error); // who may not be asked about stays: nothing can be read without the database anyway
        }
    }

    private sealed record Row(Guid Id, string SecurityStamp, string Role);

    private async Task<Dictionary<Guid, (string Stamp, Role Role)>> FindAsync(
        Guid[] ids,
        CancellationToken cancellation
    )
    {
        var rows = await database.QueryAsync<Row>(
            "select id, security_stamp, role from users where id = any ($1) and active",
            cancellation,
            Sql.Value(ids)
        );
        return rows.ToDictionary(row => row.Id, row => (row.SecurityStamp, WireName.Parse<Role>(row.Role)));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Who still listens could not be asked")]
        public static partial void NoDatabase(ILogger logger, Exception error);
    }
}
