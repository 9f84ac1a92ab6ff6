using System.Diagnostics;

namespace Anteroom.Faults;

/// <summary>All processes of the database server stand still (SIGSTOP): connections stay, and nothing is answered.</summary>
internal sealed class DatabasePaused : IFault
{
    private const int Looks = 10;

    public string Name => "paused";

    public string What => "PostgreSQL paused";

    public string ToReach => "/health/ answers ≤ 2 s; itself again ≤ 3 s";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        var node = await stage.StartAsync("all", cancellation);
        await stage.Door.IsWellAsync(node, cancellation);
        var outcome = new Outcome();
        var longest = TimeSpan.Zero;
        stage.Postgres.Signal(Posix.Stop);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(1.1), cancellation); // what health said last is a second old
            for (var look = 0; look < Looks; look++)
            {
                var since = Stopwatch.StartNew();
                var (status, body) = await stage.Door.GetAsync(node.Address, "/health/", cancellation);
                longest = since.Elapsed > longest ? since.Elapsed : longest;
                outcome.Require(status == 503, $"health says {status} {body}");
            }
        }
        finally
        {
            stage.Postgres.Signal(Posix.Continue);
        }

        outcome.Detail = $"the slowest of {Looks} answers took {longest.TotalSeconds:0.00} s";
        outcome.Require(longest <= TimeSpan.FromSeconds(2), outcome.Detail);
        outcome.Recovery = await stage.Door.IsWellAsync(node, cancellation);
        outcome.RecoversWithin(TimeSpan.FromSeconds(3));
        await stage.CountLeadsAsync(outcome, cancellation);
        return outcome;
    }
}
