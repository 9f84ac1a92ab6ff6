using System.Net;
using System.Text.Json;
using Anteroom.Admin;
using Anteroom.Data;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Operations;

/// <summary>What operators see of queues and do with them, on the pages and on every node.</summary>
[Trait("Category", "Slow")]
public sealed class QueueControlTests(TestDatabases databases)
{
    private const string Confirmation = "/admin/queues/emails.confirmation";

    private static async Task<string> WordsAsync(HttpClient client, string address) =>
        (await client.OpenAsync(address)).Body!.Words();

    /// <summary>Failed work of a kind that nobody does in these tests by itself, the oldest first.</summary>
    private static Task AddWorkAsync(AnteroomApp app, int count, string state = "failed", string? error = null) =>
        app.ExecuteAsync(
            $"""
            insert into work (id, kind, subject, state, attempts, next_attempt_at, created_at, last_error, finished_at)
            select gen_random_uuid(), 'reach_out', gen_random_uuid(), '{state}', 3, now() - interval '1 minute',
                now() - interval '1 day' - number * interval '1 second', {(error is null ? "null" : $"'{error}'")},
                case '{state}' when 'done' then now() end
            from generate_series(1, {count}) number
            """
        );

    [Fact]
    public async Task A_paused_kind_waits_on_every_node_and_over_restarts_while_others_go_on_and_goes_on_when_resumed()
    {
        var database = await databases.CreateAsync();
        await using var folder = new TemporaryFolder();
        KeyValuePair<string, string?>[] settings =
        [
            new("Resumes:Folder", folder.Path),
            new("Firm:NotifyAddresses", "desk@firm.example"),
        ];
        await using (var first = await AnteroomApp.StartAsync(databases, settings, database))
        {
            using var root = await first.SignedInAsync(Role.Administrator, "root");
            using var answer = await root.SendFormAsync(
                (await root.OpenAsync(Confirmation)).Form($"{Confirmation}/pause")
            );
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.Contains("Paused by root", await WordsAsync(root, Confirmation), StringComparison.Ordinal);
            await new Prospect().IsAcceptedAsync(first);
            await first.WaitUntilAsync("select state = 'sent' from emails where kind = 'notification'");
        }

        await using var second = await AnteroomApp.StartAsync(databases, settings, database);
        await using var third = await AnteroomApp.StartAsync(databases, settings, database);
        using var grace = await second.SignedInAsync(Role.Administrator, "grace");
        await new Prospect { Email = "second@example.com" }.IsAcceptedAsync(second);
        await second.WaitUntilAsync(
            "select count(*) = 2 and bool_and(state = 'sent') from emails where kind = 'notification'"
        );
        Assert.Equal(
            "2|0|queued",
            await second.ValueAsync<string>(
                "select concat_ws('|', count(*), sum(attempts), min(state)) from emails where kind = 'confirmation'"
            )
        );
        await second.ExecuteAsync(
            "update outbox set next_attempt_at = now() - interval '5 minutes' where kind = 'confirmation'"
        );
        Assert.Contains(
            "Confirmation email Paused",
            await WordsAsync(grace, "/admin/queues"),
            StringComparison.Ordinal
        );
        using var health = await second.Client.GetAsync(new Uri("/health/", UriKind.Relative));
        Assert.Contains("\"work\":\"ok\"", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using (await grace.SendFormAsync((await grace.OpenAsync(Confirmation)).Form($"{Confirmation}/resume"))) { }

        await second.WaitUntilAsync("select bool_and(state = 'sent') from emails where kind = 'confirmation'");
        Assert.Equal(0, await second.CountAsync("queue_controls"));
        Assert.Equal(
            ["paused the queue Confirmation email", "resumed the queue Confirmation email"],
            await second.TextsAsync("select summary from audit where kind = 'queue_settled' order by at")
        );
    }

    [Fact]
    public async Task A_limit_counts_for_all_nodes_together_and_other_kinds_of_the_channel_have_none()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var page = await root.OpenAsync("/admin/queues/work.reach_out");
        using (var wrong = await root.SendFormAsync(page.Form("/admin/queues/work.reach_out/limit"), ("limit", "0")))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
            Assert.Contains("whole number from 1", (await wrong.PageAsync()).Body!.Words(), StringComparison.Ordinal);
        }

