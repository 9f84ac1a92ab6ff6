using System.Globalization;

namespace Anteroom.Faults;

/// <summary>The database server dies under load, and its standby, which commits wait for, is promoted. Nodes know both by one setting.</summary>
internal sealed class DatabaseFailsOver : IFault
{
    private const int Before = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public string Name => "failover";

    public string What => "the database server dies, its standby is promoted";

    public string ToReach => "comes back by itself, nothing lost";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        var primary = stage.Postgres;
        if (!File.Exists(Path.Combine(primary.Binaries, "pg_basebackup")))
            return new Outcome { NotTried = "needs pg_basebackup" };
        var standby = await stage.AddStandbyAsync(cancellation);
        var both = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["POSTGRES_HOST"] = string.Create(
                CultureInfo.InvariantCulture,
                $"127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}"
            ),
        };
        await using var firm = await Firm.OpenAsync(stage, cancellation, both);
        var worker = firm.Begin("worker");
        await worker.AnswersAsync("/health/ready", cancellation);

        var load = firm.SubmitAsync(_ => firm.Web.Address, Pause);
        await stage.TakesAsync(Before, cancellation);
        var taken = stage.Door.Acknowledged.Count;
        primary.Kill();
        stage.ConnectTo(standby);
        await stage.UntilAsync("select pg_promote()", cancellation);
        // What was on its way may have been acknowledged since; more than that is the new server's.
        var recovery = await stage.TakesAsync(Firm.Prospects + 1, cancellation);
        await stage.Door.IsWellAsync(firm.Web, cancellation);
        var outcome = await firm.CloseAsync(load, faults: 1, cancellation);
        outcome.Recovery = recovery;
        outcome.Require(taken > 0, "nobody submitted anything before");
        outcome.Detail += $"; {taken} submissions before";
        return outcome;
    }
}
