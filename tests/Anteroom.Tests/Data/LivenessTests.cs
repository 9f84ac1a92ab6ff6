using Anteroom.Data;
using Anteroom.Tests.App;
using Anteroom.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Anteroom.Tests.Data;

/// <summary>Who lives, whose claims are free, and what time it is: the database says so.</summary>
[Trait("Category", "Slow")]
public sealed class LivenessTests(TestDatabases databases)
{
    private const int Stranger = 777;

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>An email and a piece of work that node 777 has claimed for an hour; the app looks for other nodes from now on.</summary>
    private static async Task ClaimForStrangerAsync(AnteroomApp app)
    {
        await ExecuteAsync(
            app.Database,
            $"""
            insert into outbox (id, kind, to_address, subject, text, html, message_id, state, attempts, next_attempt_at, created_at, claim, claimed_by, leased_until)
            values (gen_random_uuid(), 'test', 'ada@example.com', 'Hello', 'Hello', '<p>Hello</p>', 'one@firm.example', 'sending', 1, now(), now(),
                gen_random_uuid(), {Stranger}, now() + interval '1 hour');
            insert into work (id, kind, subject, state, attempts, next_attempt_at, created_at, claim, claimed_by, leased_until)
            values (gen_random_uuid(), 'reach_out', gen_random_uuid(), 'working', 1, now(), now(), gen_random_uuid(), {Stranger}, now() + interval '1 hour')
            """
        );
        app.Services.GetRequiredService<WorkSignal>().Ring(WorkSignal.Nodes);
    }

    [Fact]
    public async Task What_a_node_has_claimed_is_its_own_while_it_holds_its_lock_and_free_when_the_lock_is_gone()
    {
        await using var app = await AnteroomApp.StartAsync(databases);
        await using (var stranger = await app.Database.OpenConnectionAsync())
        {
            await using (
                var take = new NpgsqlCommand($"select pg_advisory_lock({Node.LockClass}, {Stranger})", stranger)
            )
                await take.ExecuteNonQueryAsync();
            await ClaimForStrangerAsync(app);
            await Task.Delay(TimeSpan.FromSeconds(3), CancellationToken.None); // looks come every 0.7 s
            Assert.Equal("sending", await app.ValueAsync<string>("select state from outbox"));
            Assert.Equal("working", await app.ValueAsync<string>("select state from work"));
            await using var leave = new NpgsqlCommand("select pg_advisory_unlock_all()", stranger);
            await leave.ExecuteNonQueryAsync();
        }

        await app.WaitUntilAsync("select state = 'sent' and attempts = 2 from outbox");
        await app.WaitUntilAsync("select state = 'done' and attempts = 2 from work");
    }

    [Fact]
    public async Task When_one_node_dies_the_claims_of_those_that_live_stay_theirs()
    {
        await using var app = await AnteroomApp.StartAsync(databases);
        await using var living = await app.Database.OpenConnectionAsync();
        await using (var take = new NpgsqlCommand($"select pg_advisory_lock({Node.LockClass}, {Stranger})", living))
            await take.ExecuteNonQueryAsync();
        await ClaimForStrangerAsync(app);
        await ExecuteAsync(app.Database, "update outbox set message_id = 'living@firm.example'");
        await ClaimForStrangerAsync(app);
        const int dead = Stranger + 1;
        await ExecuteAsync(
            app.Database,
            $"update outbox set claimed_by = {dead} where message_id = 'one@firm.example'"
        );

        await app.WaitUntilAsync("select state = 'sent' from outbox where message_id = 'one@firm.example'");

        Assert.Equal(
            $"sending|1|{Stranger}",
            await app.ValueAsync<string>(
                "select concat_ws('|', state, attempts, claimed_by) from outbox where message_id = 'living@firm.example'"
            )
        );
        Assert.Equal(2, await app.ValueAsync<long>("select count(*) from work where state = 'working'"));
    }

    [Fact]
    public async Task A_node_that_loses_its_line_takes_it_again_and_goes_on()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Mail:Sweep", "01:00:00")]);
        var node = app.Services.GetRequiredService<Node>();
        await node.WhenOnlineAsync(CancellationToken.None);
        var isLocked =
            $"select exists (select from pg_locks where locktype = 'advisory' and classid = {Node.LockClass} and objid::bigint = {node.Id} and granted)";
        Assert.True(await app.ValueAsync<bool>(isLocked));

        await ExecuteAsync(
            app.Database,
            $"select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid::bigint = {node.Id}"
        );

        await app.WaitUntilAsync(isLocked);
        await node.WhenOnlineAsync(CancellationToken.None);
        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select bool_and(state = 'sent' and attempts = 1) from emails");
    }

    [Fact]
    public async Task Work_that_is_told_to_stop_is_given_back_as_if_it_had_never_been_begun()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Outreach:Assign", "true")], role: "web");
        await new Prospect().IsAcceptedAsync(app);
        await using var other = await app.Database.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table users in access exclusive mode", other))
            await hold.ExecuteNonQueryAsync();
        using var stop = new CancellationTokenSource();

        var run = app.Services.GetRequiredService<DoWork>().RunDueAsync(WorkKind.Assign, stop.Token);
        await app.WaitUntilAsync(
            "select state = 'working' and attempts = 1 and claimed_by is not null from work where kind = 'assign'"
        );
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(
            "queued|0",
            await app.ValueAsync<string>(
                "select concat_ws('|', state, attempts, claim) from work where kind = 'assign'"
            )
        );
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task A_node_whose_clock_is_wrong_goes_by_the_databases(int minutes)
    {
        var wrong = new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(minutes));
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton(new DatabaseTime(wrong))
        );
        await app.Services.GetRequiredService<Node>().WhenOnlineAsync(CancellationToken.None);

        await new Prospect().IsAcceptedAsync(app);

        await app.WaitUntilAsync(
            """
            select bool_and(state = 'sent' and attempts = 1 and abs(extract(epoch from sent_at - now())) < 100
                and abs(extract(epoch from created_at - now())) < 100) from emails
            """
        );
        var apart = app.Services.GetRequiredService<TimeProvider>().GetUtcNow() - DateTimeOffset.UtcNow;
        Assert.InRange(apart.TotalSeconds, -5, 5); // the database is on this machine
    }
}
