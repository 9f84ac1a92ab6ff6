using System.Globalization;
using System.Security.Cryptography;
using Anteroom.Host;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>A PostgreSQL server of the benchmark's own in a temporary folder, with its defaults (fsync and synchronous commit on).</summary>
internal sealed class ThrowAwayPostgres : IAsyncDisposable
{
    /// <summary>The superuser's name.</summary>
    public const string User = "anteroom";

    private readonly Func<Child> _start;
    private readonly string[] _unprivileged;
    private Child _server;

    private ThrowAwayPostgres(Func<Child> start, string[] unprivileged, string binaries, int port, string password) =>
        (_start, _unprivileged, _server, Binaries, Port, Password) = (
            start,
            unprivileged,
            start(),
            binaries,
            port,
            password
        );

    /// <summary>Where its programs are, pgbench perhaps among them.</summary>
    public string Binaries { get; }

    public int Port { get; }

    public string Password { get; }

    public int ProcessId => _server.Id;

    /// <summary>Creates and starts a server; as root it runs as another user, because PostgreSQL refuses root.</summary>
    public static async Task<ThrowAwayPostgres> StartAsync(
        string folder,
        string? binaries,
        CancellationToken cancellation,
        params string[] settings
    )
    {
        binaries ??= FindBinaries();
        var (data, unprivileged) = await PrepareAsync(folder, "postgres", cancellation);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var passwordFile = Path.Combine(data, "password");
        await File.WriteAllTextAsync(passwordFile, password, cancellation);
        var cluster = Path.Combine(data, "cluster");
        await Child.RunAsync(
            "initdb",
            [
                .. unprivileged,
                Path.Combine(binaries, "initdb"),
                $"--pgdata={cluster}",
                $"--username={User}",
                $"--pwfile={passwordFile}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ],
            Path.Combine(folder, "initdb.log"),
            cancellation
        );

        return await StartAsync(folder, cluster, unprivileged, binaries, password, settings, cancellation);
    }

    /// <summary>Copies it into a server that follows it (streaming replication), and waits for nothing more.</summary>
    /// <param name="folder">Of the copy.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ThrowAwayPostgres> AddStandbyAsync(string folder, CancellationToken cancellation)
    {
        var (data, _) = await PrepareAsync(folder, "standby", cancellation);
        var cluster = Path.Combine(data, "cluster");
        await Child.RunAsync(
            "pg_basebackup",
            [
                .. _unprivileged,
                Path.Combine(Binaries, "pg_basebackup"),
                $"--pgdata={cluster}",
                "--host=127.0.0.1",
                string.Create(CultureInfo.InvariantCulture, $"--port={Port}"),
                $"--username={User}",
                "--write-recovery-conf",
                "--checkpoint=fast",
            ],
            Path.Combine(folder, "basebackup.log"),
            cancellation,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = Password }
        );
        return await StartAsync(data, cluster, _unprivileged, Binaries, Password, [], cancellation);
    }

    /// <summary>A folder that the server's user may write, and how to become that user: PostgreSQL refuses root.</summary>
    private static async Task<(string Folder, string[] Unprivileged)> PrepareAsync(
        string folder,
        string name,
        CancellationToken cancellation
    )
    {
        var data = Path.Combine(folder, name);
        Directory.CreateDirectory(data);
        if (!Environment.IsPrivilegedProcess)
            return (data, []);
        var users = await File.ReadAllTextAsync("/etc/passwd", cancellation);
        var (user, group) = users.Contains("\npostgres:", StringComparison.Ordinal)
            ? ("postgres", "postgres")
            : ("nobody", "nogroup");
        await Child.RunAsync("chown", ["chown", "-R", user, data], Path.Combine(folder, "chown.log"), cancellation);
        return (data, ["setpriv", $"--reuid={user}", $"--regid={group}", "--clear-groups", "--"]);
    }

    private static async Task<ThrowAwayPostgres> StartAsync(
        string folder,
        string cluster,
        string[] unprivileged,
        string binaries,
        string password,
        string[] settings,
        CancellationToken cancellation
    )
    {
        var port = FreePort.Find();
        // TCP only: a socket's path may not be longer than 107 bytes. 200 connections: the app's pool and pgbench's clients.
        Child Start() =>
            Child.Start(
                "postgres",
                [
                    .. unprivileged,
                    Path.Combine(binaries, "postgres"),
                    "-D",
                    cluster,
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    string.Create(CultureInfo.InvariantCulture, $"port={port}"),
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "max_connections=200",
                    .. settings.SelectMany(setting => (string[])["-c", setting]),
                ],
                Path.Combine(folder, "postgres.log"),
                stopSignal: Posix.Interrupt // fast shutdown: PostgreSQL ends its sessions and writes a checkpoint
            );

        var postgres = new ThrowAwayPostgres(Start, unprivileged, binaries, port, password);
        try
        {
            await postgres.WaitUntilItAnswersAsync(cancellation);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
        return postgres;
    }

    /// <summary>Stops it as an operator does.</summary>
    public ValueTask StopAsync() => _server.DisposeAsync();

    /// <summary>Kills it, as a machine that loses power does.</summary>
    public void Kill()
    {
        foreach (var process in Posix.ChildrenOf(ProcessId).Append(ProcessId))
            Posix.Signal(process, Posix.Kill);
    }

    /// <summary>Starts it again after <see cref="StopAsync"/>, and waits until it answers.</summary>
    public Task StartAgainAsync(CancellationToken cancellation)
    {
        _server = _start();
        return WaitUntilItAnswersAsync(cancellation);
    }

    private Task WaitUntilItAnswersAsync(CancellationToken cancellation) =>
        _server.WaitUntilAsync(() => AnswersAsync(cancellation), cancellation);

    /// <summary>Sends a signal to all of its processes.</summary>
    public void Signal(int signal)
    {
        foreach (var process in Posix.ChildrenOf(ProcessId).Append(ProcessId))
            Posix.Signal(process, signal);
    }

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = database,
            Username = User,
            Password = Password,
            Pooling = false,
        }.ConnectionString;

    /// <summary>Creates an empty database.</summary>
    public async Task CreateDatabaseAsync(string name, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
            await connection.OpenAsync(cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string FindBinaries()
    {
        var debian = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return debian
                .OrderByDescending(folder =>
                    int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0
                )
                .Select(folder => Path.Combine(folder, "bin"))
                .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
                .FirstOrDefault(folder =>
                    File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"))
                )
            ?? throw new BenchmarkException(
                "No PostgreSQL server found. On Debian: apt-get install postgresql postgresql-contrib"
            );
    }
}
