using System.Globalization;
using System.Net;
using AngleSharp.Html.Dom;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Leads;

/// <summary>What is due when, and leads put together, in the list itself.</summary>
public sealed class DueDateTests(TestDatabases databases)
{
    [Fact]
    public async Task A_due_date_is_set_in_the_row_for_the_next_task_or_for_a_new_one()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        var number = await new Prospect { FirstName = "Ann" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        Assert.Equal("–", Due(await maria.OpenAsync("/leads")));

        await SetAsync(maria, number, "tomorrow");
        Assert.StartsWith("Tomorrow", Due(await maria.OpenAsync("/leads")), StringComparison.Ordinal);
        Assert.Equal("Follow up", await app.ValueAsync<string>("select title from tasks"));

        // The task that is due first is the one that moves.
        using (await LeadPageTests.SendAsync(maria, number, "/tasks", ("title", "Send the contract"))) { }
        await SetAsync(maria, number, "week");
        await SetAsync(maria, number, $"{today:yyyy-MM-dd}");
        Assert.StartsWith("Today", Due(await maria.OpenAsync("/leads")), StringComparison.Ordinal);
        Assert.Equal(2, await app.CountAsync("tasks"));
        Assert.Equal(today, await app.ValueAsync<DateOnly>("select due_on from tasks where title = 'Follow up'"));
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"set the task “Follow up” due {today:MMM d, yyyy}"),
            (await maria.OpenAsync($"/leads/{number}")).Body!.Words(),
            StringComparison.Ordinal
        );

        await app.ExecuteAsync("update tasks set due_on = due_on - 2 where title = 'Follow up'");
        Assert.EndsWith("overdue", Due(await maria.OpenAsync("/leads")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "", HttpStatusCode.UnprocessableEntity)]
    [InlineData(1, "yesterday", HttpStatusCode.UnprocessableEntity)]
    [InlineData(1, "2026-02-30", HttpStatusCode.UnprocessableEntity)]
    [InlineData(2, "today", HttpStatusCode.NotFound)]
    public async Task A_day_or_a_lead_that_is_none_is_refused(long number, string when, HttpStatusCode expected)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        Assert.Equal(expected, await SendAsync(maria, number, when));

        Assert.Equal(0, await app.CountAsync("tasks"));
    }

    [Fact]
    public async Task An_attorney_sets_no_date_for_what_is_out_of_sight()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        using var daniel = await app.SignedInAsync(Role.Attorney, "daniel");
        await app.ExecuteAsync("update leads set assigned_to = (select id from users where user_name = 'daniel')");

        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(maria, number, "today"));
    }

    [Fact]
    public async Task Leads_of_a_page_stand_together_by_status_person_area_source_and_due_date()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect { PracticeArea = "Family" }.IsAcceptedAsync(app);
        await new Prospect().IsAcceptedAsync(app);
        var third = await new Prospect { PracticeArea = "Family" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        await app.ExecuteAsync(
            $"update leads set status = 'reached_out', reached_out_at = created_at where number = {third}"
        );
        await SetAsync(maria, third, "today");

        Assert.Equal(["Registered 2", "Reached out 1"], await HeadsAsync("status"));
        Assert.Equal(["Family 2", "No practice area 1"], await HeadsAsync("practice_area"));
        Assert.Equal(["Unassigned 3"], await HeadsAsync("attorney"));
        Assert.Equal(["Public form 3"], await HeadsAsync("source"));
        Assert.Equal(["Today 1", "No task 2"], await HeadsAsync("due"));
        Assert.Empty(await HeadsAsync("none"));

        var page = await maria.OpenAsync("/leads?group=practice_area");
        var alone = page.QuerySelector(".group-row a")!.GetAttribute("href")!;
        Assert.Equal(2, (await maria.OpenAsync(alone)).QuerySelectorAll("tbody tr[id]").Length);
        using var wrong = await maria.GetAsync(new Uri("/leads?group=color", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);

        async Task<string[]> HeadsAsync(string group) =>
            [
                .. (await maria.OpenAsync($"/leads?group={group}"))
                    .QuerySelectorAll(".group-row")
                    .Select(row => row.Words().Split(" on this page")[0]),
            ];
    }

    private static string Due(IHtmlDocument list) => list.QuerySelector(".c-due summary")!.Words();

    private static async Task SetAsync(HttpClient client, long number, string when) =>
        Assert.Equal(HttpStatusCode.SeeOther, await SendAsync(client, number, when));

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, long number, string when)
    {
        var form = (await client.OpenAsync("/leads")).QuerySelector("#row-form")!;
        form.SetAttribute("action", $"/leads/{number}/due?when={when}");
        using var answer = await client.SendFormAsync((IHtmlFormElement)form);
        return answer.StatusCode;
    }
}
