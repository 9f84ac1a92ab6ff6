using System.Diagnostics;

namespace Anteroom.Tests.App;

/// <summary>Commands as people type them into a terminal.</summary>
internal static class Shell
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs a script with bash until it ends or a command fails.</summary>
    /// <param name="script">The commands.</param>
    /// <param name="folder">Where they run.</param>
    /// <param name="environment">Variables beside those of the tests.</param>
    /// <returns>The exit code, what was printed, and what was complained about.</returns>
    public static async Task<(int Code, string Printed, string Complaints)> RunAsync(
        string script,
        string folder,
        params IEnumerable<(string Name, string Value)> environment
    )
    {
        var start = new ProcessStartInfo("bash", ["-c", $"set -euo pipefail\n{script}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["NO_PROXY"] = "*"; // the app is on this machine
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var bash = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var printed = bash.StandardOutput.ReadToEndAsync(patience.Token);
            var complaints = bash.StandardError.ReadToEndAsync(patience.Token);
            await bash.WaitForExitAsync(patience.Token);
            return (bash.ExitCode, await printed, await complaints);
        }
        finally
        {
            if (!bash.HasExited)
                bash.Kill(entireProcessTree: true);
        }
    }
}
