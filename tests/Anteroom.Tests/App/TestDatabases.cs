using Anteroom.Host;
using Anteroom.Postgres;
using Anteroom.Tests.App;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestDatabases))]
[assembly: CollectionBehavior(MaxParallelThreads = 4)] // on two cores: many tests wait

namespace Anteroom.Tests.App;

/// <summary>
/// The PostgreSQL that the tests run on: the server of <c>ANTEROOM_TEST_SERVER</c> (a connection string of a
/// superuser), else a private one like the product's own. Each test gets a fresh database, copied from a migrated one.
/// </summary>
public sealed class TestDatabases : IAsyncLifetime
{
    private readonly List<string> _made = [];
    private readonly string _template = $"anteroom_template_{Guid.NewGuid():N}";
    private string _folder = "";
    private EmbeddedPostgres? _postgres;
    private NpgsqlDataSource _admin = null!;
    private string _reset = "";

    /// <summary>Apps between two tests.</summary>
    internal IdleApps Idle { get; } = new();

    /// <summary>Connects to any database of the server.</summary>
    public string ConnectionStringTo(string database) =>
        new NpgsqlConnectionStringBuilder(_admin.ConnectionString)
        {
            Database = database,
            Pooling = true,
            Password = Password,
        }.ConnectionString;

    private string? Password { get; set; }

    public async ValueTask InitializeAsync()
    {
        var server = Environment.GetEnvironmentVariable("ANTEROOM_TEST_SERVER");
        if (string.IsNullOrEmpty(server))
        {
            _folder = Directory.CreateTempSubdirectory("anteroom-tests-").FullName;
            _postgres = await EmbeddedPostgres.StartAsync(
                DataFolder.Open(_folder),
                new EmbeddedPostgresOptions { Settings = { ["max_connections"] = "300", ["fsync"] = "off" } },
                NullLogger.Instance,
                CancellationToken.None
            );
            server = _postgres.ConnectionStringTo("postgres");
        }

        Password = new NpgsqlConnectionStringBuilder(server).Password;
        _admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Pooling = false });
        await ExecuteAsync($"create database {_template}");
        _made.Add(_template);
        await MigrateAsync(ConnectionStringTo(_template));
        await using (var template = NpgsqlDataSource.Create(ConnectionStringTo(_template)))
            _reset = await TestData.ResetSqlAsync(template);
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>A fresh database with the current schema; its connection string.</summary>
    public Task<string> CreateAsync() => CreateAsync(_template);

    /// <summary>A fresh database with nothing in it; its connection string.</summary>
    public Task<string> CreateEmptyAsync() => CreateAsync("template0");

    private async Task<string> CreateAsync(string template)
    {
        var name = $"anteroom_test_{Guid.NewGuid():N}";
        await ExecuteAsync($"create database {name} template {template}");
        lock (_made)
            _made.Add(name);
        return ConnectionStringTo(name);
    }

    /// <summary>Makes a database as fresh as <see cref="CreateAsync()"/> does.</summary>
    public async Task ResetAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(_reset);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Deletes a database, before it has cost the disk much.</summary>
    public async Task DropAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        await ExecuteAsync($"drop database if exists {name} with (force)");
        lock (_made)
            _made.Remove(name);
    }

    /// <summary>Brings a database to the current schema, as the product does at its start.</summary>
    public static async Task<IReadOnlyList<string>> MigrateAsync(string connectionString)
    {
        await using var folder = new TemporaryFolder();
        await using var installation = await Installation.OpenAsync(
            new CommandLine { Data = folder.Path, Port = 0 },
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ConnectionStrings:Anteroom"] = connectionString,
            },
            CancellationToken.None
        );
        await using var app = global::Anteroom.App.Build(installation);
        return await Commands.MigrateAsync(app.Services, CancellationToken.None);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Idle.DisposeAsync();
        if (_postgres is null)
            foreach (var name in _made)
                await ExecuteAsync($"drop database if exists {name} with (force)");
        await _admin.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>A folder that goes away with the test.</summary>
public sealed class TemporaryFolder : IAsyncDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("anteroom test ").FullName;

    public ValueTask DisposeAsync()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException) { }

        return ValueTask.CompletedTask;
    }
}
