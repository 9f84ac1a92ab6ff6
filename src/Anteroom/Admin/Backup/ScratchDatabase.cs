using System.Globalization;
using Anteroom.Postgres;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>No place to try a restore in; the message says why.</summary>
internal sealed class NoScratchException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// An empty database to try things in, gone when it is disposed: on a PostgreSQL of its own in a folder of its own, of low priority,
/// where its programs are there; else a database beside the firm's, where the server lets us make one.
/// </summary>
internal sealed class ScratchDatabase : IAsyncDisposable
{
    private const string Prefix = "anteroom_drill_";

    private readonly EmbeddedPostgres? _postgres;
    private readonly DataFolder? _folder;
    private readonly Func<ValueTask> _remove;

    private ScratchDatabase(
        NpgsqlDataSource source,
        string where,
        Func<ValueTask> remove,
        EmbeddedPostgres? postgres = null,
        DataFolder? folder = null
    ) => (Source, Where, _remove, _postgres, _folder) = (source, where, remove, postgres, folder);

    /// <summary>Connects to it.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Where it is, for people.</summary>
    public string Where { get; }

    /// <summary>The folder of a scratch PostgreSQL in a data folder.</summary>
    internal static string FolderIn(DataFolder data) => Path.Combine(data.Path, "drill");

    /// <summary>Makes it.</summary>
    /// <param name="data">In whose folder.</param>
    /// <param name="configuration">Where the programs are.</param>
    /// <param name="server">The firm's own database.</param>
    /// <param name="bytes">How much will be put into it, about.</param>
    /// <param name="log">Told of leftovers.</param>
    /// <param name="cancellation">Gives up; nothing is left.</param>
    /// <exception cref="NoScratchException">There is no place for it.</exception>
    public static async Task<ScratchDatabase> OpenAsync(
        DataFolder data,
        IConfiguration configuration,
        NpgsqlDataSource server,
        long bytes,
        ILogger log,
        CancellationToken cancellation
    )
    {
        var options = new EmbeddedPostgresOptions();
        configuration.GetSection("Database").Bind(options);
        options.IsGentle = true;
        // What is lost at a crash is made again the next time.
        options.Settings["fsync"] = options.Settings["full_page_writes"] = "off";
        options.Settings["max_connections"] = "10";
        try
        {
            return await OpenOwnAsync(data, options, bytes, log, cancellation);
        }
        catch (CannotStartException none)
        {
            return await OpenBesideAsync(server, none, cancellation);
        }
    }

    private static async Task<ScratchDatabase> OpenOwnAsync(
        DataFolder data,
        EmbeddedPostgresOptions options,
        long bytes,
        ILogger log,
        CancellationToken cancellation
    )
    {
        var path = FolderIn(data);
        // An earlier one, whose process was killed, is in the way until its server has ended.
        await EmbeddedPostgresLeftovers.EndAsync(
            Path.Combine(path, "postgres"),
            options.StopTimeout,
            log,
            cancellation
        );
        Remove(path);
        var free = new DriveInfo(data.Path).AvailableFreeSpace;
        if (free < bytes * 2)
            throw new NoScratchException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"there is not enough room for {FileSize.Of(bytes * 2)} in {data.Path} ({FileSize.Of(free)} are free)"
                )
            );
        var folder = DataFolder.Open(path);
        try
        {
            var postgres = await EmbeddedPostgres.StartAsync(folder, options, log, cancellation);
            return new(
                NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=false"),
                "a PostgreSQL of its own",
                () =>
                {
                    Remove(path);
                    return ValueTask.CompletedTask;
                },
                postgres,
                folder
            );
        }
        catch
        {
            folder.Dispose();
            Remove(path);
            throw;
        }
    }

    private static async Task<ScratchDatabase> OpenBesideAsync(
        NpgsqlDataSource server,
        CannotStartException none,
        CancellationToken cancellation
    )
    {
        try
        {
            foreach (var old in await NamesAsync(server, cancellation))
                await ExecuteAsync(server, $"drop database if exists {old}", cancellation);
            var name = Prefix + Guid.NewGuid().ToString("N");
            await ExecuteAsync(server, $"create database {name} template template0 encoding 'UTF8'", cancellation);
            var to = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = false };
            return new(
                NpgsqlDataSource.Create(to),
                $"the database {name}",
                async () => await ExecuteAsync(server, $"drop database if exists {name}", CancellationToken.None)
            );
        }
        catch (PostgresException error)
        {
            throw new NoScratchException(
                $"this machine has no PostgreSQL of its own ({none.Message}), and the server does not let Anteroom make a database for it: {error.MessageText}. Give its role CREATEDB, or try a restore by hand",
                error
            );
        }
    }

    // Its owner's only, and nobody is in them: those of a process that was killed.
    private static async Task<List<string>> NamesAsync(NpgsqlDataSource server, CancellationToken cancellation)
    {
        await using var command = server.CreateCommand(
            $"""
            select datname from pg_database
            where datname ~ '^{Prefix}[0-9a-f]+$' and datdba = (select oid from pg_roles where rolname = current_user)
                and not exists (select from pg_stat_activity where pg_stat_activity.datname = pg_database.datname)
            """
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellation))
            names.Add(reader.GetString(0));
        return names;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource server, string sql, CancellationToken cancellation)
    {
        await using var command = server.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _folder?.Dispose();
        await _remove();
    }
}
