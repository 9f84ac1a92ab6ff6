namespace Anteroom.Faults;

/// <summary>SIGTERM while emails are claimed, as at every deploy.</summary>
internal sealed class ToldToStop : IFault
{
    private const int Emails = 300;

    public string Name => "sigterm";

    public string What => "SIGTERM while emails are claimed";

    public string ToReach => "given back before the process ends: 0 s, 0 twice";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        await stage.StartMailAsync(TimeSpan.FromMilliseconds(50), cancellation);
        var victim = await stage.StartAsync("worker", cancellation);
        await stage.StartAsync("worker", cancellation);
        await stage.BeginMailAsync(Emails, cancellation);

        var outcome = new Outcome { Acknowledged = Emails };
        outcome.Require(await victim.EndAsync(Posix.Terminate, cancellation) == 0, "it did not end well");
        outcome.Recovery = await stage.UntilAsync($"select {Stage.Orphans} = 0", cancellation);
        outcome.RecoversWithin(TimeSpan.FromSeconds(0.5));
        await stage.CountMailAsync(outcome, cancellation);
        outcome.Require(outcome.Twice == 0, "sent twice");
        return outcome;
    }
}
