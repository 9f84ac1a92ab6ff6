namespace Anteroom.Faults;

/// <summary>The disk of the resumes is not mounted: an empty folder stands in its place.</summary>
internal sealed class ResumesGone : IFault
{
    public string Name => "resumes-gone";

    public string What => "resumes folder unmounted";

    public string ToReach => "503 and unhealthy, an alarm, nothing written under the mount point";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        await stage.StartMailAsync(TimeSpan.Zero, cancellation);
        var node = await stage.StartAsync("all", cancellation);
        await stage.Door.IsWellAsync(node, cancellation);
        var number = await stage.ValueAsync<long>("select min(number) from leads", cancellation);
        var token = await stage.Door.TokenAsync(node.Address, cancellation);
        var folder = Path.Combine(stage.Data, "resumes");
        Directory.Move(folder, folder + "-away");
        Directory.CreateDirectory(folder);

        var outcome = new Outcome();
        await stage.Door.IsUnhealthyAsync(node, "resumes", "missing", cancellation);
        var download = await stage.Door.GetAsync(node.Address, $"/api/leads/{number}/resume/", cancellation, token);
        outcome.Require(download.Status == 503, $"a download is answered {download.Status}");
        var alarm = await stage.UntilAsync(
            "select count(*) = 1 from emails where kind = 'alarm' and state = 'sent' and text like '%probably not mounted%'",
            cancellation
        );
        outcome.Detail = $"the alarm came after {alarm.TotalSeconds:0} s";
        outcome.Require(Directory.GetFileSystemEntries(folder).Length == 0, "something was written");

        Directory.Delete(folder);
        Directory.Move(folder + "-away", folder);
        outcome.Recovery = await stage.Door.IsWellAsync(node, cancellation);
        outcome.RecoversWithin(TimeSpan.FromSeconds(3));
        await stage.CountLeadsAsync(outcome, cancellation);
        return outcome;
    }
}
