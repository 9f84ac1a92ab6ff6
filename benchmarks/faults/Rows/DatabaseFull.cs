using System.Net;

namespace Anteroom.Faults;

/// <summary>The database's disk is full: a small file system of its own in memory, for which it takes root.</summary>
internal sealed class DatabaseFull : IFault
{
    private const int Megabytes = 160;

    public string Name => "database-full";

    public string What => "database disk full";

    public string ToReach => "503 and unhealthy while it lasts, itself again ≤ 3 s";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new Outcome { NotTried = "takes root" };
        var disk = Path.Combine(stage.Folder, "postgres");
        await stage.MountAsync(disk, Megabytes, cancellation);
        await stage.StartPostgresAsync(cancellation, "min_wal_size=32MB", "max_wal_size=48MB");
        var node = await stage.StartAsync("all", cancellation);
        await stage.Door.IsWellAsync(node, cancellation);
        var filler = Stage.FillUp(disk);

        // What is free in the pages that there are is still written.
        for (var since = Stage.Clock(); ; )
        {
            if (await stage.Door.SubmitAsync(node.Address, cancellation) == HttpStatusCode.ServiceUnavailable)
                break;
            Stage.MustBeSoon(since, "A submission is refused.");
        }

        await stage.Door.IsUnhealthyAsync(node, "database", "full", cancellation);
        File.Delete(filler);
        var outcome = new Outcome { Recovery = await stage.Door.IsWellAsync(node, cancellation) };
        outcome.RecoversWithin(TimeSpan.FromSeconds(3));
        await stage.CountLeadsAsync(outcome, cancellation);
        return outcome;
    }
}
