using System.Net;

namespace Anteroom.Faults;

/// <summary>
/// Three nodes behind nginx share a database server, a mail server and a store; one is killed under load. Only what it was answering at that
/// moment may fail.
/// </summary>
/// <param name="store">Settings of a store for files that all nodes share; null for a folder.</param>
internal sealed class KilledBehindBalancer(IReadOnlyDictionary<string, string>? store = null) : IFault
{
    private static readonly Dictionary<string, string> NoStore = new(StringComparer.Ordinal);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private const int Before = 20;
    private const int After = 60;

    public string Name => "kill-balanced";

    public string What => "kill -9 of one of three nodes behind nginx";

    public string ToReach => "nothing lost; only what the dead node was answering fails";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        if (Balancer.WhyNot is { } reason)
            return new Outcome { NotTried = reason };
        var balancer = Balancer.FreeAddress();
        var settings = new Dictionary<string, string>(store ?? NoStore, StringComparer.Ordinal)
        {
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["Firm__PublicUrl"] = $"http://{balancer}",
        };
        await using var firm = await Firm.OpenAsync(stage, cancellation, settings);
        AppProcess[] nodes = [firm.Web, firm.Begin("all"), firm.Begin("all")];
        await Task.WhenAll(nodes.Select(node => node.AnswersAsync("/health/ready", cancellation)));
        await using var server = await Balancer.StartAsync(stage, balancer, nodes, cancellation);

        using var enough = new CancellationTokenSource();
        var pages = ReadAsync(stage.Door, balancer, enough.Token);
        var load = firm.SubmitAsync(_ => balancer, Pause);
        await stage.TakesAsync(Before, cancellation);
        var taken = stage.Door.Acknowledged.Count;
        await nodes[2].KillAsync(cancellation);
        await stage.TakesAsync(After, cancellation);
        await enough.CancelAsync();
        var (read, failed) = await pages;

        var after = stage.Door.Acknowledged.Count - taken;
        var outcome = await firm.CloseAsync(load, faults: 1, cancellation, gateway: Firm.Prospects);
        outcome.Require(taken > 0 && after > 0, $"{taken} submissions before, {after} after");
        outcome.Require(failed.Count == 0, $"pages: {string.Join(", ", failed)}");
        var files = await stage.ValueAsync<long>(
            "select count(*) from resumes where storage_key is null",
            cancellation
        );
        outcome.Require(files == 0, $"{files} leads without a file");
        outcome.Detail += $"; {taken} submissions before, {after} after, {read} pages";
        return outcome;
    }

    private static async Task<(int Read, List<int> Failed)> ReadAsync(
        Door door,
        IPEndPoint balancer,
        CancellationToken enough
    )
    {
        var (read, failed) = (0, new List<int>());
        for (; !enough.IsCancellationRequested; read++)
        {
            var (status, _) = await door.GetAsync(balancer, "/", CancellationToken.None);
            if (status != 200)
                failed.Add(status);
            await Task.Delay(20, CancellationToken.None);
        }

        return (read, failed);
    }
}
