namespace Anteroom.Faults;

/// <summary>The mail server goes away and comes back; or nobody knows its name.</summary>
internal sealed class MailAway : IFault
{
    private const int Submissions = 5;

    public string Name => "mail-away";

    public string What => "mail server down, or its name unknown";

    public string ToReach => "degraded, submissions accepted; all mail out ≤ 35 s after it is back";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        await stage.StartMailAsync(TimeSpan.Zero, cancellation);
        var node = await stage.StartAsync("all", cancellation);
        await stage.Door.IsWellAsync(node, cancellation);
        await stage.Mail.StopAsync();
        for (var i = 0; i < Submissions; i++)
            await stage.Door.SubmitAsync(node.Address, cancellation);
        await IsDegradedAsync(node);
        var nameless = await stage.StartAsync(
            "web",
            cancellation,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Mail__Host"] = "mail.invalid" }
        );
        await IsDegradedAsync(nameless);

        await stage.Mail.StartAgainAsync(cancellation);
        var outcome = new Outcome
        {
            Recovery = await stage.UntilAsync("select bool_and(state = 'sent') from emails", cancellation),
        };
        outcome.RecoversWithin(TimeSpan.FromSeconds(35));
        await stage.CountLeadsAsync(outcome, cancellation);
        await stage.CountMailAsync(outcome, cancellation);
        outcome.Require(outcome.Twice == 0, "sent twice");
        return outcome;

        Task<TimeSpan> IsDegradedAsync(AppProcess at) =>
            stage.Door.IsDegradedAsync(at, "mail", "unreachable", cancellation);
    }
}
