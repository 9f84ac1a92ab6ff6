using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Anteroom.Host;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>The product as a process of its own on a data folder, as <c>./run</c> starts it: with its private PostgreSQL.</summary>
internal sealed partial class RunningProduct : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private RunningProduct(
        string folder,
        int port,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        Port = port;
        var start = new ProcessStartInfo("dotnet", [ProgramFile, .. arguments])
        {
            WorkingDirectory = folder, // no .env of somebody else's
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["RateLimits__Enabled"] = "false"; // a test sends more than a person
        start.Environment["Node__WarmUp"] = "false"; // seventy starts, and hardly one that is about its first pages
        start.Environment["Conversion__Enabled"] = "false"; // nor about programs that take a processor for a second each
        start.Environment["Reading__Recognize"] = "false";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Remember;
        _process.ErrorDataReceived += Remember;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/")),
            Timeout = Patience,
        };
    }

    /// <summary>The program under test, where the tests' build put it.</summary>
    private static string ProgramFile => typeof(global::Anteroom.App).Assembly.Location;

    public int Port { get; }

    public int ProcessId => _process.Id;

    public HttpClient Client { get; }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts the product and waits until it greets.</summary>
    public static async Task<RunningProduct> StartAsync(
        string folder,
        IReadOnlyDictionary<string, string>? environment = null,
        string role = "all",
        string data = "data"
    )
    {
        var port = FreePort.Find();
        var product = new RunningProduct(
            folder,
            port,
            [
                "--data",
                Path.Combine(folder, data),
                "--port",
                port.ToString(CultureInfo.InvariantCulture),
                "--role",
                role,
            ],
            environment ?? Unattended
        );
        try
        {
            var limit = DateTime.UtcNow + Patience;
            while (!product.Output.Contains("Stop with Ctrl-C", StringComparison.Ordinal))
            {
                Assert.False(product._process.HasExited, product.Output);
                Assert.True(DateTime.UtcNow < limit, product.Output);
                await Task.Delay(50);
            }

            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins a command, and does not wait for its end.</summary>
    public static RunningProduct Begin(
        string folder,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment
    ) => new(folder, 0, arguments, environment);

    /// <summary>Runs a command that ends by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string folder,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string input = ""
    )
    {
        await using var product = new RunningProduct(
            folder,
            0,
            arguments,
            environment ?? new Dictionary<string, string>(StringComparer.Ordinal)
        );
        await product._process.StandardInput.WriteAsync(input);
        product._process.StandardInput.Close();
        return (await product.ExitAsync(), product.Output);
    }

    /// <summary>Attorneys with room for everything, put there past the product, which may not be there yet or may be dead.</summary>
    public static async Task AddAttorneysAsync(NpgsqlDataSource database, int count)
    {
        await using var command = database.CreateCommand(
            """
            insert into users (id, full_name, role, created_at, user_name, normalized_user_name, email, normalized_email, email_confirmed,
                phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, capacity)
            select gen_random_uuid(), 'Attorney ' || i, 'attorney', now(), 'a' || i, 'A' || i, 'a' || i || '@firm.example',
                'A' || i || '@FIRM.EXAMPLE', false, false, false, true, 0, 100000
            from generate_series(1, $1) i
            """
        );
        command.Parameters.AddWithValue(count);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first administrator from the environment.</summary>
    public static IReadOnlyDictionary<string, string> Unattended { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ANTEROOM_ADMIN_USERNAME"] = "olga",
            ["ANTEROOM_ADMIN_EMAIL"] = "olga@firm.example",
            ["ANTEROOM_ADMIN_PASSWORD"] = "correct horse battery staple",
        };

    /// <summary>Sends a signal as <c>kill</c> does.</summary>
    public Task SignalAsync(string signal) => SignalAsync(signal, ProcessId);

    /// <summary>Waits for the end; the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>The processes of the private PostgreSQL of a data folder.</summary>
    public static IReadOnlyList<int> PostgresOf(string folder) =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Where(process =>
                    Digits().IsMatch(Path.GetFileName(process))
                    && WorksIn(process, Path.Combine(folder, "data", "postgres"))
                )
                .Select(process => int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture)),
        ];

    /// <summary>Kills the app at whatever it is doing.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        await ExitAsync();
    }

    /// <summary>Kills the app and its PostgreSQL at once, as a power cut would.</summary>
    public async Task KillEverythingAsync(string folder)
    {
        var all = PostgresOf(folder).Append(ProcessId).Select(id => id.ToString(CultureInfo.InvariantCulture));
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-KILL", .. all]) { UseShellExecute = false })!;
        await kill.WaitForExitAsync();
        await ExitAsync();
    }

    private static bool WorksIn(string process, string folder)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget == folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Sends a signal to one of its processes.</summary>
    public static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start(
            new ProcessStartInfo("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)])
            {
                UseShellExecute = false,
            }
        )!;
        await kill.WaitForExitAsync();
    }

    private void Remember(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            await SignalAsync("TERM");
            await ExitAsync();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"^\d+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();
}
