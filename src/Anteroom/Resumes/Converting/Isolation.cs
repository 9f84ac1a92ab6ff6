namespace Anteroom.Resumes;

/// <summary>
/// Whether the system lets us start a program in namespaces of its own (<c>unshare</c> of util-linux): without any network, and as a family of processes
/// that ends as a whole. Found out once, by trying.
/// </summary>
internal sealed partial class Isolation(ILogger<Isolation> logger)
{
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(30);

    private static readonly string[][] Ways =
    [
        ["unshare", "--map-current-user", "--net", "--pid", "--fork", "--kill-child"],
        ["unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"],
        ["unshare", "--net", "--pid", "--fork", "--kill-child"],
    ];

    private Task<IReadOnlyList<string>>? _prefix;

    /// <summary>What to put before a command; nothing where none of it is allowed.</summary>
    public Task<IReadOnlyList<string>> PrefixAsync() => _prefix ??= FindAsync();

    private async Task<IReadOnlyList<string>> FindAsync()
    {
        if (OperatingSystem.IsLinux() && LimitedProgram.IsInstalled("unshare"))
            foreach (var way in Ways)
                if (await WorksAsync(way))
                {
                    Isolated(logger, string.Join(' ', way));
                    return way;
                }

        NotIsolated(logger);
        return [];
    }

    private static async Task<bool> WorksAsync(string[] way)
    {
        using var limit = new CancellationTokenSource(Trial);
        var process = LimitedProgram.Start(seconds: 5, kilobytes: 0, blocks: 0, [], [.. way, "true"]);
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            LimitedProgram.End(process);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Programs that open files run without a network, by {Way}")]
    private static partial void Isolated(ILogger logger, string way);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "This system gives programs that open files no namespaces of their own; they are kept from the network by their settings only"
    )]
    private static partial void NotIsolated(ILogger logger);
}
