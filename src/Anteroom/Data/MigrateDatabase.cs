using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// Brings the database to this version's schema. Any number of processes may start at once: one migrates, the others wait
/// for it and find nothing left to do.
/// </summary>
public sealed class MigrateDatabase(AnteroomDb db, NpgsqlDataSource source, NameOfSetting nameOf)
{
    /// <summary>Server versions before this one are refused.</summary>
    public const int OldestServer = 14;

    /// <summary>Any number that only Anteroom's migrations use as an advisory lock.</summary>
    internal const long Lock = 0x416E7465726F6F6D;

    /// <summary>Migrates; returns the names of the migrations that were applied.</summary>
    /// <exception cref="CannotStartException">
    /// The server cannot be reached or is too old, the user lacks rights, or the schema is newer than this version.
    /// </exception>
    public Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation) =>
        ConnectedAsync(
            async connection =>
            {
                await PatienceAsync(connection, "set lock_timeout = 0", cancellation);
                await ExecuteAsync(connection, "select pg_advisory_lock($1)", cancellation);
                try
                {
                    var pending = await PendingAsync(connection, cancellation);
                    // Migrations have no time limit.
                    db.Database.SetCommandTimeout(TimeSpan.Zero);
                    if (pending.Count > 0)
                        await db.Database.MigrateAsync(cancellation);
                    return pending;
                }
                finally
                {
                    await ExecuteAsync(connection, "select pg_advisory_unlock($1)", CancellationToken.None);
                    await PatienceAsync(connection, "reset lock_timeout", CancellationToken.None);
                }
            },
            cancellation
        );

    /// <summary>The names of the migrations that <see cref="RunAsync"/> would apply, in their order. Changes nothing.</summary>
    /// <exception cref="CannotStartException">As with <see cref="RunAsync"/>.</exception>
    public Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellation) =>
        ConnectedAsync(connection => PendingAsync(connection, cancellation), cancellation);

    private async Task<IReadOnlyList<string>> ConnectedAsync(
        Func<NpgsqlConnection, Task<IReadOnlyList<string>>> run,
        CancellationToken cancellation
    )
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            if (connection.PostgreSqlVersion.Major < OldestServer)
                throw new CannotStartException(
                    $"The PostgreSQL server {Server(connection)} is version {connection.PostgreSqlVersion}; Anteroom needs {OldestServer} or newer."
                );
            return await run(connection);
        }
        catch (PostgresException error)
        {
            throw new CannotStartException(Explain(error), error);
        }
        catch (Exception error)
            when (error is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new CannotStartException(
                $"The PostgreSQL server {Address()} cannot be reached: {error.InnerException?.Message ?? error.Message}. "
                    + $"Check {Setting("POSTGRES_HOST and POSTGRES_PORT")}, and that the server is running.",
                error
            );
        }
    }

    private async Task<IReadOnlyList<string>> PendingAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
        var unknown = applied.Where(name => !known.Contains(name)).ToList();
        if (unknown.Count > 0)
            throw new CannotStartException(
                $"The database {connection.Database} has a newer schema ({unknown[^1]}) than this version of Anteroom knows ({known.Max(StringComparer.Ordinal)}). "
                    + "Start the newer version, or restore a backup made before the upgrade."
            );

        return [.. known.Except(applied, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = Lock } } };
        // Waits as long as another process needs to migrate.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // Locks are waited for as long as another process needs to migrate.
    private static async Task PatienceAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private string Explain(PostgresException error) =>
        error.SqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege =>
                $"The database user {User()} lacks a right that Anteroom needs: {error.MessageText}. "
                    + $"Make it the owner of the database: ALTER DATABASE {Builder().Database} OWNER TO {User()};",
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"The PostgreSQL server {Address()} refuses the user {User()}: {error.MessageText}. Check {Setting("POSTGRES_USER and POSTGRES_PASSWORD")}.",
            PostgresErrorCodes.InvalidCatalogName =>
                $"There is no database {Builder().Database} on {Address()}. Make it: CREATE DATABASE {Builder().Database} OWNER {User()};",
            _ =>
                $"The database {Builder().Database} on {Address()} could not be prepared: {error.SqlState} {error.MessageText}.",
        };

    /// <summary>What names the server: one setting, or <paramref name="several"/> where it is in these.</summary>
    private string Setting(string several) =>
        nameOf("ConnectionStrings:Anteroom") is var name && name.StartsWith("POSTGRES_", StringComparison.Ordinal)
            ? several
            : name;

    private NpgsqlConnectionStringBuilder Builder() => new(source.ConnectionString);

    private string User() => Builder().Username ?? Environment.UserName;

    private string Address() => $"{Builder().Host}:{Builder().Port}";

    private static string Server(NpgsqlConnection connection) => $"{connection.Host}:{connection.Port}";
}
