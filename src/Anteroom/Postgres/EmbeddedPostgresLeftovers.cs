using System.Globalization;

namespace Anteroom.Postgres;

/// <summary>
/// PostgreSQL processes that an Anteroom which was killed left running on a folder. The folder's lock is ours, so whatever still works in
/// it is a leftover.
/// </summary>
internal static partial class EmbeddedPostgresLeftovers
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends them, asking first, and removes a stale <c>postmaster.pid</c>, whose number may belong to somebody else by now.</summary>
    /// <param name="cluster">The database's folder.</param>
    /// <param name="patience">How long to wait after asking, and again after insisting.</param>
    /// <param name="log">Told about each leftover.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task EndAsync(string cluster, TimeSpan patience, ILogger log, CancellationToken cancel)
    {
        if (!Directory.Exists(cluster))
            return;
        var pidFile = Path.Combine(cluster, "postmaster.pid");
        cluster = SystemCalls.RealPath(cluster);
        foreach (var signal in (int[])[SystemCalls.Interrupt, SystemCalls.Quit, SystemCalls.Kill])
        {
            var running = await FindAsync(cluster, pidFile, cancel);
            if (running.Count == 0)
                break;

            // Asked politely, the server ends its own children; insisting is for each of them.
            var server = ReadPid(pidFile) is { } pid && running.Contains(pid) ? pid : (int?)null;
            LogEnding(log, running.Count, cluster, server);
            foreach (var process in signal == SystemCalls.Interrupt && server is { } one ? [one] : running)
                SystemCalls.Signal(process, signal);

            var until = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(until) < patience)
            {
                if ((await FindAsync(cluster, pidFile, cancel)).Count == 0)
                    break;
                await Task.Delay(Look, cancel);
            }
        }
        File.Delete(pidFile);
    }

    private static async Task<HashSet<int>> FindAsync(string cluster, string pidFile, CancellationToken cancel) =>
        OperatingSystem.IsLinux() ? InProc(cluster) : await ByPidFileAsync(cluster, pidFile, cancel);

    /// <summary>Linux: every process of PostgreSQL's that works in the folder.</summary>
    private static HashSet<int> InProc(string cluster)
    {
        var found = new HashSet<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                if (
                    string.Equals(
                        new FileInfo(Path.Combine(folder, "cwd")).LinkTarget,
                        cluster,
                        StringComparison.Ordinal
                    ) && File.ReadAllText(Path.Combine(folder, "comm")).Trim() is "postgres" or "initdb"
                )
                    found.Add(pid);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or it is not ours to look at.
            }
        }
        return found;
    }

    /// <summary>Elsewhere: the process of <c>postmaster.pid</c>, if it is a PostgreSQL started on the folder.</summary>
    private static async Task<HashSet<int>> ByPidFileAsync(string cluster, string pidFile, CancellationToken cancel)
    {
        if (ReadPid(pidFile) is not { } pid)
            return [];
        var (_, command) = await EmbeddedPostgresCommand.RunAsync(
            new("ps") { ArgumentList = { "-o", "command=", "-p", pid.ToString(CultureInfo.InvariantCulture) } },
            cancel
        );
        return
            command.Contains("bin/postgres", StringComparison.Ordinal)
            && command.Contains(Path.GetFileName(cluster), StringComparison.Ordinal)
            ? [pid]
            : [];
    }

    private static int? ReadPid(string pidFile)
    {
        try
        {
            return int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid)
                ? pid
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "An Anteroom that did not stop cleanly left {Count} database processes in {Folder} (server: {Server}); ending them"
    )]
    static partial void LogEnding(ILogger log, int count, string folder, int? server);
}
