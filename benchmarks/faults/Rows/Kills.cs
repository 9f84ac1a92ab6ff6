namespace Anteroom.Faults;

/// <summary>
/// Nodes of all roles share one database and one mail server, and are killed at random instants, their own start included, while prospects
/// submit. One web node stays, so that there always is load.
/// </summary>
/// <param name="kills">How often.</param>
/// <param name="nodes">How many of them are killed in turn.</param>
/// <param name="pause">Of a prospect between two submissions.</param>
internal sealed class Kills(int kills, int nodes, TimeSpan? pause = null) : IFault
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(600);

    public string Name => "kills";

    public string What => $"{kills} kills at random instants";

    public string ToReach => "nothing lost, nothing twice but in SMTP's window";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await using var firm = await Firm.OpenAsync(stage, cancellation);
        var victims = Enumerable.Range(0, nodes).Select(i => firm.Begin(i % 2 == 0 ? "all" : "worker")).ToArray();
        var ready = victims.Select(node => node.AnswersAsync("/health/ready", cancellation)).ToArray();
        await Task.WhenAll(ready);
        var load = firm.SubmitAsync(i => i % 2 == 0 ? firm.Web.Address : victims[0].Address, pause);
        for (var kill = 0; kill < kills; )
        {
            await Task.Delay(LongestPause * Random.Shared.NextDouble(), cancellation);
            var i = Random.Shared.Next(nodes);
            // Mostly one that is at work: starting takes longer than dying.
            if (!ready[i].IsCompleted && Random.Shared.Next(20) > 0)
                continue;
            await victims[i].KillAsync(cancellation);
            await ready[i].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            victims[i] = firm.Begin(i % 2 == 0 ? "all" : "worker");
            ready[i] = victims[i].AnswersAsync("/health/ready", cancellation);
            kill++;
        }

        await Task.WhenAll(ready);
        return await firm.CloseAsync(load, kills, cancellation);
    }
}
