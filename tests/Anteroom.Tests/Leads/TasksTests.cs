using System.Globalization;
using System.Net;
using Anteroom.Leads;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Leads;

/// <summary>Tasks with a day: one button for the usual ones, again and again, and a word in the morning.</summary>
[Trait("Category", "Slow")]
public sealed class TasksTests(TestDatabases databases)
{
    private static async Task AddAsync(HttpClient client, long number, params (string, string)[] values)
    {
        using var added = await LeadPageTests.SendAsync(client, number, "/tasks", values);
        Assert.Equal(HttpStatusCode.SeeOther, added.StatusCode);
    }

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Today_is_where_the_firm_is_and_one_button_sets_it()
    {
        // Noon in London is the next day on Christmas Island.
        var noon = DateTimeOffset.UtcNow.Date.AddHours(12);
        var clock = new FakeTimeProvider(new DateTimeOffset(noon, TimeSpan.Zero));
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:TimeZone", "Pacific/Kiritimati")],
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        await AddAsync(maria, number, ("title", "a"), ("due", "today"), ("due_on", "2099-01-01"));
        await AddAsync(maria, number, ("title", "b"), ("due", "tomorrow"));
        await AddAsync(maria, number, ("title", "c"), ("due", "week"));

        var today = DateOnly.FromDateTime(noon).AddDays(1);
        Assert.Equal(
            [$"a {Day(today)}", $"b {Day(today.AddDays(1))}", $"c {Day(today.AddDays(7))}"],
            await app.TextsAsync("select title || ' ' || due_on from tasks order by title")
        );
    }

    [Fact]
    public async Task A_task_comes_again_when_it_is_done_until_somebody_stops_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        await AddAsync(maria, number, ("title", "Call"), ("due", "today"), ("repeats", "week"));
        Assert.Contains("Every week", (await maria.OpenAsync("/tasks")).Body!.Words(), StringComparison.Ordinal);

        await TickAsync();
        Assert.Equal(
            ["week 7"],
            await app.TextsAsync(
                "select repeats || ' ' || due_on - (select min(due_on) from tasks) from tasks where done_at is null"
            )
        );

        // Done by mistake: the next one goes, or there would be two.
        using (
            await maria.SendFormAsync((await maria.OpenAsync("/tasks?show=done")).Form("/tasks/"), ("done", "false"))
        ) { }
        Assert.Equal(1, await app.CountAsync("tasks"));

        var stop = (await maria.OpenAsync("/tasks")).Form("/tasks/", form => form.ClassName == "repeats");
        using (await maria.SendFormAsync(stop)) { }
        await TickAsync();
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from tasks where done_at is null"));

        async Task TickAsync()
        {
            using var ticked = await maria.SendFormAsync((await maria.OpenAsync("/tasks")).Form("/tasks/"));
            Assert.Equal(HttpStatusCode.SeeOther, ticked.StatusCode);
        }
    }

    [Fact]
    public void What_is_due_on_the_last_day_of_a_month_stays_on_the_last_day()
    {
        var january = new DateOnly(2028, 1, 31);
        var task = new LeadTask
        {
            Id = Guid.NewGuid(),
            LeadId = Guid.NewGuid(),
            Title = "Send the bill",
            DueOn = january,
            Repeats = TaskRepeat.Month,
            MonthDay = 31,
            AssignedTo = Guid.NewGuid(),
            CreatedBy = Guid.NewGuid(),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };

        var february = task.Next(january, DateTimeOffset.UnixEpoch);
        var march = february.Next(january, DateTimeOffset.UnixEpoch);
        var late = task.Next(january.AddDays(100), DateTimeOffset.UnixEpoch);

        Assert.Equal(new DateOnly(2028, 2, 29), february.DueOn);
        Assert.Equal(new DateOnly(2028, 3, 31), march.DueOn);
        Assert.Equal(new DateOnly(2028, 5, 31), late.DueOn);
    }

    [Fact]
    public async Task On_the_morning_of_the_day_one_email_and_a_notification_for_each_task_and_never_again()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        await AddAsync(maria, number, ("title", "Call"), ("due", "today"));
        await AddAsync(maria, number, ("title", "Write"), ("due", "today"));
        await AddAsync(maria, number, ("title", "Rest"), ("due", "tomorrow"));

        await RemindAsync();
        await RemindAsync();

        Assert.Equal(
            ["Due today: Call and 1 more"],
            await app.TextsAsync("select subject from emails where kind = 'tasks_due'")
        );
        var text = await app.ValueAsync<string>("select text from emails where kind = 'tasks_due'");
        Assert.Contains("- Write (Ada Lovelace): ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Rest", text, StringComparison.Ordinal);
        Assert.Equal(
            ["Due today: Call (Ada Lovelace)", "Due today: Write (Ada Lovelace)"],
            await app.TextsAsync("select text from notices order by text")
        );

        async Task RemindAsync()
        {
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<RemindOfTasks>().RunAsync(CancellationToken.None);
        }
    }
}
