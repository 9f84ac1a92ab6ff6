using System.Globalization;
using System.Net;
using Anteroom.Host;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>
/// The FastAPI service beside which Anteroom is measured, with its scheduler; its README says how it is started. Its files are not ours and
/// are only read.
/// </summary>
internal sealed class FastApiPeer : IAsyncDisposable
{
    // Debian's own, whatever else is in the path: the packages are for it.
    private const string Python = "/usr/bin/python3";

    private static readonly string[] Needed = ["app.py", "make_tables.py", "scheduler.py"];

    private readonly TestBed _bed;
    private readonly string _service;
    private readonly string _database;
    private readonly Dictionary<string, string> _settings;
    private readonly List<Child> _children = [];
    private string _token = "";

    private FastApiPeer(TestBed bed, string service, string database)
    {
        (_bed, _service, _database) = (bed, service, database);
        var server =
            $"postgresql://{ThrowAwayPostgres.User}:{bed.Postgres.Password}@127.0.0.1:{bed.Postgres.Port}/{database}";
        _settings = new(StringComparer.Ordinal)
        {
            ["PG_DSN"] = server,
            ["DATABASE_URL"] = server.Replace("postgresql:", "postgresql+asyncpg:", StringComparison.Ordinal),
            ["UPLOAD_DIR"] = Uploads,
            ["FSYNC"] = "1",
            ["EMAIL_HOST"] = "127.0.0.1",
            ["EMAIL_PORT"] = bed.MailPort.ToString(CultureInfo.InvariantCulture),
            ["PYTHONPATH"] = service,
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
    }

    private string Uploads => _bed.FolderFor(_database + "-uploads");

    /// <exception cref="BenchmarkException">It is not there.</exception>
    public static void MustBeIn(string folder)
    {
        if (Array.Exists(Needed, file => !File.Exists(Path.Combine(folder, file))))
            throw new BenchmarkException(
                $"The service to compare with is not in {folder}: {string.Join(", ", Needed)} have to be there. Say where it is with --peer DIR."
            );
    }

    /// <summary>Creates its database with so many leads, and starts its scheduler.</summary>
    public static async Task<FastApiPeer> StartAsync(
        TestBed bed,
        string service,
        string database,
        int leads,
        CancellationToken cancellation
    )
    {
        var peer = new FastApiPeer(bed, service, database);
        try
        {
            await bed.Postgres.CreateDatabaseAsync(database, cancellation);
            var output = await Child.RunAsync(
                "make_tables.py",
                [Python, Path.Combine(service, "make_tables.py")],
                peer.Log("make_tables"),
                cancellation,
                peer._settings
            );
            peer._token = output.Trim().Split('\n')[^1];
            await peer.FillAsync(leads, cancellation);
            peer.Start("scheduler", [Python, Path.Combine(service, "scheduler.py")]);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts its web server with so many workers.</summary>
    public async Task<Contestant> ServeAsync(int workers, CancellationToken cancellation)
    {
        var address = new IPEndPoint(IPAddress.Loopback, FreePort.Find());
        var server = Start(
            $"uvicorn-{workers}",
            [
                .. (string[])[Python, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", $"{address.Port}"],
                .. (string[])["--workers", $"{workers}", "--loop", "uvloop", "--http", "httptools", "--no-access-log"],
            ]
        );
        using var client = new HttpClient();
        await server.WaitUntilAsync(() => AnswersAsync(client, address, cancellation), cancellation);
        return new Contestant
        {
            Name = "FastAPI",
            Address = address,
            Processes = [.. _children.Select(child => child.Id)],
            SubmitPath = "/api/v1/leads/upload",
            ConnectionString = _bed.Postgres.ConnectionString(_database),
            Files = Uploads,
            Facts =
            [
                new("leads", "select count(*) from leads"),
                new("assigned", "select count(*) from leads where reached_out_by is not null"),
            ],
            Mails = 2,
            Statuses = ["pending", "email_sent", "reached_out"],
            Authorization = "Authorization: Bearer " + _token,
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children)
            await child.DisposeAsync();
    }

    private string Log(string name) => Path.Combine(_bed.Folder, $"{_database}-{name}.log");

    private Child Start(string name, string[] command)
    {
        var child = Child.Start($"The peer's {name}", command, Log(name), _settings);
        _children.Add(child);
        return child;
    }

    /// <summary>Leads that its scheduler has nothing to do with any more.</summary>
    private async Task FillAsync(int leads, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(_bed.Postgres.ConnectionString(_database));
        await using var fill = database.CreateCommand(
            """
            insert into leads (id, first_name, last_name, email, resume_path, status, reached_out_by, created_at, updated_at)
            select gen_random_uuid(), 'Ada', 'Lovelace-' || i, 'ada.' || i || '@example.com', '/none/' || i, 'reached_out',
                (select id from attorneys order by id limit 1), born, born
            from (select i, timestamptz '2026-11-01' - interval '1 minute' * ($1 - i) as born from generate_series(1, $1) i) numbers
            """
        );
        fill.Parameters.AddWithValue(leads);
        fill.CommandTimeout = 0;
        await fill.ExecuteNonQueryAsync(cancellation);
        await using var vacuum = database.CreateCommand("vacuum analyze");
        await vacuum.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<bool> AnswersAsync(HttpClient client, IPEndPoint address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://{address}/api/v1/healthcheck"), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
