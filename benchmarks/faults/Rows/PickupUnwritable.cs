namespace Anteroom.Faults;

/// <summary>Without a mail server: the folder that takes its place cannot be written.</summary>
internal sealed class PickupUnwritable : IFault
{
    public string Name => "pickup";

    public string What => "pickup folder unwritable";

    public string ToReach => "degraded, submissions accepted; all mail written ≤ 35 s after it is writable";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        var node = await stage.StartAsync("all", cancellation);
        await stage.Door.IsWellAsync(node, cancellation);
        await stage.UntilAsync("select bool_and(state = 'sent') from emails", cancellation);
        // Permissions do not stop root; a file in the folder's place stops everybody.
        var folder = Path.Combine(stage.Data, "mail");
        Directory.Move(folder, folder + "-away");
        await File.WriteAllTextAsync(folder, "", cancellation);

        await stage.Door.IsDegradedAsync(node, "mail", "unreachable", cancellation);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
        var written = await stage.ValueAsync<bool>("select bool_and(state = 'sent') from emails", cancellation);
        File.Delete(folder);
        Directory.Move(folder + "-away", folder);
        var outcome = new Outcome
        {
            Recovery = await stage.UntilAsync("select bool_and(state = 'sent') from emails", cancellation),
        };
        outcome.RecoversWithin(TimeSpan.FromSeconds(35));
        outcome.Require(!written, "said sent when nothing could be written");
        await stage.CountLeadsAsync(outcome, cancellation);
        var sent = await stage.ValueAsync<long>("select count(*) from emails", cancellation);
        outcome.Lost += sent - Directory.GetFiles(folder, "*.eml").LongLength;
        return outcome;
    }
}
