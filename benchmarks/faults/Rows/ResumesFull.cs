namespace Anteroom.Faults;

/// <summary>The disk of the resumes is full: a small file system of its own in memory, for which it takes root.</summary>
internal sealed class ResumesFull : IFault
{
    private const int Megabytes = 4;

    public string Name => "resumes-full";

    public string What => "resumes disk full";

    public string ToReach => "503 and unhealthy while it lasts, nothing half written, itself again ≤ 3 s";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new Outcome { NotTried = "takes root" };
        var folder = Path.Combine(stage.Folder, "resumes");
        await stage.MountAsync(folder, Megabytes, cancellation);
        await stage.StartPostgresAsync(cancellation);
        var node = await stage.StartAsync(
            "all",
            cancellation,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Resumes__Folder"] = folder }
        );
        await stage.Door.IsWellAsync(node, cancellation);
        var filler = Stage.FillUp(folder);

        await stage.Door.IsUnhealthyAsync(node, "resumes", "not_writable", cancellation);
        var outcome = new Outcome();
        outcome.Require(
            Directory.GetFileSystemEntries(Path.Combine(folder, "incoming")).Length == 0,
            "something half written was left"
        );
        File.Delete(filler);
        outcome.Recovery = await stage.Door.IsWellAsync(node, cancellation);
        outcome.RecoversWithin(TimeSpan.FromSeconds(3));
        await stage.CountLeadsAsync(outcome, cancellation);
        return outcome;
    }
}
