namespace Anteroom.Faults;

/// <summary>The database is away while people go on asking, and what the log says of it.</summary>
/// <param name="length">How long it is away.</param>
internal sealed class OutageInTheLog(TimeSpan length) : IFault
{
    private const int MostLines = 12;

    public string Name => "outage-log";

    public string What => "database away under load: the log";

    public string ToReach => $"one line when it begins, one when it ends: ≤ {MostLines} lines with all that others say";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        var node = await stage.StartAsync("all", cancellation);
        await stage.Door.IsWellAsync(node, cancellation);
        await stage.UntilAsync("select bool_and(state = 'sent') from emails", cancellation);
        var before = new FileInfo(node.Log).Length;

        await stage.StopPostgresAsync();
        using var enough = new CancellationTokenSource(length);
        var people = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    stage.Door.KeepSubmittingAsync(_ => node.Address, TimeSpan.FromMilliseconds(50), enough.Token)
                )
        );
        await stage.Postgres.StartAgainAsync(cancellation);
        var outcome = new Outcome { Recovery = await stage.Door.IsWellAsync(node, cancellation) };
        outcome.RecoversWithin(TimeSpan.FromSeconds(3));
        var since = Stage.Clock();
        string log;
        while (!(log = await AddedAsync()).Contains("The outage is over", StringComparison.Ordinal))
        {
            Stage.MustBeSoon(since, "The log says that the outage is over.");
            await Task.Delay(100, cancellation);
        }

        var refused = people.Sum(each => each.GetValueOrDefault(503));
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        outcome.Detail = $"{refused} refused, {lines.Length} lines, {log.Length / 1024.0:0.0} KB";
        outcome.Require(lines.Length <= MostLines, $"{lines.Length} lines");
        outcome.Require(
            people.Sum(each => each.Values.Sum()) == refused,
            "other answers than 503: " + string.Join(", ", people.SelectMany(each => each))
        );
        await stage.CountLeadsAsync(outcome, cancellation);
        return outcome;

        async Task<string> AddedAsync() => (await File.ReadAllTextAsync(node.Log, cancellation))[(int)before..];
    }
}
