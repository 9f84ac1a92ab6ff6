using System.Diagnostics;
using System.Globalization;

namespace Anteroom.Resumes;

/// <summary>
/// A program that works on hostile files: with nothing of our environment, at low priority, and with limits of the system on its memory,
/// its time on the processor and the files that it writes.
/// </summary>
internal static class LimitedProgram
{
    private const string Limits =
        """ulimit -S -c 0; ulimit -t "$1" 2>/dev/null; ulimit -v "$2" 2>/dev/null; ulimit -f "$3" 2>/dev/null; shift 3; exec nice -n 10 "$@" """;

    /// <summary>Starts it.</summary>
    /// <param name="seconds">Of the processor.</param>
    /// <param name="kilobytes">Of address space; 0 for no limit.</param>
    /// <param name="blocks">Of 512 bytes, in each file that it writes.</param>
    /// <param name="environment">All that it is told.</param>
    /// <param name="command">The program and its arguments.</param>
    public static Process Start(
        int seconds,
        long kilobytes,
        long blocks,
        IEnumerable<KeyValuePair<string, string>> environment,
        params IReadOnlyList<string> command
    )
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = string.IsNullOrEmpty(path) ? "/usr/bin:/bin" : path;
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        foreach (
            var argument in (string[])
                [
                    "-c",
                    Limits,
                    "sh",
                    seconds.ToString(CultureInfo.InvariantCulture),
                    kilobytes == 0 ? "unlimited" : kilobytes.ToString(CultureInfo.InvariantCulture),
                    blocks.ToString(CultureInfo.InvariantCulture),
                    .. command,
                ]
        )
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
        // What it complains about is nothing to us, but a full pipe would stop it.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Ends it for good.</summary>
    public static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }

        process.Dispose();
    }

    /// <summary>Whether a program can be found in <c>PATH</c>.</summary>
    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
