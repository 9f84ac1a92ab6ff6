namespace Anteroom.Faults;

/// <summary>kill -9 of the only node, which has a private database, and a start on the same folder.</summary>
internal sealed class KilledAlone : IFault
{
    private const int Emails = 200;
    private const int Connections = 4;

    public string Name => "kill-alone";

    public string What => "kill -9, one node with its private database";

    public string ToReach => "goes on at the next start at once; at most one a connection twice";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartMailAsync(TimeSpan.FromMilliseconds(50), cancellation);
        var victim = await stage.StartAsync("all", cancellation);
        stage.ConnectToPrivateDatabase();
        await stage.BeginMailAsync(Emails, cancellation);
        await victim.KillAsync(cancellation);
        var taken = stage.Mail.Taken.Length;

        var next = await stage.StartAsync("all", cancellation);
        var since = Stage.Clock();
        stage.ConnectToPrivateDatabase();
        await stage.UntilAsync($"select {Stage.Orphans} = 0", cancellation);
        while (stage.Mail.Taken.Length == taken)
        {
            next.MustRun();
            Stage.MustBeSoon(since, "more mail");
            await Task.Delay(10, cancellation);
        }

        var outcome = new Outcome { Acknowledged = Emails, Recovery = since.Elapsed };
        outcome.RecoversWithin(TimeSpan.FromSeconds(2));
        await stage.CountMailAsync(outcome, cancellation);
        outcome.Require(outcome.Twice <= Connections, $"{outcome.Twice} sent twice");
        return outcome;
    }
}
