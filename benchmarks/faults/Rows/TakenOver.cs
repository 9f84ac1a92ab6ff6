using System.Net;

namespace Anteroom.Faults;

/// <summary>The only node is updated under load: the next process takes over its listening socket.</summary>
/// <param name="isPrivate">On the private database, which one process has at a time; else on a server.</param>
/// <param name="times">How often.</param>
internal sealed class TakenOver(bool isPrivate, int times) : IFault
{
    private const int Clients = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    public string Name => isPrivate ? "take-over" : "take-over-server";

    public string What =>
        $"the only node is taken over by the next, {(isPrivate ? "private database" : "database server")}";

    public string ToReach => "0 failed requests";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        if (!isPrivate)
            await stage.StartPostgresAsync(cancellation);
        var node = await stage.StartAsync("all", cancellation);
        var address = node.Address;

        using var enough = new CancellationTokenSource();
        var clients = Task.WhenAll(
            Enumerable.Range(0, Clients).Select(i => AskAsync(stage.Door, address, submits: i % 2 == 0, enough.Token))
        );
        await Task.Delay(Between, cancellation);
        var codes = new List<int>();
        for (var i = 0; i < times; i++)
        {
            var next = stage.Begin("all", settings: null, address.Port, "--take-over");
            codes.Add(await node.EndsAsync(cancellation));
            await next.AnswersAsync("/health/ready", cancellation);
            node = next;
            await Task.Delay(Between, cancellation);
        }

        await enough.CancelAsync();
        var seen = await clients;
        if (isPrivate)
            stage.ConnectToPrivateDatabase();
        var outcome = new Outcome { Recovery = seen.Max(each => each.Longest) };
        await stage.CountLeadsAsync(outcome, cancellation);
        var failures = seen.SelectMany(each => each.Failures).ToList();
        outcome.Require(failures.Count == 0, $"answers: {string.Join(", ", failures)}");
        outcome.Require(codes.TrueForAll(code => code == 0), $"exit codes: {string.Join(", ", codes)}");
        var there = await stage.ValueAsync<long>("select count(*) from leads", cancellation);
        outcome.Require(there == outcome.Acknowledged, $"{there} leads, {outcome.Acknowledged} acknowledged");
        outcome.Detail =
            $"{times} times; {seen.Sum(each => each.Count)} requests, the slowest took {outcome.Recovery?.TotalSeconds:0.0} s";
        return outcome;
    }

    private static async Task<(long Count, TimeSpan Longest, List<int> Failures)> AskAsync(
        Door door,
        IPEndPoint address,
        bool submits,
        CancellationToken enough
    )
    {
        var (count, longest, failures) = (0L, TimeSpan.Zero, new List<int>());
        for (; !enough.IsCancellationRequested; count++)
        {
            var since = Stage.Clock();
            var status = submits
                ? (int?)await door.SubmitAsync(address, CancellationToken.None) ?? 0
                : (await door.GetAsync(address, "/", CancellationToken.None)).Status;
            if (status != (submits ? (int)HttpStatusCode.SeeOther : (int)HttpStatusCode.OK))
                failures.Add(status);
            longest = since.Elapsed > longest ? since.Elapsed : longest;
            await Task.Delay(Pause, CancellationToken.None);
        }

        return (count, longest, failures);
    }
}
