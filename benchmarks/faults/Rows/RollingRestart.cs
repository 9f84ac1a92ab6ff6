using System.Net;

namespace Anteroom.Faults;

/// <summary>
/// Two nodes behind nginx are restarted one after the other under load, with the configuration that docs/operations.md shows, word by word
/// but for addresses.
/// </summary>
/// <param name="drain">How long a node that is told to stop still answers.</param>
/// <param name="clients">How many prospects submit all the time.</param>
internal sealed class RollingRestart(TimeSpan drain, int clients) : IFault
{
    /// <summary>As the manual says: longer than nginx takes a node for dead that has come back.</summary>
    private static readonly TimeSpan BetweenNodes = TimeSpan.FromSeconds(5);

    public string Name => "rolling";

    public string What => "rolling restart of two web nodes behind nginx";

    public string ToReach => "0 failed requests";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        if (Balancer.WhyNot is { } reason)
            return new Outcome { NotTried = reason };
        var balancer = Balancer.FreeAddress();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Node__WarmUp"] = "true",
            ["Node__Drain"] = drain.ToString(),
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["Firm__PublicUrl"] = $"http://{balancer}",
        };
        await stage.StartPostgresAsync(cancellation);
        AppProcess[] nodes =
        [
            await stage.StartAsync("web", cancellation, settings),
            await stage.StartAsync("web", cancellation, settings),
        ];
        await using var server = await Balancer.StartAsync(stage, balancer, nodes, cancellation);

        using var enough = new CancellationTokenSource();
        var load = SubmitAsync(balancer, enough.Token, cancellation);
        var pages = ReadAsync(stage.Door, balancer, enough.Token);
        var since = Stage.Clock();
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        for (var i = 0; i < nodes.Length; i++)
        {
            await nodes[i].EndAsync(Posix.Terminate, cancellation);
            nodes[i] = await stage.StartAsync("web", cancellation, settings, nodes[i].Address.Port);
            await Task.Delay(BetweenNodes, cancellation);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        var took = since.Elapsed;
        await enough.CancelAsync();
        var (acknowledged, failures) = await load;
        var (read, notRead) = await pages;
        var outcome = new Outcome { Acknowledged = acknowledged };
        outcome.Detail = $"{acknowledged} submissions and {read} pages in {took.TotalSeconds:0} s";
        outcome.Require(failures.Count == 0, $"submissions failed: {string.Join(", ", failures)}");
        outcome.Require(notRead.Count == 0, $"pages failed: {string.Join(", ", notRead)}");
        var there = await stage.ValueAsync<long>("select count(*) from leads", cancellation);
        outcome.Lost = Math.Max(0, acknowledged - there);
        outcome.Twice = Math.Max(0, there - acknowledged);
        outcome.Require(outcome.Twice == 0, "leads that nobody was told of");
        return outcome;
    }

    private async Task<(long Acknowledged, IReadOnlyDictionary<string, int> Failures)> SubmitAsync(
        IPEndPoint balancer,
        CancellationToken enough,
        CancellationToken cancellation
    )
    {
        var generator = new LoadGenerator(balancer);
        var serial = new Serial();
        var failures = new Dictionary<string, int>(StringComparer.Ordinal);
        long acknowledged = 0;
        while (!enough.IsCancellationRequested)
        {
            var result = await generator.RunAsync(
                () => new SubmissionRequest(balancer.ToString(), SubmissionRequest.Form, serial),
                clients,
                TimeSpan.FromSeconds(1),
                cancellation
            );
            acknowledged += result.Acknowledged;
            foreach (var (what, count) in result.Failures)
                failures[what] = failures.GetValueOrDefault(what) + count;
        }

        return (acknowledged, failures);
    }

    private static async Task<(int Read, Dictionary<int, int> NotRead)> ReadAsync(
        Door door,
        IPEndPoint balancer,
        CancellationToken enough
    )
    {
        var (read, not) = (0, new Dictionary<int, int>());
        for (; !enough.IsCancellationRequested; read++)
        {
            var (status, _) = await door.GetAsync(balancer, read % 2 == 0 ? "/" : "/signin", CancellationToken.None);
            if (status != 200)
                not[status] = not.GetValueOrDefault(status) + 1;
            await Task.Delay(20, CancellationToken.None);
        }

        return (read, not);
    }
}
