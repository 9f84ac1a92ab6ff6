namespace Anteroom.Faults;

/// <summary>
/// Nodes are frozen (SIGSTOP) at random instants for longer than their leases, several at a time, and wake up again, while prospects
/// submit. One web node and one worker stay.
/// </summary>
/// <param name="freezes">How often.</param>
/// <param name="nodes">How many are frozen at a time.</param>
internal sealed class Freezes(int freezes, int nodes) : IFault
{
    public string Name => "freezes";

    public string What => $"{freezes} freezes longer than the lease";

    public string ToReach => "nothing lost, nothing twice but in SMTP's window";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await using var firm = await Firm.OpenAsync(stage, cancellation);
        var victims = Enumerable.Range(0, nodes).Select(_ => firm.Begin("worker")).ToArray();
        await Task.WhenAll(victims.Select(node => node.AnswersAsync("/health/ready", cancellation)));
        var load = firm.SubmitAsync(_ => firm.Web.Address);
        var left = freezes;
        await Task.WhenAll(victims.Select(FreezeAsync));
        return await firm.CloseAsync(load, freezes, cancellation);

        async Task FreezeAsync(AppProcess node)
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(Random.Shared.NextDouble()), cancellation);
                node.Freeze();
                await Task.Delay(Firm.Lease + TimeSpan.FromSeconds(2 * Random.Shared.NextDouble()), cancellation);
                node.Thaw();
                node.MustRun();
            }
        }
    }
}
