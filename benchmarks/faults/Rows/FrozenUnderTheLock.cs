namespace Anteroom.Faults;

/// <summary>SIGSTOP of a node in the transaction in which it gives out a lead, under the lock that all others need.</summary>
internal sealed class FrozenUnderTheLock : IFault
{
    public string Name => "freeze-lock";

    public string What => "SIGSTOP in a transaction that holds the assignment lock";

    public string ToReach => "the others give out leads again ≤ 15 s; no lead given out twice when it wakes up";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Outreach__Assign"] = "true",
            ["Outreach__Enabled"] = "false",
        };
        await stage.StartPostgresAsync(cancellation);
        await stage.StartMailAsync(TimeSpan.Zero, cancellation);
        var web = await stage.StartAsync("web", cancellation, settings);
        await stage.AddAttorneysAsync(2, cancellation);
        var frozen = await stage.StartAsync("worker", cancellation, settings);

        // It gets stuck on an attorney's row while it holds the lock, and is frozen there.
        await using var connection = await stage.Database.OpenConnectionAsync(cancellation);
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await using var rows = connection.CreateCommand();
            rows.CommandText = "select from users where role = 'attorney' for update";
            await rows.ExecuteNonQueryAsync(cancellation);
            await stage.Door.SubmitAsync(web.Address, cancellation);
            await stage.UntilAsync(
                "select exists (select from pg_locks where locktype = 'advisory' and objsubid = 1 and granted)",
                cancellation
            );
            await stage.UntilAsync(
                "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'anteroom')",
                cancellation
            );
            await stage.StartAsync("worker", cancellation, settings);
            frozen.Freeze();
            await transaction.RollbackAsync(cancellation);
        }

        var since = Stage.Clock();
        await stage.Door.SubmitAsync(web.Address, cancellation);
        await stage.UntilAsync("select count(*) = 2 and bool_and(assigned_to is not null) from leads", cancellation);
        var outcome = new Outcome { Recovery = since.Elapsed };
        outcome.RecoversWithin(TimeSpan.FromSeconds(15));
        frozen.Thaw();
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        outcome.Twice = await stage.ValueAsync<long>(
            "select count(*) - count(distinct lead_id) from activities where kind = 'assigned'",
            cancellation
        );
        outcome.Require(outcome.Twice == 0, "given out twice");
        frozen.MustRun();
        await stage.CountLeadsAsync(outcome, cancellation);
        await stage.CountMailAsync(outcome, cancellation);
        return outcome;
    }
}
