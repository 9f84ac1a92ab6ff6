using System.Diagnostics;
using System.Globalization;

namespace Anteroom.Postgres;

/// <summary>
/// Builds the command lines of PostgreSQL's programs: inside the database's folder, as the right user, away from our terminal and
/// without our environment (which may hold passwords).
/// </summary>
/// <param name="binaries">Folder with <c>bin</c>, <c>lib</c>, <c>share</c>, readable for <paramref name="user"/>.</param>
/// <param name="user">Whom to run as; null: as ourselves.</param>
/// <param name="isGentle">Everything else on the machine goes first.</param>
internal sealed class EmbeddedPostgresCommand(string binaries, EmbeddedPostgresUser? user, bool isGentle = false)
{
    // The shell runs as we do, so it enters the folder and opens the log even where PostgreSQL's user could not get to by path.
    // Every step is an exec: the process we start becomes PostgreSQL and keeps its number.
    private const string ToLog = """umask 077; log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1""";
    private const string ToUs = """umask 077; exec "$@" </dev/null 2>&1""";

    // macOS has no setsid program, but perl.
    private static readonly string[] PerlSetsid = ["perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or die $!"];

    /// <summary>
    /// A program of PostgreSQL's, started inside <paramref name="folder"/>.
    /// </summary>
    /// <param name="program"><c>postgres</c> or <c>initdb</c>.</param>
    /// <param name="folder">The database's folder: working directory and <c>-D</c>.</param>
    /// <param name="log">File that gets its output; null: its standard output.</param>
    /// <param name="arguments">Arguments after <c>-D</c>.</param>
    public ProcessStartInfo Build(string program, string folder, string? log, IEnumerable<string> arguments)
    {
        var command = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder, UseShellExecute = false };
        var path = Environment.GetEnvironmentVariable("PATH");
        command.Environment.Clear();
        command.Environment["PATH"] = string.IsNullOrEmpty(path) ? "/usr/bin:/bin" : path;
        command.Environment["LC_ALL"] = "C"; // we read its messages

        Add(command, "-c", log is null ? ToUs : ToLog, "sh");
        if (log is not null)
            Add(command, log);
        if (isGentle && OnPath("nice"))
            Add(command, "nice", "-n", "19");
        // As root: lose every privilege, and the means to get one back.
        if (user is not null)
            Add(
                command,
                "setpriv",
                string.Create(CultureInfo.InvariantCulture, $"--reuid={user.Uid}"),
                string.Create(CultureInfo.InvariantCulture, $"--regid={user.Gid}"),
                "--clear-groups",
                "--no-new-privs",
                "--inh-caps=-all"
            );
        // A session of its own: Ctrl-C in our terminal must not reach the database, which is to stop last.
        if (OnPath("setsid"))
            Add(command, "setsid");
        else if (OnPath("perl"))
            Add(command, PerlSetsid);

        // The folder's parents may be closed to that user (a data folder under /root); the working directory, entered before we
        // lost our privileges, is not: the kernel follows this link without walking the path.
        Add(command, Path.Combine(binaries, "bin", program), "-D", user is null ? folder : "/proc/self/cwd");
        Add(command, [.. arguments]);
        return command;
    }

    /// <summary>Runs a command to its end and returns what it wrote to standard output.</summary>
    /// <exception cref="CannotStartException">The program does not exist.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo command, CancellationToken cancel)
    {
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        using var process = Start(command);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            await errors;
            return (process.ExitCode, await output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts a command.</summary>
    /// <exception cref="CannotStartException">The program does not exist or its folder cannot be entered.</exception>
    public static Process Start(ProcessStartInfo command)
    {
        try
        {
            return Process.Start(command) ?? throw new InvalidOperationException("No process was started.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CannotStartException(
                $"The program {command.FileName} could not be started: {error.Message}.",
                error
            );
        }
    }

    /// <summary>Whether a program can be found in <c>PATH</c>.</summary>
    public static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static void Add(ProcessStartInfo command, params ReadOnlySpan<string> arguments)
    {
        foreach (var argument in arguments)
            command.ArgumentList.Add(argument);
    }
}
