using System.Net;

namespace Anteroom.Faults;

/// <summary>The database may only be read for a moment: an operator's setting, or a failover.</summary>
internal sealed class DatabaseReadOnly : IFault
{
    private const int Sessions = 50; // enough to fill a pool with sessions that keep the setting

    public string Name => "read-only";

    public string What => "database set read-only for a moment";

    public string ToReach => "503 and unhealthy while it lasts, itself again ≤ 3 s";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        var node = await stage.StartAsync("all", cancellation);
        await stage.Door.IsWellAsync(node, cancellation);
        await stage.ExecuteAsync("alter database anteroom set default_transaction_read_only = on", cancellation);
        await stage.ExecuteAsync(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'anteroom%'",
            cancellation
        );

        var outcome = new Outcome();
        await stage.Door.IsUnhealthyAsync(node, "database", "read_only", cancellation);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, Sessions).Select(_ => stage.Door.SubmitAsync(node.Address, cancellation))
        );
        outcome.Require(Array.TrueForAll(answers, each => each == HttpStatusCode.ServiceUnavailable), "not all 503");

        await stage.ExecuteAsync("alter database anteroom reset default_transaction_read_only", cancellation);
        outcome.Recovery = await stage.Door.IsWellAsync(node, cancellation);
        outcome.RecoversWithin(TimeSpan.FromSeconds(3));
        answers = await Task.WhenAll(
            Enumerable.Range(0, Sessions).Select(_ => stage.Door.SubmitAsync(node.Address, cancellation))
        );
        outcome.Require(Array.TrueForAll(answers, each => each == HttpStatusCode.SeeOther), "refused afterward");
        await stage.CountLeadsAsync(outcome, cancellation);
        return outcome;
    }
}
