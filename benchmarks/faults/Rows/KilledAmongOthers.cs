using Anteroom.Data;
using Anteroom.Leads;
using Npgsql;

namespace Anteroom.Faults;

/// <summary>kill -9 of a node that holds emails and leads to give out, again and again, while another one lives.</summary>
/// <param name="kills">How often.</param>
internal sealed class KilledAmongOthers(int kills) : IFault
{
    private const int Leads = 3;
    private const int Connections = 4;

    private static readonly string Living = $"select array(select objid from ({Node.Held}) held)";

    public string Name => "kill-others";

    public string What => "kill -9, other nodes alive";

    public string ToReach => "what it held is another's: p99 ≤ 2 s; at most one a connection twice";

    public async Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.StartPostgresAsync(cancellation);
        await stage.StartMailAsync(TimeSpan.Zero, cancellation);
        var slow = await stage.AddMailAsync(TimeSpan.FromSeconds(5), cancellation);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Outreach__Assign"] = "true",
            ["Outreach__Enabled"] = "false",
            ["Firm__NotifyAddresses"] = "desk@firm.example",
        };
        var web = await stage.StartAsync("web", cancellation, settings);
        await stage.AddAttorneysAsync(2, cancellation);
        var heir = await stage.StartAsync("worker", cancellation, settings);
        var others = await stage.ValueAsync<long[]>(Living, cancellation);
        foreach (var (name, value) in Stage.To(slow))
            settings[name] = value;

        var waits = new List<TimeSpan>();
        for (var kill = 0; kill < kills; kill++)
        {
            var victim = await stage.StartAsync("worker", cancellation, settings);
            await stage.UntilAsync($"select count(*) = {others.Length + 1} from ({Node.Held}) held", cancellation);
            var id = (await stage.ValueAsync<long[]>(Living, cancellation)).Except(others).Single();
            // Under the lock that giving out takes, so that the victim is not done; with the heir asleep, so that it gets anything.
            await using var connection = await stage.Database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await AttorneysAtWork.LockAsync(connection, cancellation);
            heir.Freeze();
            for (var i = 0; i < Leads; i++)
                await stage.Door.SubmitAsync(web.Address, cancellation);
            await stage.UntilAsync(
                $"""
                select (select count(*) from outbox where state = 'sending' and claimed_by = {id}) >= 3
                    and exists (select from work where state = 'working' and claimed_by = {id})
                """,
                cancellation
            );
            heir.Thaw();
            await victim.KillAsync(cancellation);
            waits.AddRange(await TakenUpAsync(stage, id, transaction, cancellation));
        }

        waits.Sort();
        var outcome = new Outcome
        {
            Recovery = waits[(int)(waits.Count * 0.99)],
            Detail =
                $"{kills} kills, {waits.Count} items, half of them within {waits[waits.Count / 2].TotalSeconds:0.00} s",
        };
        outcome.RecoversWithin(TimeSpan.FromSeconds(2));
        await stage.CountLeadsAsync(outcome, cancellation);
        await stage.CountMailAsync(outcome, cancellation);
        outcome.Require(outcome.Twice <= kills * Connections, $"{outcome.Twice} sent twice");
        return outcome;
    }

    /// <summary>For each thing that the dead node held: how long until another had it.</summary>
    private static async Task<List<TimeSpan>> TakenUpAsync(
        Stage stage,
        long dead,
        NpgsqlTransaction holder,
        CancellationToken cancellation
    )
    {
        var since = Stage.Clock();
        var ids = await stage.ValueAsync<Guid[]>(
            $"""
            select array(select id from outbox where state = 'sending' and claimed_by = {dead}
                union all select id from work where state = 'working' and claimed_by = {dead})
            """,
            cancellation
        );
        await holder.RollbackAsync(cancellation);
        var list = string.Join(',', ids.Select(id => $"'{id}'"));
        var waits = new List<TimeSpan>();
        while (waits.Count < ids.Length)
        {
            var waiting = await stage.ValueAsync<long>(
                $"""
                select (select count(*) from outbox where id in ({list}) and (state = 'queued' or claimed_by = {dead}))
                    + (select count(*) from work where id in ({list}) and (state = 'queued' or claimed_by = {dead}))
                """,
                cancellation
            );
            while (waits.Count < ids.Length - waiting)
                waits.Add(since.Elapsed);
            Stage.MustBeSoon(since, "All that a dead node held is another's.");
            await Task.Delay(10, cancellation);
        }

        return waits;
    }
}
