using System.Globalization;
using System.Net;
using Anteroom.Host;

namespace Anteroom.Benchmarks;

/// <summary>The published app as a child process, with a data folder of its own, on the benchmark's PostgreSQL server.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    /// <summary>The user name of the administrator.</summary>
    public const string Administrator = "admin";

    /// <summary>The administrator's password.</summary>
    public const string Password = "Benchmark-only-9f2c!";

    private readonly Child _child;

    private AppProcess(Child child, IPEndPoint address, string data, string log) =>
        (_child, Address, Data, Log) = (child, address, data, log);

    public IPEndPoint Address { get; }

    /// <summary>The data folder: <c>resumes</c> and the pickup folder for mail are below it.</summary>
    public string Data { get; }

    /// <summary>The file with all it says.</summary>
    public string Log { get; }

    public int ProcessId => _child.Id;

    public bool HasExited => _child.HasExited;

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
        var started = Start(app, folder, role, Settings(postgres, database, settings));
        try
        {
            await started.AnswersAsync("/", cancellation);
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
    ) => Start(app, folder, "worker", Settings(postgres, database, settings));

    /// <summary>Starts the app and does not wait for it.</summary>
    /// <param name="app">The published app's folder.</param>
    /// <param name="folder">Holds its data and its log.</param>
    /// <param name="role"><c>all</c>, <c>web</c> or <c>worker</c>.</param>
    /// <param name="settings">In its environment.</param>
    /// <param name="port">Where it listens; 0 for a free one.</param>
    /// <param name="name">Of the log.</param>
    /// <param name="options">Further options of its command line.</param>
    public static AppProcess Start(
        string app,
        string folder,
        string role,
        IReadOnlyDictionary<string, string> settings,
        int port = 0,
        string name = "app",
        params string[] options
    )
    {
        var address = new IPEndPoint(IPAddress.Loopback, port == 0 ? FreePort.Find() : port);
        var data = Path.Combine(folder, "data");
        var log = Path.Combine(folder, name + ".log");
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
                .. options,
            ],
            log,
            settings
        );
        return new AppProcess(child, address, data, log);
    }

    /// <summary>Waits until it answers at this path with a success.</summary>
    public async Task AnswersAsync(string path, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{Address}") };
        await _child.WaitUntilAsync(() => AnswersAsync(client, path, cancellation), cancellation);
    }

    /// <summary>Holds the app while a bare limit is measured, so that its background work does not lower it.</summary>
    public void Freeze() => Posix.Signal(_child.Id, Posix.Stop);

    /// <summary>Lets the app go on.</summary>
    public void Thaw() => Posix.Signal(_child.Id, Posix.Continue);

    /// <summary>Kills it at whatever it is doing.</summary>
    public Task KillAsync(CancellationToken cancellation) => EndAsync(Posix.Kill, cancellation);

    /// <summary>Sends it a signal that ends it, and waits for that.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> EndAsync(int signal, CancellationToken cancellation)
    {
        Posix.Signal(_child.Id, signal);
        return _child.ExitAsync(cancellation);
    }

    /// <summary>Waits until it ends by itself; its exit code.</summary>
    public Task<int> EndsAsync(CancellationToken cancellation) => _child.ExitAsync(cancellation);

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

    /// <summary>What a node on the benchmark's server needs.</summary>
    public static Dictionary<string, string> Settings(ThrowAwayPostgres postgres, string database) =>
        new(Unattended, StringComparer.Ordinal)
        {
            ["POSTGRES_HOST"] = "127.0.0.1",
            ["POSTGRES_PORT"] = postgres.Port.ToString(CultureInfo.InvariantCulture),
            ["POSTGRES_DB"] = database,
            ["POSTGRES_USER"] = ThrowAwayPostgres.User,
            ["POSTGRES_PASSWORD"] = postgres.Password,
            // Where there are attorneys, TestBed turns it on.
            ["Outreach__Assign"] = "false",
        };

    /// <summary>The first administrator, and no limit to how much one address may send.</summary>
    public static IReadOnlyDictionary<string, string> Unattended { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ANTEROOM_ADMIN_USERNAME"] = Administrator,
            ["ANTEROOM_ADMIN_EMAIL"] = "admin@example.com",
            ["ANTEROOM_ADMIN_PASSWORD"] = Password,
            ["RateLimits__Enabled"] = "false",
            // It goes on for minutes after the load, and neither the limits nor the service beside ours have anything like it.
            ["Conversion__Enabled"] = "false",
            ["Reading__Enabled"] = "false",
        };

    private static Dictionary<string, string> Settings(
        ThrowAwayPostgres postgres,
        string database,
        IReadOnlyDictionary<string, string> more
    )
    {
        var settings = Settings(postgres, database);
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string path, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
