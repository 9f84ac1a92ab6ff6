using Anteroom.Leads;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Leads;

/// <summary>Submissions that arrive together share a transaction, and get their attorneys in it.</summary>
public sealed class CommitTogetherTests(TestDatabases databases)
{
    private const string Waiting = "select count(*) from work where kind = 'assign' and state = 'queued'";

    private const string Transactions = "select count(distinct xmin::text) from leads";

    // The workers look for nothing: what is there was done by the submissions.
    private Task<AnteroomApp> StartAsync() =>
        AnteroomApp.StartAsync(
            databases,
            [new("Outreach:Assign", "true"), new("RateLimits:Enabled", "false")],
            role: "web"
        );

    private static Task<long[]> SubmitAsync(AnteroomApp app, int count) =>
        Task.WhenAll(
            Enumerable.Range(0, count).Select(i => new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app))
        );

    [Fact]
    public async Task Many_at_once_take_few_transactions_and_are_shared_out_evenly()
    {
        await using var app = await StartAsync();
        foreach (var name in (string[])["maria", "john", "ruth"])
            await app.CreateUserAsync(Role.Attorney, name);

        await SubmitAsync(app, 40);

        Assert.Equal(
            ["13", "13", "14"],
            await app.TextsAsync("select count(*)::text from leads group by assigned_to order by count(*)")
        );
        Assert.InRange(await app.ValueAsync<long>(Transactions), 1, 30);
        Assert.Equal(0, await app.ValueAsync<long>(Waiting));
        // Each attorney is told of each lead, and has five minutes.
        Assert.Equal(40, await app.ValueAsync<long>("select count(*) from emails where kind = 'assigned'"));
        Assert.Equal(40, await app.ValueAsync<long>("select count(*) from work where kind = 'reach_out'"));
    }

    [Fact]
    public async Task A_lead_has_its_attorney_from_the_moment_it_is_there()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");

        var number = await new Prospect().IsAcceptedAsync(app);

        Assert.Equal(
            1,
            await app.ValueAsync<long>(
                """
                select count(distinct x::text) from (
                    select xmin x from leads union all select xmin from outbox union all select xmin from activities
                    union all select xmin from work union all select xmin from audit where kind = 'leads_changed') rows
                """
            )
        );
        Assert.Equal(
            ["submitted the form", "assigned this lead to maria, the least busy"],
            await app.TextsAsync("select summary from activities order by id")
        );
        Assert.Equal(
            [$"Anteroom: assigned to maria, 1 lead: {number}"],
            await app.TextsAsync("select actor || ': ' || summary from audit where kind = 'leads_changed'")
        );
    }

    [Fact]
    public async Task One_double_click_among_many_is_one_lead_and_the_others_do_not_suffer()
    {
        await using var app = await StartAsync();
        var twice = new Prospect { Email = "twice@example.com", Token = Guid.NewGuid().ToString() };

        var many = SubmitAsync(app, 10);
        var numbers = await Task.WhenAll(twice.IsAcceptedAsync(app), twice.IsAcceptedAsync(app));
        await many;

        Assert.Equal(numbers[0], numbers[1]);
        Assert.Equal(11, await app.CountAsync("leads"));
        Assert.Equal(11, app.KeptFiles().Count);
    }

    [Fact]
    public async Task Who_waits_for_an_attorney_comes_before_a_new_lead()
    {
        await using var app = await StartAsync();
        await SubmitAsync(app, 2);
        await app.CreateUserAsync(Role.Attorney, "maria");

        await new Prospect { Email = "later@example.com" }.IsAcceptedAsync(app);

        Assert.Equal(3, await app.ValueAsync<long>(Waiting));
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from leads where assigned_to is not null"));
    }

    [Fact]
    public async Task While_nobody_is_available_new_leads_queue_up_behind_the_others_without_a_look()
    {
        await using var app = await StartAsync();
        await new Prospect { FirstName = "First" }.IsAcceptedAsync(app);
        await AssignDueAsync(app); // nobody: the administrators are told, the condition begins

        await SubmitAsync(app, 3);

        Assert.Equal(
            ["4 waiting, 0 due"],
            await app.TextsAsync(
                $"""
                select count(*) filter (where last_error = '{AssignLeads.Waiting}') || ' waiting, ' || count(*) filter (where next_attempt_at <= now()) || ' due'
                from work where kind = 'assign' and state = 'queued'
                """
            )
        );
    }

    [Fact]
    public async Task Who_becomes_free_has_as_many_looked_at_as_there_may_be_room_for_and_only_what_he_takes()
    {
        await using var app = await StartAsync();
        await new Prospect { FirstName = "First" }.IsAcceptedAsync(app);
        await AssignDueAsync(app);
        for (var i = 0; i < 4; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        await app.ExecuteAsync(
            """
            update leads set practice_area = case when number <= 2 then 'Family law' when number <= 4 then 'Immigration' end
            """
        );

        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        await app.ExecuteAsync("update work set next_attempt_at = now() + interval '1 minute' where kind = 'assign'");
        await app.ExecuteAsync(
            $"update users set practice_areas = array['Immigration'], capacity = 2 where id = '{maria.Id}'"
        );

        Assert.Equal(
            ["3", "4"],
            await app.TextsAsync(
                "select number::text from leads join work on subject = leads.id where kind = 'assign' and next_attempt_at <= now() order by number"
            )
        );
        await AssignDueAsync(app);
        await app.ExecuteAsync("update leads set status = 'declined', closed_at = now() where number = 3");
        await AssignDueAsync(app);
        Assert.Equal(
            ["3", "4", "5"],
            await app.TextsAsync("select number::text from leads where assigned_to is not null order by number")
        );
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from conditions"));
    }

    private static Task AssignDueAsync(AnteroomApp app) =>
        app.Services.GetRequiredService<DoWork>().RunDueAsync(WorkKind.Assign, CancellationToken.None);

    [Fact]
    public async Task A_submission_does_not_wait_for_another_node_that_is_assigning()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");
        await using var other = await app.Database.OpenConnectionAsync();
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await AttorneysAtWork.LockAsync(other, CancellationToken.None);
            await new Prospect().IsAcceptedAsync(app);
        }

        Assert.Equal(1, await app.ValueAsync<long>(Waiting));
    }
}
