namespace Anteroom.Faults;

/// <summary>Two nodes share the work; one's clock is ten minutes fast, the other's ten minutes slow (libfaketime).</summary>
internal sealed class ClocksAreOff : IFault
{
    private const int Emails = 60;
    private static readonly TimeSpan Off = TimeSpan.FromMinutes(10);

    public string Name => "clock";

    public string What => "nodes' clocks 10 minutes off, one fast, one slow";

    public string ToReach =>
        "leases and due times by the database's clock: 0 twice, none early, none late, none sent in the future";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        var library = Directory
            .GetDirectories("/usr/lib")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists);
        if (library is null)
            return new Outcome { NotTried = "needs libfaketime (Debian: faketime)" };
        Dictionary<string, string> By(string offset) =>
            new(StringComparer.Ordinal)
            {
                ["LD_PRELOAD"] = library,
                ["FAKETIME"] = offset,
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1", // clocks are set; how fast time goes is not
                ["Outreach__Assign"] = "true",
                ["Outreach__After"] = "00:00:04",
            };
        await stage.StartPostgresAsync(cancellation);
        await stage.StartMailAsync(TimeSpan.FromMilliseconds(50), cancellation);
        var fast = await stage.StartAsync("all", cancellation, By("+10m"));
        await stage.AddAttorneysAsync(1, cancellation);
        var slow = await stage.StartAsync("all", cancellation, By("-10m"));

        var outcome = new Outcome { Acknowledged = Emails };
        foreach (var (node, offset) in new[] { (fast, Off), (slow, -Off) })
        {
            var off = await stage.Door.ClockAsync(node.Address, cancellation) - DateTimeOffset.UtcNow - offset;
            if (off?.Duration() > TimeSpan.FromSeconds(5))
                return new Outcome { NotTried = $"the process does not obey libfaketime ({off})" };
        }

        await stage.QueueAsync(Emails, cancellation);
        var since = Stage.Clock();
        await stage.Door.SubmitAsync(fast.Address, cancellation);
        await stage.Door.SubmitAsync(slow.Address, cancellation);
        await stage.UntilAsync("select count(*) = 2 and bool_and(status = 'reached_out') from leads", cancellation);
        outcome.Detail = $"welcome emails due after 4 s were out after {since.Elapsed.TotalSeconds:0.0} s";
        outcome.Require(since.Elapsed > TimeSpan.FromSeconds(3.5), "welcome emails went out early");
        outcome.Require(since.Elapsed < TimeSpan.FromSeconds(20), "welcome emails went out late");
        await stage.CountLeadsAsync(outcome, cancellation);
        await stage.CountMailAsync(outcome, cancellation);
        outcome.Require(outcome.Twice == 0, "sent twice");
        var wrong = await stage.ValueAsync<long>(
            """
            select (select count(*) from emails where sent_at > now() or sent_at < now() - interval '5 minutes')
                + (select count(*) from leads where created_at not between now() - interval '5 minutes' and now())
                + (select count(*) from activities where at not between now() - interval '5 minutes' and now())
            """,
            cancellation
        );
        outcome.Require(wrong == 0, $"{wrong} rows say a wrong time");
        return outcome;
    }
}
