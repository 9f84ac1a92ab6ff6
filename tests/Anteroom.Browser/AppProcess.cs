using System.Diagnostics;
using System.Text;
using Anteroom.Host;

namespace Anteroom.Browser;

/// <summary>The product, started as a firm starts it: a process with a data folder of its own, on a free port.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly string _data = Path.Combine(Path.GetTempPath(), $"anteroom-browser-{Guid.NewGuid():N}");
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string UserName, string FullName)? _administrator;
    private string? _database;
    private string? _scanner;
    private Process? _process;

    private AppProcess() { }

    /// <summary>The address, without a slash at the end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The set-up link; only when there is no administrator.</summary>
    public string? SetUpLink { get; private set; }

    /// <summary>Starts with the administrators <paramref name="people"/> (user name, full name), all with <see cref="Password"/>.</summary>
    public static async Task<AppProcess> StartAsync(
        (string UserName, string FullName)[] people,
        int demoLeads = 0,
        string? scanner = null
    )
    {
        var app = new AppProcess { _scanner = scanner };
        try
        {
            if (demoLeads > 0)
                await app.RunAsync("demo", "--count", $"{demoLeads}");
            if (people is [var first, ..])
                app._administrator = first; // made by the start itself, which saves a process
            await app.StartAsync();
            foreach (var (userName, fullName) in people.Skip(1))
                await app.RunBesideAsync(
                    "create-admin",
                    "--username",
                    userName,
                    "--email",
                    $"{userName}@firm.example",
                    "--name",
                    fullName
                );
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts another node of the firm that <paramref name="first"/> runs: on the same database, with a folder of its own.</summary>
    /// <param name="first">Whose database.</param>
    /// <param name="port">Where to listen; null for any free one.</param>
    public static async Task<AppProcess> StartBesideAsync(AppProcess first, int? port = null)
    {
        var app = new AppProcess { _database = await first.FindDatabaseAsync() };
        try
        {
            await app.StartAsync(port);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync(int? at = null)
    {
        var port = at ?? FreePort.Find();
        Address = $"http://localhost:{port}";
        _process = Launch("--port", $"{port}");
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var registration = giveUp.Token.Register(() =>
            _up.TrySetException(new TimeoutException($"Anteroom did not come up.\n{Output}"))
        );
        _ = _process
            .WaitForExitAsync(giveUp.Token)
            .ContinueWith(
                _ => _up.TrySetException(new InvalidOperationException($"Anteroom stopped.\n{Output}")),
                giveUp.Token,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default
            );
        await _up.Task;
    }

    /// <summary>Waits for an email that has <paramref name="words"/> in it, and gives it as written, its lines whole.</summary>
    public async Task<string> MailWithAsync(string words)
    {
        var folder = Path.Combine(_data, "data", "mail");
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (; ; await Task.Delay(50, giveUp.Token))
            foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml") : [])
            {
                // Quoted-printable (RFC 2045, 6.7), as far as letters of ours need it.
                var text = (await File.ReadAllTextAsync(file, giveUp.Token))
                    .ReplaceLineEndings("\n")
                    .Replace("=\n", "", StringComparison.Ordinal)
                    .Replace("=3D", "=", StringComparison.Ordinal);
                if (text.Contains(words, StringComparison.Ordinal))
                    return text;
            }
    }

    private async Task<string> FindDatabaseAsync()
    {
        var socket = (await File.ReadAllTextAsync(Path.Combine(_data, "data", "postgres.socket"))).Trim();
        return $"Host={socket};Username=anteroom;Database=anteroom;SSL Mode=Disable;GSS Encryption Mode=Disable";
    }

    /// <summary>Runs a command on the database of this app, from a folder of its own.</summary>
    private async Task RunBesideAsync(params string[] arguments)
    {
        await using var beside = new AppProcess { _database = await FindDatabaseAsync() };
        await beside.RunAsync(arguments);
    }

    private async Task RunAsync(params string[] arguments)
    {
        using var command = Launch(arguments);
        await command.WaitForExitAsync();
        if (command.ExitCode != 0)
            throw new InvalidOperationException($"{arguments[0]} failed.\n{Output}");
    }

    private Process Launch(params string[] arguments)
    {
        Directory.CreateDirectory(_data);
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Repository.AppAssembly },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Away from a developer's .env file.
            WorkingDirectory = Path.GetTempPath(),
            Environment =
            {
                ["ANTEROOM_ADMIN_PASSWORD"] = Password,
                // Tests are quicker than people, and all come from one address.
                ["PublicForm__LeastTime"] = "00:00:00",
                ["RateLimits__Enabled"] = "false",
                ["Web__DeveloperPages"] = "true",
                // Programs that take a processor for a second each.
                ["Conversion__Enabled"] = "false",
                ["Reading__Recognize"] = "false",
            },
        };
        if (_administrator is { } administrator)
        {
            start.Environment["ANTEROOM_ADMIN_USERNAME"] = administrator.UserName;
            start.Environment["ANTEROOM_ADMIN_EMAIL"] = $"{administrator.UserName}@firm.example";
            start.Environment["ANTEROOM_ADMIN_NAME"] = administrator.FullName;
        }

        if (_database is not null)
            start.Environment["ConnectionStrings__Anteroom"] = _database;
        if (_scanner is not null)
            start.Environment["Scanner__Address"] = _scanner;
        foreach (var argument in (string[])[.. arguments, "--data", Path.Combine(_data, "data")])
            start.ArgumentList.Add(argument);

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static readonly string? Log = Environment.GetEnvironmentVariable("ANTEROOM_APP_LOG");

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_output)
        {
            _output.AppendLine(line);
            // What went wrong behind a page that says so, for whoever looks into it.
            if (Log is not null && line.Contains(" fail: ", StringComparison.Ordinal))
                File.AppendAllText(Log, line + "\n");
        }

        if (line.Contains("/setup?token=", StringComparison.Ordinal))
            SetUpLink = line.Trim();
        // The last line of the greeting.
        if (line.StartsWith("Everything is kept in", StringComparison.Ordinal))
            _up.TrySetResult();
    }

    private string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            // SIGTERM, so that the database is stopped as well.
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await kill.WaitForExitAsync();
            using var giveUp = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            try
            {
                await _process.WaitForExitAsync(giveUp.Token);
            }
            catch (OperationCanceledException tooLong)
            {
                _process.Kill(entireProcessTree: true);
                throw new TimeoutException($"Anteroom did not stop within a minute.\n{Output}", tooLong);
            }
        }

        _process?.Dispose();
        if (Directory.Exists(_data))
            Directory.Delete(_data, recursive: true);
    }
}
