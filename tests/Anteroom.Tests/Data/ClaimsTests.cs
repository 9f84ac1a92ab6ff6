using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Data;

/// <summary>What a worker may claim, in both queues, and that a lost claim changes nothing.</summary>
public sealed class ClaimsTests(TestDatabases databases)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("work")]
    [InlineData("outbox")]
    public async Task What_is_due_is_claimed_for_this_node_and_what_is_not_due_waits(string queue)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await AddAsync(app, queue, due: "now() + interval '1 minute'");

        Assert.Equal(0, await ClaimAsync(app, queue));

        await app.ExecuteAsync($"update {queue} set next_attempt_at = now() - interval '1 minute'");
        Assert.Equal(1, await ClaimAsync(app, queue));
        Assert.Equal(
            $"1|{app.Services.GetRequiredService<Node>().Id}|t|t",
            await app.ValueAsync<string>(
                $"""
                select concat_ws('|', attempts, claimed_by, claim is not null,
                    leased_until - now() between interval '4 minutes' and interval '6 minutes') from {queue}
                """
            )
        );
    }

    [Theory]
    [InlineData("work", "working", "done,failed,cancelled")]
    [InlineData("outbox", "sending", "sent,failed,cancelled")]
    public async Task What_another_holds_is_left_alone_until_its_lease_runs_out_and_what_has_ended_for_good(
        string queue,
        string claimed,
        string ended
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        // For a moment after the server has started, everybody's claims stay as they are.
        await app.WaitUntilAsync("select pg_postmaster_start_time() < now() - interval '5 seconds'");
        foreach (var state in ended.Split(','))
            await AddAsync(app, queue, state, due: "now() - interval '1 day'");
        await AddAsync(app, queue, claimed, due: "now() - interval '1 day'", lease: "now() + interval '1 minute'");

        Assert.Equal(0, await ClaimAsync(app, queue));

        await app.ExecuteAsync(
            $"update {queue} set leased_until = now() - interval '1 minute' where state = '{claimed}'"
        );
        Assert.Equal(1, await ClaimAsync(app, queue));
        Assert.Equal(2, await app.ValueAsync<int>($"select attempts from {queue} where state = '{claimed}'"));
    }

    [Theory]
    [InlineData("work", "working", "scan_resume")]
    [InlineData("outbox", "sending", "sms")]
    public async Task Another_lanes_rows_are_left_to_its_own_workers(string queue, string claimed, string lane)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await AddAsync(app, queue, lane: lane);
        await AddAsync(app, queue, claimed, lease: "now() - interval '1 minute'", lane: lane);

        Assert.Equal(0, await ClaimAsync(app, queue));
    }

    [Theory]
    [InlineData("work")]
    [InlineData("outbox")]
    public async Task What_has_been_due_longest_comes_first_and_rows_that_another_is_claiming_are_passed_over(
        string queue
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        foreach (var minutes in (int[])[1, 3, 2])
            await AddAsync(app, queue, due: $"now() - interval '{minutes} minutes'");
        const string waiting =
            "select string_agg(extract(minute from now() - next_attempt_at)::text, ',' order by next_attempt_at desc)";
        await using var other = await app.Database.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var hold = other.CreateCommand())
        {
            hold.CommandText = $"select from {queue} where next_attempt_at < now() - interval '2.5 minutes' for update";
            await hold.ExecuteNonQueryAsync();
        }

        Assert.Equal(1, await ClaimAsync(app, queue, count: 1).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("1,3", await app.ValueAsync<string>($"{waiting} from {queue} where state = 'queued'"));
        await transaction.RollbackAsync();
        Assert.Equal(1, await ClaimAsync(app, queue, count: 1));

        Assert.Equal("1", await app.ValueAsync<string>($"{waiting} from {queue} where state = 'queued'"));
    }

    [Fact]
    public async Task Who_has_lost_a_claim_cannot_end_postpone_fail_or_give_back_the_work()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var claims = app.Services.GetRequiredService<WorkClaims>();
        await AddAsync(app, "work");
        await AddAsync(app, "work");
        var items = await claims.ClaimAsync(WorkKind.ReachOut, 10, Lease, CancellationToken.None);
        await app.ExecuteAsync("update work set claim = gen_random_uuid(), attempts = 5");

        Assert.False(await EndAsync(postpone: false));
        Assert.False(await EndAsync(postpone: true));
        await claims.FailedAsync(items[0], "too late", TimeSpan.Zero);
        await claims.FailedAsync(items[0], "too late", delay: null);
        await claims.GiveBackAsync(items);

        Assert.Equal(
            "2|working|5",
            await app.ValueAsync<string>(
                "select concat_ws('|', count(*), min(state), min(attempts)) from work where last_error is null and claim is not null"
            )
        );

        async Task<bool> EndAsync(bool postpone)
        {
            await using var connection = await app.Database.OpenConnectionAsync();
            var turn = new WorkTurn(connection, items, DateTimeOffset.UtcNow);
            if (postpone)
                foreach (var item in items)
                    turn.NotYet(item, TimeSpan.FromMinutes(1), "too late");
            return await claims.EndAsync(turn, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Who_holds_the_claim_of_work_ends_postpones_and_gives_back_and_only_a_failure_counts_as_a_try()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var claims = app.Services.GetRequiredService<WorkClaims>();
        await AddAsync(app, "work");
        const string state =
            "select concat_ws('|', state, attempts, last_error, claim, claimed_by, next_attempt_at > now()) from work";

        await claims.GiveBackAsync(await ClaimedAsync());
        Assert.Equal("queued|0|f", await app.ValueAsync<string>(state));

        var items = await ClaimedAsync();
        await claims.FailedAsync(items[0], "no luck", TimeSpan.Zero);
        await app.ExecuteAsync("update work set next_attempt_at = now() - interval '1 minute'");
        Assert.Equal("queued|1|no luck|f", await app.ValueAsync<string>(state));

        await using var connection = await app.Database.OpenConnectionAsync();
        var later = new WorkTurn(connection, await ClaimedAsync(), DateTimeOffset.UtcNow);
        later.NotYet(later.Items[0], TimeSpan.FromMinutes(2), "nobody is there");
        Assert.True(await claims.EndAsync(later, CancellationToken.None));
        Assert.Equal("queued|1|nobody is there|t", await app.ValueAsync<string>(state));

        await app.ExecuteAsync("update work set next_attempt_at = now() - interval '1 minute'");
        var done = new WorkTurn(connection, await ClaimedAsync(), DateTimeOffset.UtcNow);
        Assert.True(await claims.EndAsync(done, CancellationToken.None));
        Assert.Equal("done|2|f", await app.ValueAsync<string>(state));

        Task<IReadOnlyList<WorkItem>> ClaimedAsync() =>
            claims.ClaimAsync(WorkKind.ReachOut, 10, Lease, CancellationToken.None);
    }

    [Fact]
    public async Task Who_has_lost_a_claim_cannot_settle_the_message_and_who_gives_it_back_has_not_tried()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var claims = app.Services.GetRequiredService<OutboxClaims>();
        var results = app.Services.GetRequiredService<OutboxResults>();
        var email = app.Services.GetServices<IChannel>().Single(channel => channel.Name == EmailChannel.Word);
        await AddAsync(app, "outbox");
        var lost = Assert.Single(await claims.ClaimAsync(email, 10, Lease, CancellationToken.None));
        await app.ExecuteAsync("update outbox set claim = gen_random_uuid()");
        const string state = "select concat_ws('|', state, attempts, last_error) from outbox";

        foreach (
            var result in (DeliveryResult[])
                [
                    DeliveryResult.Sent(lost),
                    DeliveryResult.Failed(lost, "too late"),
                    DeliveryResult.Cancelled(lost, "too late"),
                    DeliveryResult.Later(lost, "too late", DateTimeOffset.UtcNow, waitsForServer: true),
                    DeliveryResult.GivenBack(lost),
                ]
        )
            await results.WriteAsync(result);
        Assert.Equal("sending|1", await app.ValueAsync<string>(state));

        await app.ExecuteAsync($"update outbox set claim = '{lost.Claim}'");
        await results.WriteAsync(DeliveryResult.GivenBack(lost));
        Assert.Equal("queued|0", await app.ValueAsync<string>(state));
    }

    [Fact]
    public async Task A_channel_that_works_again_gets_what_waited_for_it_and_nothing_else()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        foreach (var lane in (string[])["email", "sms"])
            await AddAsync(app, "outbox", due: "now() + interval '1 hour'", lane: lane);
        await app.ExecuteAsync("update outbox set waits_for_server = true");
        await AddAsync(app, "outbox", due: "now() + interval '1 hour'");

        await app
            .Services.GetRequiredService<OutboxClaims>()
            .ReleaseWaitingForServerAsync(
                app.Services.GetServices<IChannel>().Single(channel => channel.Name == EmailChannel.Word),
                CancellationToken.None
            );

        Assert.Equal(
            "email:t",
            await app.ValueAsync<string>(
                "select string_agg(channel || ':' || left(waits_for_server::text, 1), ',') from outbox where next_attempt_at < now() + interval '1 minute'"
            )
        );
    }

    [Fact]
    public async Task Work_is_queued_once_for_a_subject_withdrawn_while_it_waits_and_reinstated_for_the_same_reason_only()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        var now = Sql.Instant(DateTimeOffset.UtcNow);
        await using var connection = await app.Database.OpenConnectionAsync();
        const string states = "select string_agg(kind || ' ' || state, ',' order by kind, id) from work";

        await BatchAsync(batch =>
        {
            batch.Queue(new NewWork(WorkKind.ReachOut, one, now));
            batch.Queue(new NewWork(WorkKind.ReachOut, one, now));
            batch.Queue(new NewWork(WorkKind.Assign, one, now));
            batch.Queue(new NewWork(WorkKind.ReachOut, two, now.AddSeconds(1), now));
        });
        Assert.Equal("assign queued,reach_out queued,reach_out queued", await app.ValueAsync<string>(states));

        await BatchAsync(batch => batch.Withdraw([one], "merged", now, WorkKind.ReachOut));
        Assert.Equal("assign queued,reach_out cancelled,reach_out queued", await app.ValueAsync<string>(states));
        await app.ExecuteAsync("update work set state = 'done' where kind = 'assign'");
        await BatchAsync(batch => batch.Withdraw([one], "deleted", now));
        Assert.Equal("assign done,reach_out cancelled,reach_out queued", await app.ValueAsync<string>(states));

        await BatchAsync(batch => WorkQueue.Reinstate(batch, [one, two], "deleted", now));
        Assert.Equal("assign done,reach_out cancelled,reach_out queued", await app.ValueAsync<string>(states));
        await BatchAsync(batch => WorkQueue.Reinstate(batch, [one, two], "merged", now));
        Assert.Equal("assign done,reach_out queued,reach_out queued", await app.ValueAsync<string>(states));

        async Task BatchAsync(Action<Npgsql.NpgsqlBatch> add)
        {
            await using var batch = connection.CreateBatch();
            add(batch);
            await batch.ExecuteNonQueryAsync();
        }
    }

    private static Task AddAsync(
        AnteroomApp app,
        string queue,
        string state = "queued",
        string due = "now() - interval '1 minute'",
        string lease = "null",
        string? lane = null
    )
    {
        var attempts = state == "queued" ? 0 : 1;
        var claim = lease == "null" ? "null" : "gen_random_uuid()";
        return app.ExecuteAsync(
            queue == "work"
                ? $"""
                insert into work (id, kind, subject, state, attempts, next_attempt_at, created_at, claim, leased_until)
                values ('{Guid.CreateVersion7()}', '{lane
                    ?? "reach_out"}', gen_random_uuid(), '{state}', {attempts}, {due}, now(), {claim}, {lease})
                """
                : $"""
                insert into outbox (id, channel, kind, to_address, subject, text, html, message_id, state, attempts, next_attempt_at, created_at, claim, leased_until)
                values ('{Guid.CreateVersion7()}', '{lane
                    ?? "email"}', 'test', 'ada@example.com', 'Hello', 'Hello', '<p>Hello</p>', gen_random_uuid()::text,
                    '{state}', {attempts}, {due}, now(), {claim}, {lease})
                """
        );
    }

    /// <summary>Claims what is due, and as many whose lease has run out; how many they are.</summary>
    private static async Task<int> ClaimAsync(AnteroomApp app, string queue, int count = 10) =>
        queue == "work"
            ? (
                await app
                    .Services.GetRequiredService<WorkClaims>()
                    .ClaimAsync(WorkKind.ReachOut, count, Lease, CancellationToken.None)
            ).Count
            : (
                await app
                    .Services.GetRequiredService<OutboxClaims>()
                    .ClaimAsync(
                        app.Services.GetServices<IChannel>().Single(channel => channel.Name == EmailChannel.Word),
                        count,
                        Lease,
                        CancellationToken.None
                    )
            ).Count;
}
