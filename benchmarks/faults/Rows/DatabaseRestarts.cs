namespace Anteroom.Faults;

/// <summary>The database server is restarted while mail goes out.</summary>
internal sealed class DatabaseRestarts : IFault
{
    private const int Emails = 400;

    public string Name => "restart";

    public string What => "PostgreSQL restarts (2 s) while mail goes out";

    public string ToReach => "goes on within 3 s, 0 twice";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        await stage.StartMailAsync(TimeSpan.FromMilliseconds(50), cancellation);
        await stage.StartAsync("worker", cancellation);
        await stage.StartAsync("worker", cancellation);
        await stage.BeginMailAsync(Emails, cancellation);

        await stage.StopPostgresAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
        var taken = stage.Mail.Taken.Length;
        await stage.Postgres.StartAgainAsync(cancellation);
        var since = Stage.Clock();
        while (stage.Mail.Taken.Length == taken)
        {
            Stage.MustBeSoon(since, "more mail");
            await Task.Delay(10, cancellation);
        }

        var outcome = new Outcome { Acknowledged = Emails, Recovery = since.Elapsed };
        outcome.RecoversWithin(TimeSpan.FromSeconds(3));
        await stage.CountMailAsync(outcome, cancellation);
        outcome.Require(outcome.Twice == 0, "sent twice");
        return outcome;
    }
}
