using System.Diagnostics;

namespace Anteroom.Benchmarks;

/// <summary>A process that the benchmark started, with its output in a file; ended by its id and nothing else.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly string _name;
    private readonly string _log;
    private readonly int _stopSignal;

    private Child(Process process, string name, string log, int stopSignal) =>
        (_process, _name, _log, _stopSignal) = (process, name, log, stopSignal);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <summary>Starts a program; it replaces the shell that redirects its output, so its id is the program's own.</summary>
    public static Child Start(
        string name,
        IEnumerable<string> command,
        string log,
        IReadOnlyDictionary<string, string>? environment = null,
        int stopSignal = Posix.Terminate
    )
    {
        var start = new ProcessStartInfo("/bin/sh");
        foreach (
            var argument in (string[])
                ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command]
        )
            start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[key] = value;
        return new Child(Process.Start(start)!, name, log, stopSignal);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="BenchmarkException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(
        string name,
        IEnumerable<string> command,
        string log,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        File.Delete(log);
        await using var child = Start(name, command, log, environment);
        await child._process.WaitForExitAsync(cancellation);
        var output = await File.ReadAllTextAsync(log, cancellation);
        return child._process.ExitCode == 0 ? output : throw child.Failed("ended with an error");
    }

    /// <summary>Asks again and again whether it is ready.</summary>
    /// <exception cref="BenchmarkException">It ended, or is not ready in time.</exception>
    public async Task WaitUntilAsync(Func<Task<bool>> ready, CancellationToken cancellation)
    {
        for (var since = Stopwatch.StartNew(); !await ready(); await Task.Delay(50, cancellation))
        {
            if (_process.HasExited)
                throw Failed("ended at once");
            if (since.Elapsed > Patience)
                throw Failed("is not ready after " + Patience);
        }
    }

    /// <summary>Throws when it has ended although it should be running.</summary>
    public void MustRun()
    {
        if (_process.HasExited)
            throw Failed("ended");
    }

    private BenchmarkException Failed(string what)
    {
        var lines = File.Exists(_log) ? File.ReadLines(_log).TakeLast(20) : [];
        return new BenchmarkException($"{_name} {what}. Its last words:\n{string.Join('\n', lines)}");
    }

    /// <summary>Stops it: first by asking, after a while by force.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Posix.Signal(_process.Id, Posix.Continue);
            Posix.Signal(_process.Id, _stopSignal);
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Posix.Signal(_process.Id, Posix.Kill);
            }
        }
        _process.Dispose();
    }
}

/// <summary>The benchmark cannot go on; the message says why.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
