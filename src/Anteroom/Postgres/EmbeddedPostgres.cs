using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Anteroom.Postgres;

/// <summary>
/// A PostgreSQL server of our own, a child process on the data folder: reachable through a private unix socket only, by this user of the
/// machine only, started and stopped with the app, restarted when it dies.
/// </summary>
/// <remarks>
/// Durability is PostgreSQL's default: a commit is on disk when it returns. Whatever is killed in whatever order, the next start
/// ends what is left and recovers.
/// </remarks>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private const string MainDatabase = "anteroom";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LogCheck = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly DataFolder _data;
    private readonly EmbeddedPostgresOptions _options;
    private readonly EmbeddedPostgresCommand _command;
    private readonly EmbeddedPostgresLog _serverLog;
    private readonly EmbeddedPostgresSocket _socket;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private Process? _server;
    private Task _watch = Task.CompletedTask;
    private bool _disposed;

    private EmbeddedPostgres(
        DataFolder data,
        EmbeddedPostgresOptions options,
        EmbeddedPostgresCommand command,
        EmbeddedPostgresSocket socket,
        EmbeddedPostgresLog serverLog,
        ILogger log
    )
    {
        (_data, _options, _command, _socket, _serverLog, _log) = (data, options, command, socket, serverLog, log);
    }

    /// <summary>For Npgsql: the database <c>anteroom</c>, as its owner (a superuser of this private server).</summary>
    public string ConnectionString => ConnectionStringTo(MainDatabase);

    /// <summary>For Npgsql: another database of this server, such as <c>postgres</c>, which always exists.</summary>
    public string ConnectionStringTo(string database) => ConnectionStringTo(_socket.Folder, database);

    /// <summary>Whether the folder has a database.</summary>
    public static bool IsThere(DataFolder data) => File.Exists(Path.Combine(data.Postgres, "PG_VERSION"));

    /// <summary>For Npgsql: the server that another process runs on this data folder; null when none has said where.</summary>
    public static string? FindRunning(DataFolder data) =>
        EmbeddedPostgresSocket.Find(data) is { } folder ? ConnectionStringTo(folder, MainDatabase) : null;

    private static string ConnectionStringTo(string folder, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = folder,
            Username = EmbeddedPostgresCluster.Role,
            Database = database,
            SslMode = SslMode.Disable, // nothing leaves the machine's kernel
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;

    /// <summary>Number of the server's main process, for messages and tests. Changes when the server had to be restarted.</summary>
    public int ProcessId => _server!.Id;

    /// <summary>
    /// Starts the server: ends what an earlier run left behind, makes the files on the first start, waits until recovery is done and
    /// the database <c>anteroom</c> exists.
    /// </summary>
    /// <param name="data">Where everything lies; locked here when it is not yet.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="log">Gets what an operator should know.</param>
    /// <param name="cancel">Gives up; what was started is stopped.</param>
    /// <exception cref="CannotStartException">It cannot be started; the message says why and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        DataFolder data,
        EmbeddedPostgresOptions options,
        ILogger log,
        CancellationToken cancel
    )
    {
        if (OperatingSystem.IsWindows())
            throw new CannotStartException(
                "On Windows Anteroom brings no PostgreSQL of its own. "
                    + "Configure a PostgreSQL server with POSTGRES_HOST, POSTGRES_DB, POSTGRES_USER and POSTGRES_PASSWORD."
            );

        data.Lock();
        var serverLog = new EmbeddedPostgresLog(data);
        try
        {
            var user = await EmbeddedPostgresUser.FindAsync(options.SystemUser, cancel);
            var binaries = EmbeddedPostgresBinaries.Prepare(options.Binaries, AppContext.BaseDirectory, user, data);
            var command = new EmbeddedPostgresCommand(binaries, user, options.IsGentle);
            serverLog.Trim();
            foreach (var folder in (string[])[data.Postgres, EmbeddedPostgresCluster.Unfinished(data)])
                await EmbeddedPostgresLeftovers.EndAsync(folder, options.StopTimeout, log, cancel);
            await new EmbeddedPostgresCluster(data, user, command).EnsureAsync(serverLog, cancel);

            var socket = await EmbeddedPostgresSocket.CreateAsync(data, user, cancel);
            var postgres = new EmbeddedPostgres(data, options, command, socket, serverLog, log);
            await postgres.BeginAsync(cancel);
            return postgres;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NpgsqlException)
        {
            throw serverLog.Explain(error.Message);
        }
    }

    /// <summary>Stops the server: transactions under way are rolled back, everything committed is written, then it exits.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stopping.CancelAsync();
        await _watch;
        if (_server is not null)
        {
            await StopAsync(_server);
            _server.Dispose();
        }
        _socket.Dispose();
        _stopping.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        try
        {
            await LaunchAsync(cancel);
            await CreateMainDatabaseAsync(cancel);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
        _watch = WatchAsync();
    }

    /// <summary>Lets go of the server without stopping it, as a killed app does. For tests of what the next start does.</summary>
    internal async Task AbandonAsync()
    {
        _disposed = true;
        await _stopping.CancelAsync();
        await _watch;
    }

    private async Task LaunchAsync(CancellationToken cancel)
    {
        var offset = _serverLog.Length;
        var previous = _server;
        _server = EmbeddedPostgresCommand.Start(
            _command.Build(
                "postgres",
                _data.Postgres,
                _data.PostgresLog,
                Settings().SelectMany(set => (string[])["-c", set])
            )
        );

        previous?.Dispose();
        var started = TimeProvider.System.GetTimestamp();
        var patience = TimeSpan.FromSeconds(10);
        while (!IsReady(_server.Id))
        {
            if (_server.HasExited)
                throw _serverLog.Explain(offset);
            if (TimeProvider.System.GetElapsedTime(started) > patience)
            {
                LogRecovering(_log, (int)patience.TotalSeconds);
                patience *= 2;
            }
            await Task.Delay(Look, cancel);
        }
    }

    /// <summary>The server says on the eighth line of <c>postmaster.pid</c> how far it is (PostgreSQL's own pg_ctl waits the same way).</summary>
    private bool IsReady(int server)
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(_data.Postgres, "postmaster.pid"));
            return lines.Length >= 8
                && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid)
                && pid == server
                && lines[7].Trim() is "ready";
        }
        catch (IOException)
        {
            return false; // not written yet
        }
    }

    private IEnumerable<string> Settings()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "", // no TCP at all
            ["port"] = "5432", // part of the socket's file name only
            ["unix_socket_directories"] = $"\"{_socket.Folder}\"",
            ["unix_socket_permissions"] = "0700",
            ["max_connections"] = "100",
            ["fsync"] = "on",
            ["synchronous_commit"] = "on",
            ["full_page_writes"] = "on",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["log_checkpoints"] = "off",
            ["log_error_verbosity"] = "terse", // details of an error can hold a prospect's data
            ["log_statement"] = "none",
            ["jit"] = "off",
            // An archive that is away must not fill the disk; what it misses then is an alarm, and a new base.
            ["max_slot_wal_keep_size"] = "16GB",
        };
        foreach (var (name, value) in _options.Settings)
            settings[name] = value;
        return settings.Select(setting => $"{setting.Key}={setting.Value}");
    }

    private async Task CreateMainDatabaseAsync(CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionStringTo("postgres"));
        await using var exists = source.CreateCommand($"select 1 from pg_database where datname = '{MainDatabase}'");
        if (await exists.ExecuteScalarAsync(cancel) is not null)
            return;
        await using var create = source.CreateCommand($"create database {MainDatabase}");
        await create.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Restarts a server that dies, and keeps its log short, until the app stops.</summary>
    private async Task WatchAsync()
    {
        var pause = TimeSpan.Zero;
        try
        {
            while (true)
            {
                var started = TimeProvider.System.GetTimestamp();
                while (!await ExitedWithinAsync(_server!, LogCheck))
                    _serverLog.Trim();
                if (TimeProvider.System.GetElapsedTime(started) > LongestPause)
                    pause = TimeSpan.Zero; // it ran well for a while
                LogDied(_log, _server!.ExitCode);
                do
                {
                    await Task.Delay(pause, _stopping.Token);
                    pause = pause == TimeSpan.Zero ? TimeSpan.FromSeconds(0.5) : pause * 2;
                    pause = pause > LongestPause ? LongestPause : pause;
                } while (!await TryRelaunchAsync());
                LogRestarted(_log, ProcessId);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The app stops.
        }
    }

    private async Task<bool> ExitedWithinAsync(Process server, TimeSpan time)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(time);
        try
        {
            await server.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> TryRelaunchAsync()
    {
        try
        {
            await EmbeddedPostgresLeftovers.EndAsync(_data.Postgres, _options.StopTimeout, _log, _stopping.Token);
            await LaunchAsync(_stopping.Token);
            return true;
        }
        catch (Exception error) when (error is CannotStartException or IOException or UnauthorizedAccessException)
        {
            LogNotRestarted(_log, error.Message);
            return false;
        }
    }

    private async Task StopAsync(Process server)
    {
        foreach (var signal in (int[])[SystemCalls.Interrupt, SystemCalls.Quit, SystemCalls.Kill])
        {
            if (server.HasExited)
                return;
            SystemCalls.Signal(server.Id, signal);
            using var limit = new CancellationTokenSource(_options.StopTimeout);
            try
            {
                await server.WaitForExitAsync(limit.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                LogSlowStop(_log, signal);
            }
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "The database is still recovering after {Seconds} s; this is normal after a crash"
    )]
    static partial void LogRecovering(ILogger log, int seconds);

    [LoggerMessage(LogLevel.Error, "The database server ended unexpectedly (exit code {ExitCode}); restarting it")]
    static partial void LogDied(ILogger log, int exitCode);

    [LoggerMessage(LogLevel.Warning, "The database server runs again (process {ProcessId})")]
    static partial void LogRestarted(ILogger log, int processId);

    [LoggerMessage(LogLevel.Error, "The database server could not be restarted yet: {Reason}")]
    static partial void LogNotRestarted(ILogger log, string reason);

    [LoggerMessage(LogLevel.Warning, "The database server did not stop in time after signal {Signal}")]
    static partial void LogSlowStop(ILogger log, int signal);
}
