using Anteroom.Data;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Data;

/// <summary>Workers sleep until a row is due: nobody asks in vain, and nothing is forgotten.</summary>
[Trait("Category", "Slow")]
public sealed class WatchQueuesTests(TestDatabases databases)
{
    private static readonly KeyValuePair<string, string?>[] Rarely =
    [
        new("Mail:Sweep", "01:00:00"),
        new("Work:Sweep", "01:00:00"),
    ];

    [Fact]
    public async Task While_nobody_does_anything_the_database_has_next_to_nothing_to_do()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Rarely);
        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select count(*) > 0 and bool_and(state = 'sent') from emails");
        // A session tells the server's statistics of what it did within ten seconds.
        await Task.Delay(TimeSpan.FromSeconds(11), CancellationToken.None);

        const string Transactions =
            "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";
        var before = await app.ValueAsync<long>(Transactions);
        await Task.Delay(TimeSpan.FromSeconds(10), CancellationToken.None);

        // The line between nodes and the health of all parts; a question of each lane each second would be sixty.
        Assert.InRange(await app.ValueAsync<long>(Transactions) - before, 0, 20);
    }

    [Fact]
    public async Task What_becomes_due_between_two_sweeps_is_done_then()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Rarely);
        await app.ExecuteAsync(
            """
            insert into outbox (id, kind, to_address, subject, text, html, message_id, next_attempt_at, created_at)
            select gen_random_uuid(), 'test', 'ada@example.com', 'Hello', 'Hello', '<p>Hello</p>', seconds || '@firm.example',
                now() + seconds * interval '1 second', now()
            from generate_series(2, 4) seconds
            """
        );
        app.Services.GetRequiredService<WorkSignal>().Ring(WorkSignal.Later);

        await app.WaitUntilAsync("select count(*) = 3 and bool_and(state = 'sent') from outbox");

        Assert.True(await app.ValueAsync<bool>("select bool_and(sent_at >= next_attempt_at) from outbox"));
    }
}