        using (await root.SendFormAsync(page.Form("/admin/queues/work.reach_out/limit"), ("limit", "60"))) { }
        await AddWorkAsync(app, 40, "queued");
        var claims = app.Services.GetRequiredService<WorkClaims>();
        var other = new WorkClaims(
            app.Database,
            new Claims(app.Database, new Node(), TimeProvider.System),
            TimeProvider.System
        );
        // One is there at once, and one more a second; no more than ten seconds' worth gathers.
        await app.ExecuteAsync("update queue_controls set tokens = 1, tokens_at = now() + interval '1 minute'");
        Assert.Equal(1, await BothAsync());
        await app.ExecuteAsync("update queue_controls set tokens = 0, tokens_at = now() - interval '1 hour'");
        Assert.Equal(10, await BothAsync());
        Assert.InRange(await BothAsync(), 0, 5);

        using (
            await root.SendFormAsync(
                (await root.OpenAsync("/admin/queues/work.reach_out")).Form("/admin/queues/work.reach_out/limit"),
                ("limit", "")
            )
        ) { }
        Assert.InRange(await BothAsync(), 24, 40);

        async Task<int> BothAsync() =>
            (
                await Task.WhenAll(
                    ((WorkClaims[])[claims, other]).Select(each =>
                        each.ClaimAsync(WorkKind.ReachOut, 100, TimeSpan.FromMinutes(5), CancellationToken.None)
                    )
                )
            ).Sum(claimed => claimed.Count);
    }

    [Fact]
    public async Task An_item_shows_its_tries_with_their_errors_and_node_and_nothing_of_the_prospect()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect { Email = "ada.secret@example.com" }.IsAcceptedAsync(app);
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using var operations = await app.SignedInAsync(Role.Operator, "otto");
        await AddWorkAsync(app, 1, "queued");
        var claims = app.Services.GetRequiredService<WorkClaims>();
        for (var attempt = 0; attempt < 25; attempt++)
        {
            var item = Assert.Single(
                await claims.ClaimAsync(WorkKind.ReachOut, 1, TimeSpan.FromMinutes(1), CancellationToken.None)
            );
            await claims.FailedAsync(
                item,
                $"number {attempt} was refused by ada.secret@example.com",
                attempt == 24 ? null : TimeSpan.FromMinutes(-1)
            );
        }

        var work = await app.ValueAsync<Guid>("select id from work where attempts = 28");
        var node = app.Services.GetRequiredService<Node>().Id;
        var words = await WordsAsync(operations, $"/admin/queues/work.reach_out/{work}");

        Assert.Contains("number 24 was refused by a…@example.com", words, StringComparison.Ordinal);
        Assert.Contains("number 5 was", words, StringComparison.Ordinal);
        Assert.DoesNotContain("number 4 was", words, StringComparison.Ordinal); // the latest twenty
        Assert.DoesNotContain("ada.secret", words, StringComparison.Ordinal);
        Assert.Equal(node, await app.ValueAsync<int>("select ran_on from work where attempts = 28"));

        var mail = await app.ValueAsync<Guid>("select id from emails where kind = 'confirmation'");
        var page = await operations.OpenAsync($"/admin/queues/emails.confirmation/{mail}");
        Assert.DoesNotContain("ada.secret", page.DocumentElement.OuterHtml, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(page.QuerySelectorAll("main form"), form => form.GetAttribute("method") == "post");
        Assert.DoesNotContain($"/leads/{number}", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        var own = await root.OpenAsync($"/admin/queues/emails.confirmation/{mail}");
        Assert.Contains($"href=\"/leads/{number}\"", own.DocumentElement.OuterHtml, StringComparison.Ordinal);
        using (await root.SendFormAsync(own.Form("/admin/queues/discard"))) { }
        Assert.Equal("cancelled", await app.ValueAsync<string>("select state from emails where kind = 'confirmation'"));
        using var gone = await root.GetAsync(new Uri($"/admin/queues/emails.welcome/{mail}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Running_an_item_now_makes_it_due_and_keeps_what_is_being_done()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await AddWorkAsync(app, 1, "queued");
        await app.ExecuteAsync("update work set next_attempt_at = now() + interval '3 hours'");
        var address = $"/admin/queues/work.reach_out/{await app.ValueAsync<Guid>("select id from work")}";
        var form = (await root.OpenAsync(address)).Form("/admin/queues/retry");

        using (var answer = await root.SendFormAsync(form))
            Assert.Equal(address, answer.Headers.Location?.ToString());
        Assert.True(await app.ValueAsync<bool>("select next_attempt_at <= now() and attempts = 3 from work"));

        await app.ExecuteAsync("update work set state = 'working', next_attempt_at = 'infinity'");
        using (await root.SendFormAsync(form)) { }
        Assert.True(await app.ValueAsync<bool>("select state = 'working' and next_attempt_at = 'infinity' from work"));
        Assert.Contains("Running", await WordsAsync(root, address), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state=failed", 5)]
    [InlineData("state=failed&error=timed+out", 3)]
    [InlineData("state=failed&error=TIMED", 3)]
    [InlineData("state=failed&error=nothing+like+it", 0)]
    [InlineData("state=failed&queue=work.assign", 0)]
    [InlineData("state=failed&queue=work.reach_out&age=over_1d", 5)]
    [InlineData("state=failed&age=1h", 0)]
    [InlineData("state=waiting", 4)]
    [InlineData("state=retrying", 1)]
    [InlineData("state=done", 7)]
    [InlineData("state=any&queue=work.reach_out", 15)]
    public async Task Items_are_found_by_state_error_kind_and_age(string query, int found)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await AddWorkAsync(app, 3, error: "The scanner at 10.1.2.3:3310 timed out after 123456 ms.");
        await AddWorkAsync(app, 2, error: "42703: column \"capacity\" does not exist");
        await AddWorkAsync(app, 1, "queued", "The scanner is away.");
        await AddWorkAsync(app, 2, "queued");
        await AddWorkAsync(app, 7, "done");
        await app.ExecuteAsync(
            "insert into outbox (id, channel, kind, to_address, text, message_id, next_attempt_at, created_at) values (gen_random_uuid(), 'sms', 'reminder', '1', 'x', 'x', now(), now())"
        );

        var page = await root.OpenAsync($"/admin/queues?{query}");

        Assert.Equal(found, page.QuerySelectorAll(".dead-letter").Length);
    }

    [Fact]
    public async Task Pages_of_items_follow_one_another_without_gaps_and_wrong_addresses_are_refused()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await AddWorkAsync(app, 60);
        await app.ExecuteAsync("update work set created_at = date_trunc('day', now())"); // all at one instant

        var first = await root.OpenAsync("/admin/queues");
        var second = await root.OpenAsync(first.QuerySelector("a[rel=next]")!.GetAttribute("href")!);

        var ids = first.QuerySelectorAll(".dead-letter").Concat(second.QuerySelectorAll(".dead-letter"));
        Assert.Equal(60, ids.Select(item => item.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Null(second.QuerySelector("a[rel=next]"));
        foreach (var wrong in (string[])["state=nowhere", "queue=emails.nothing", "age=old", "after=1", "after=x_y"])
        {
            using var answer = await root.GetAsync(new Uri($"/admin/queues?{wrong}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task An_act_on_many_is_asked_for_once_goes_on_after_a_restart_and_meets_nothing_twice()
    {
        var database = await databases.CreateAsync();
        await using (var web = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web"))
        {
            using var root = await web.SignedInAsync(Role.Administrator, "root");
            await AddWorkAsync(web, 2_300, error: "The scanner timed out.");
            await AddWorkAsync(web, 4, error: "Something else.");
            var page = await root.OpenAsync("/admin/queues?error=timed+out");
            Assert.Contains("Discard all (2,300)", page.Body!.Words(), StringComparison.Ordinal);
            using (await root.SendFormAsync(page.Form("/admin/queues/discard"))) { }
            Assert.Contains("0 of 2,300", await WordsAsync(root, "/admin/queues"), StringComparison.Ordinal);
            // Half of it is done when the process ends.
            var work = web.Services.GetRequiredService<SettleMany>();
            await using var connection = await web.Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var item = Assert.Single(
                await web
                    .Services.GetRequiredService<WorkClaims>()
                    .ClaimAsync(WorkKind.SettleItems, 1, TimeSpan.FromMinutes(1), CancellationToken.None)
            );
            var turn = new WorkTurn(connection, [item], DateTimeOffset.UtcNow);
            await work.RunAsync(turn, CancellationToken.None);
            Assert.True(await web.Services.GetRequiredService<WorkClaims>().EndAsync(turn, CancellationToken.None));
            await transaction.CommitAsync();
            Assert.Equal(2_000, await web.ValueAsync<long>("select done from queue_acts"));
        }

        await using var next = await AnteroomApp.StartAsync(databases, connectionString: database);
        await next.WaitUntilAsync("select finished_at is not null from queue_acts");
        Assert.Equal(2_300, await next.ValueAsync<long>("select done from queue_acts"));
        Assert.Equal(
            "2300|4",
            await next.ValueAsync<string>(
                "select concat_ws('|', count(*) filter (where state = 'cancelled'), count(*) filter (where state = 'failed')) from work"
            )
        );
        Assert.Equal(
            ["took off 2,300: everything that failed with “timed out”"],
            await next.TextsAsync("select summary from audit where kind = 'queue_settled'")
        );
    }

    [Fact]
    public async Task An_act_that_is_stopped_does_no_more()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await AddWorkAsync(app, 3);
        using (await root.SendFormAsync((await root.OpenAsync("/admin/queues")).Form("/admin/queues/discard"))) { }

        using (await root.SendFormAsync((await root.OpenAsync("/admin/queues")).Form("/admin/queues/acts/"))) { }
        await app.Services.GetRequiredService<DoWork>().RunDueAsync(WorkKind.SettleItems, CancellationToken.None);

        Assert.Equal(3, await app.ValueAsync<long>("select count(*) from work where state = 'failed'"));
        Assert.Contains("0 of 3, stopped by root", await WordsAsync(root, "/admin/queues"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_done_is_counted_survives_a_restart_and_is_the_same_sum_when_minutes_become_hours()
    {
        var database = await databases.CreateAsync();
        await using (var first = await AnteroomApp.StartAsync(databases, connectionString: database))
        {
            await new Prospect().IsAcceptedAsync(first);
            await first.WaitUntilAsync(
                "select coalesce(sum(items), 0) = 1 from queue_minutes where kind = 'confirmation'"
            );
        }

        await using var next = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        using var root = await next.SignedInAsync(Role.Administrator, "root");
        Assert.Equal(
            1,
            await next.ValueAsync<decimal>(
                "select sum(items) from queue_minutes where queue = 'email' and kind = 'confirmation' and outcome >= 0"
            )
        );
        var page = await root.OpenAsync("/admin/queues");
        Assert.Equal("1", page.QuerySelector("[id='q-emails.confirmation'] .q-done")!.TextContent.Trim());

        await next.ExecuteAsync("update queue_minutes set at = at - interval '2 days'");
        var before = await next.ValueAsync<decimal>("select sum(items) from queue_minutes");
        await next.Services.GetRequiredService<QueueTally>().RollUpAsync(CancellationToken.None);
        Assert.Equal(0, await next.CountAsync("queue_minutes"));
        Assert.Equal(before, await next.ValueAsync<decimal>("select sum(items) from queue_hours"));
        var charts = next.Services.GetRequiredService<QueueCharts>();
        Assert.Equal(0, (await charts.ReadAsync(null, ChartSpan.Day, CancellationToken.None)).Sum(step => step.Done));
        Assert.Equal(
            1,
            (
                await charts.ReadAsync(QueueName.Parse("emails.confirmation"), ChartSpan.Week, CancellationToken.None)
            ).Sum(step => step.Done)
        );
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(11, 1)]
    [InlineData(1000, 12)]
    [InlineData(600_000_000, QueueTally.LastStep)]
    public void A_wait_belongs_to_the_first_step_that_is_not_shorter(long milliseconds, int step)
    {
        var wait = TimeSpan.FromMilliseconds(milliseconds);

        Assert.Equal(step, QueueTally.StepOf(wait));
        if (step < QueueTally.LastStep)
            Assert.True(QueueTally.WaitOf(step) >= wait);
    }

    [Fact]
    public async Task Any_search_reads_a_page_of_rows_however_many_have_ended()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        await app.ExecuteAsync(
            """
            insert into work (id, kind, subject, state, attempts, next_attempt_at, created_at, last_error, finished_at)
            select gen_random_uuid(), (array['reach_out', 'assign', 'scan_resume'])[1 + number % 3], gen_random_uuid(),
                case when number % 50 = 0 then 'failed' when number % 7 = 0 then 'cancelled' else 'done' end, 1, now(),
                now() - number * interval '1 second',
                case when number % 50 = 0 then case when number > 30000 then 'The scanner timed out.' else 'refused by ' || number || '123456' end end, now()
            from generate_series(1, 40000) number
            """
        );
        var read = new List<(string Question, long Rows, string Plan)>();
        foreach (
            var filter in (QueueFilter[])
                [
                    new(null, ItemState.Failed),
                    new(null, ItemState.Any),
                    new(null, ItemState.Done),
                    new(QueueName.Parse("work.assign"), ItemState.Done),
                    new(null, ItemState.Failed, "timed out"),
                    new(null, ItemState.Failed, "no such error"),
                    new(null, ItemState.Any, "refused"),
                    new(null, ItemState.Retrying),
                    new(
                        null,
                        ItemState.Done,
                        From: DateTimeOffset.UtcNow.AddHours(-9),
                        To: DateTimeOffset.UtcNow.AddHours(-5)
                    ),
                    new(null, ItemState.Canceled, To: DateTimeOffset.UtcNow.AddHours(-8)),
                ]
        )
        {
            await using var batch = app.Database.CreateBatch();
            QueueSearch.AddPage(batch, filter, after: null, "explain (analyze, format json)");
            await using var reader = await batch.ExecuteReaderAsync();
            await reader.NextResultAsync();
            await reader.ReadAsync();
            var plan = reader.GetString(0);
            read.Add((filter.ToString(), Rows(JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan")), plan));
        }

        // A page, of each kind and state that is there.
        Assert.All(
            read,
            each => Assert.True(each.Rows < 1_000, $"{each.Question} reads {each.Rows} rows: {each.Plan}")
        );
    }

    /// <summary>How many rows of tables a plan has read, those that it dropped included.</summary>
    private static long Rows(JsonElement plan)
    {
        var loops = plan.GetProperty("Actual Loops").GetDouble();
        var own = plan.TryGetProperty("Relation Name", out _)
            ? (Number("Actual Rows") + Number("Rows Removed by Filter") + Number("Rows Removed by Index Recheck"))
                * loops
            : 0;
        return (long)own + (plan.TryGetProperty("Plans", out var parts) ? parts.EnumerateArray().Sum(Rows) : 0);

        double Number(string name) => plan.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
    }
}
