using System.Globalization;
using System.Net;

namespace Anteroom.Benchmarks;

/// <summary>The published app as a child process, with a data folder of its own, on the benchmark's PostgreSQL server.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    /// <summary>The user name of the administrator.</summary>
    public const string Administrator = "admin";

    /// <summary>The administrator's password.</summary>
    public const string Password = "Benchmark-only-9f2c!";

    private readonly Child _child;

    private AppProcess(Child child, IPEndPoint address, string data) =>
        (_child, Address, Data) = (child, address, data);

    public IPEndPoint Address { get; }

    /// <summary>The data folder: <c>resumes</c> and the pickup folder for mail are below it.</summary>
    public string Data { get; }

    public int ProcessId => _child.Id;

    /// <summary>Brings the schema of a database up to date (<c>Anteroom migrate</c>).</summary>
    public static Task MigrateAsync(
        string app,
        string folder,
        ThrowAwayPostgres postgres,
        string database,
        CancellationToken cancellation
    ) =>
        Child.RunAsync(
            "Anteroom migrate",
            [.. Command(app), "migrate", "--data", Path.Combine(folder, "data")],
            Path.Combine(folder, "migrate.log"),
            cancellation,
            Settings(postgres, database)
        );

    /// <summary>Starts the app as a firm would; only the rate limits are off.</summary>
    /// <param name="app">The published app's folder.</param>
    /// <param name="folder">The benchmark's temporary folder.</param>
    /// <param name="postgres">The server.</param>
    /// <param name="database">The database on it.</param>
    /// <param name="role"><c>all</c>, or <c>web</c> to leave the emails in the outbox.</param>
    /// <param name="settings">In its environment, beside the usual ones.</param>
    /// <param name="cancellation">Stops waiting for the start.</param>
    public static async Task<AppProcess> StartAsync(
        string app,
        string folder,
        ThrowAwayPostgres postgres,
        string database,
        string role,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken cancellation
    )
    {
        var started = Start(app, folder, postgres, database, role, settings);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://{started.Address}") };
            await started._child.WaitUntilAsync(() => AnswersAsync(client, cancellation), cancellation);
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
        return started;
    }

    /// <summary>Starts the app as a worker that answers nobody.</summary>
    public static AppProcess StartWorker(
        string app,
        string folder,
        ThrowAwayPostgres postgres,
        string database,
        IReadOnlyDictionary<string, string> settings
    ) => Start(app, folder, postgres, database, "worker", settings);

    private static AppProcess Start(
        string app,
        string folder,
        ThrowAwayPostgres postgres,
        string database,
        string role,
        IReadOnlyDictionary<string, string> more
    )
    {
        var address = new IPEndPoint(IPAddress.Loopback, ThrowAwayPostgres.FreePort());
        var data = Path.Combine(folder, "data");
        var settings = Settings(postgres, database);
        foreach (var (name, value) in more)
            settings[name] = value;
        var child = Child.Start(
            $"The app ({role})",
            [
                .. Command(app),
                "--data",
                data,
                "--port",
                address.Port.ToString(CultureInfo.InvariantCulture),
                "--role",
                role,
            ],
            Path.Combine(folder, "app.log"),
            settings
        );
        return new AppProcess(child, address, data);
    }

    /// <summary>Holds the app while a bare limit is measured, so that its background work does not lower it.</summary>
    public void Freeze() => Posix.Signal(_child.Id, Posix.Stop);

    /// <summary>Lets the app go on.</summary>
    public void Thaw() => Posix.Signal(_child.Id, Posix.Continue);

    /// <summary>Throws when the app has ended.</summary>
    public void MustRun() => _child.MustRun();

    public ValueTask DisposeAsync() => _child.DisposeAsync();

    private static string[] Command(string app)
    {
        var executable = Path.Combine(app, "Anteroom");
        return File.Exists(executable)
            ? [executable]
            : throw new BenchmarkException(
                $"No published app in {app}. ./bench publishes it, or: dotnet publish src/Anteroom -c Release -o {app}"
            );
    }

    private static Dictionary<string, string> Settings(ThrowAwayPostgres postgres, string database) =>
        new(StringComparer.Ordinal)
        {
            ["POSTGRES_HOST"] = "127.0.0.1",
            ["POSTGRES_PORT"] = postgres.Port.ToString(CultureInfo.InvariantCulture),
            ["POSTGRES_DB"] = database,
            ["POSTGRES_USER"] = ThrowAwayPostgres.User,
            ["POSTGRES_PASSWORD"] = postgres.Password,
            ["ANTEROOM_ADMIN_USERNAME"] = Administrator,
            ["ANTEROOM_ADMIN_EMAIL"] = "admin@example.com",
            ["ANTEROOM_ADMIN_PASSWORD"] = Password,
            ["RateLimits__Enabled"] = "false",
            // Where there are attorneys, TestBed turns it on.
            ["Outreach__Assign"] = "false",
        };

    private static async Task<bool> AnswersAsync(HttpClient client, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/", UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
