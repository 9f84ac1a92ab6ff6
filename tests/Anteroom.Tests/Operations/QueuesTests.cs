using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;
using Anteroom.Tests.Outreach;
using Anteroom.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Operations;

/// <summary>What was given up waits for a person, who tries it again or takes it off.</summary>
[Trait("Category", "Slow")]
public sealed class QueuesTests(TestDatabases databases)
{
    private const string Broken = "alter table users rename column capacity to capacity_gone";
    private const string Mended = "alter table users rename column capacity_gone to capacity";

    [Fact]
    public async Task Work_that_fails_is_tried_with_growing_delays_given_up_and_done_when_a_person_says_so()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [new("Work:MaxAttempts", "4")]
        );
        using var root = await firm.App.SignedInAsync(Role.Administrator, "root");
        await firm.DoAsync(Broken);
        await new Prospect().IsAcceptedAsync(firm.App);

        var delays = new List<double>();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await firm.App.WaitUntilAsync(
                $"select attempts = {attempt} and state = 'queued' and last_error is not null from work where kind = 'assign'"
            );
            var next = await firm.App.ValueAsync<DateTime>("select next_attempt_at from work where kind = 'assign'");
            delays.Add((next - firm.Clock.GetUtcNow().UtcDateTime).TotalSeconds);
            firm.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await firm.App.WaitUntilAsync("select attempts = 4 and state = 'failed' from work where kind = 'assign'");
        Assert.All(
            delays.Zip([5d, 10, 20]),
            pair => Assert.InRange(pair.First, pair.Second * 0.79, pair.Second * 1.21)
        );
        await firm.DoAsync(Mended);
        var page = await root.OpenAsync("/admin/queues");
        Assert.Contains("Give out new leads, lead 1", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("42703", page.Body!.Words(), StringComparison.Ordinal);

        using var answer = await root.SendFormAsync(page.Form("/admin/queues/retry"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        await firm.IsAssignedAsync(1, "maria");
        Assert.Contains(
            "had it tried again: Give out new leads",
            await firm.App.TextsAsync("select summary from activities where actor = 'root'")
        );
        Assert.Contains(
            "It is being done in the background.",
            (await root.OpenAsync("/admin/queues")).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task All_that_failed_of_a_kind_is_tried_again_or_taken_off_at_once_and_other_kinds_stay()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            new SmtpServerSettings { Refuse = [new("recipient", "example.com", 550, "5.1.1 no such user", Times: 3)] },
            new KeyValuePair<string, string?>("Outreach:Enabled", "false")
        );
        using var root = await firm.App.SignedInAsync(Role.Administrator, "root");
        for (var i = 0; i < 3; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync("select count(*) = 3 from emails where state = 'failed'");
        await firm.DoAsync(
            "insert into work (id, kind, subject, state, attempts, next_attempt_at, created_at) values (gen_random_uuid(), 'reach_out', gen_random_uuid(), 'failed', 9, now() - interval '1 hour', now() - interval '1 hour')"
        );

        var page = await root.OpenAsync("/admin/queues?queue=emails.confirmation");
        Assert.Equal(3, page.QuerySelectorAll(".dead-letter").Length);
        using (await root.SendFormAsync(page.Form("/admin/queues/retry"))) { }
        await firm.App.WaitUntilAsync("select count(*) = 3 from emails where kind = 'confirmation' and state = 'sent'");
        Assert.Equal(1, await firm.App.ValueAsync<long>("select count(*) from work where state = 'failed'"));
        await firm.App.WaitUntilAsync("select done = 3 and total = 3 and finished_at is not null from queue_acts");
        Assert.Contains(
            "3 of 3, finished",
            (await root.OpenAsync("/admin/queues")).Body!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "had tried again 3: everything that failed of Confirmation email",
            await firm.App.ValueAsync<string>("select summary from audit where kind = 'queue_settled'")
        );

        page = await root.OpenAsync("/admin/queues?queue=work.reach_out");
        using (await root.SendFormAsync(page.Form("/admin/queues/discard"))) { }
        await firm.App.WaitUntilAsync("select state = 'cancelled' from work where attempts = 9");
        Assert.Contains(
            "Nothing has failed here",
            (await root.OpenAsync("/admin/queues")).Body!.Words(),
            StringComparison.Ordinal
        );
        using var wrong = await root.GetAsync(new Uri("/admin/queues?queue=emails.nothing", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Who_lost_the_lease_changes_nothing_and_the_work_of_a_dead_worker_comes_back()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, []);
        await firm.DoAsync(
            $"""
            insert into work (id, kind, subject, state, attempts, next_attempt_at, created_at, claim, leased_until)
            values (gen_random_uuid(), 'reach_out', gen_random_uuid(), 'working', 1, now(), now(), gen_random_uuid(), '{firm.Clock.GetUtcNow().AddMinutes(
                1
            ):O}')
            """
        );
        var claim = await firm.App.ValueAsync<Guid>("select claim from work");
        firm.Clock.Advance(TimeSpan.FromMinutes(2));
        await firm.App.WaitUntilAsync("select state = 'done' and attempts = 2 from work");

        var claims = firm.App.Services.GetRequiredService<WorkClaims>();
        await claims.FailedAsync(
            new WorkItem
            {
                Id = await firm.App.ValueAsync<Guid>("select id from work"),
                Kind = WorkKind.ReachOut,
                Subject = Guid.Empty,
                NextAttemptAt = firm.Clock.GetUtcNow(),
                CreatedAt = firm.Clock.GetUtcNow(),
                Claim = claim,
            },
            "too late",
            delay: null
        );

        Assert.Equal("done", await firm.App.ValueAsync<string>("select state from work"));
    }
}
