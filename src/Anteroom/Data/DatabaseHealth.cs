using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// Whether the database can be reached and written. Asked with a session of its own: those of the pool are busy when it matters, and say
/// what was so when they began.
/// </summary>
internal sealed class DatabaseHealth(string connectionString) : IHealthCheck
{
    // Commands that need no database have none.
    private readonly Lazy<NpgsqlDataSource> _database = new(() =>
        new NpgsqlDataSourceBuilder(
            new NpgsqlConnectionStringBuilder(Sessions.WithDefaults(connectionString))
            {
                ApplicationName = "anteroom health",
                Pooling = false,
                Timeout = 2,
                CommandTimeout = 2,
                MaxAutoPrepare = 0,
            }.ConnectionString
        ).BuildForWriting()
    );

    /// <summary>
    /// Outgrows its memory, so that the server writes half a megabyte to its disk and takes it away again. Reading alone goes well on a
    /// disk that is full, and so does a write that finds room in a page.
    /// </summary>
    private const string TryOut = "set work_mem = '64kB'; select count(*) from generate_series(1, 20000)";

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => CurrentHealth.BoundedAsync(AskAsync, context, _ => "unreachable");

    private async Task<string?> AskAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _database.Value.OpenConnectionAsync(cancellation);
            await using var ask = new NpgsqlCommand(TryOut, connection);
            await ask.ExecuteNonQueryAsync(cancellation);
            return Sessions.IsReadOnly(connection) ? "read_only" : null;
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.DiskFull)
        {
            return "full";
        }
        catch (PostgresException many) when (many.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return null; // it answers, and the pool has its sessions
        }
    }
}
