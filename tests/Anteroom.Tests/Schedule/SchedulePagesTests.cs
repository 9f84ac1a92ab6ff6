using System.Net;
using Anteroom.Schedule;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Schedule;

/// <summary>What an administrator sees and changes of the schedule, on nodes that run nothing themselves.</summary>
[Trait("Category", "Slow")]
public sealed class SchedulePagesTests(TestDatabases databases)
{
    [Fact]
    public async Task The_page_lists_every_job_with_what_it_does_and_when()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");

        var page = await admin.OpenAsync("/admin/schedule");

        var words = page.Body!.Words();
        Assert.Contains("No node with the role worker or all has started", words, StringComparison.Ordinal);
        foreach (var job in JobList.All)
        {
            Assert.Contains(job.Label, words, StringComparison.Ordinal);
            Assert.Contains(job.Does, words, StringComparison.Ordinal);
            Assert.Contains(job.Default.ToWords(), words, StringComparison.Ordinal);
        }

        using var none = await admin.GetAsync(new Uri("/admin/schedule/nothing", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_schedule_changed_on_one_node_holds_on_all_and_is_kept_over_restarts_and_time_zones()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth", "Ruth Bader");

        using (
            var changed = await ChangeAsync(admin, "backup", ("kind", "weekly"), ("days", "Saturday"), ("at", "02:15"))
        )
            Assert.Equal(HttpStatusCode.SeeOther, changed.StatusCode);

        await using var other = await AnteroomApp.StartAsync(
            databases,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Firm:TimeZone"] = "America/New_York" },
            app.Database.ConnectionString,
            role: "web"
        );
        await other.Services.GetRequiredService<Timetable>().OpenAsync(CancellationToken.None);
        using var there = other.NewClient();
        using (await there.SignInAsync("ruth", AnteroomApp.Password)) { }
        var words = (await there.OpenAsync("/admin/schedule/backup")).Body!.Words();
        Assert.Contains("Every Saturday at 02:15", words, StringComparison.Ordinal);
        Assert.Contains("set by Ruth Bader", words, StringComparison.Ordinal);
        // The same hours by the firm's clock, which is another now.
        Assert.Contains("02:15 UTC-0", words, StringComparison.Ordinal);
        Assert.Equal(
            ["America/New_York"],
            await app.TextsAsync("select distinct time_zone_id from quartz.qrtz_cron_triggers")
        );

        using (
            var reset = await there.SendFormAsync(
                (await there.OpenAsync("/admin/schedule/backup")).Form("/admin/schedule/backup/default")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, reset.StatusCode);
        words = (await admin.OpenAsync("/admin/schedule/backup")).Body!.Words();
        Assert.Contains("Every day at 03:00", words, StringComparison.Ordinal);
        Assert.Contains("the default", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_schedule_is_shown_again_with_the_reason_and_a_good_one_can_be_looked_at_first()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");

        using (var wrong = await ChangeAsync(admin, "orphans", ("kind", "cron"), ("cron", "0 0 25 * * ?")))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
            var page = await wrong.PageAsync();
            Assert.Contains(
                "Hour values must be between 0 and 23",
                page.QuerySelector("#f-cron-error")!.Words(),
                StringComparison.Ordinal
            );
            Assert.Equal("0 0 25 * * ?", page.QuerySelector("#f-cron")!.GetAttribute("value"));
        }

        using (
            var look = await ChangeAsync(admin, "orphans", ("kind", "daily"), ("at", "23:10"), ("action", "preview"))
        )
        {
            Assert.Equal(HttpStatusCode.OK, look.StatusCode);
            var runs = (await look.PageAsync()).QuerySelectorAll(".next-runs li").Select(run => run.Words()).ToList();
            Assert.Equal(5, runs.Count);
            Assert.All(runs, run => Assert.Contains("23:10", run, StringComparison.Ordinal));
        }

        Assert.Contains(
            "Every day at 04:00",
            (await admin.OpenAsync("/admin/schedule/orphans")).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_paused_job_stays_so_when_its_schedule_changes_until_it_is_resumed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");

        await PostAsync(admin, "expired", "pause");
        using (await ChangeAsync(admin, "expired", ("kind", "minutes"), ("minutes", "5"))) { }

        Assert.Contains(
            "Paused",
            (await admin.OpenAsync("/admin/schedule/expired")).Body!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal("PAUSED", await StateAsync(app, "expired"));
        await PostAsync(admin, "expired", "resume");
        Assert.Equal("WAITING", await StateAsync(app, "expired"));
    }

    [Fact]
    public async Task A_job_that_is_resumed_does_not_make_up_for_the_pause()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");
        await PostAsync(admin, "expired", "pause");
        var yesterday = DateTimeOffset.UtcNow.AddDays(-1).UtcTicks;
        await using (
            var back = app.Database.CreateCommand(
                $"update quartz.qrtz_triggers set next_fire_time = {yesterday} where job_name = 'expired'"
            )
        )
            await back.ExecuteNonQueryAsync();

        await PostAsync(admin, "expired", "resume");

        Assert.True(
            await app.ValueAsync<long>("select next_fire_time from quartz.qrtz_triggers where job_name = 'expired'")
                > DateTimeOffset.UtcNow.UtcTicks
        );
        Assert.Equal("WAITING", await StateAsync(app, "expired"));
    }

    private static Task<string> StateAsync(AnteroomApp app, string job) =>
        app.ValueAsync<string>($"select trigger_state from quartz.qrtz_triggers where trigger_name = '{job}'");

    private static async Task<HttpResponseMessage> ChangeAsync(
        HttpClient admin,
        string job,
        params (string, string)[] values
    )
    {
        var page = await admin.OpenAsync($"/admin/schedule/{job}");
        if (values.All(value => value.Item1 != "action"))
            values = [.. values, ("action", "save")];
        return await admin.SendFormAsync(page.Form($"/admin/schedule/{job}", Is($"/admin/schedule/{job}")), values);
    }

    private static async Task PostAsync(HttpClient admin, string job, string what)
    {
        var page = await admin.OpenAsync($"/admin/schedule/{job}");
        using var answer = await admin.SendFormAsync(page.Form($"/admin/schedule/{job}/{what}"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    private static Func<AngleSharp.Html.Dom.IHtmlFormElement, bool> Is(string action) =>
        form => form.GetAttribute("action") == action;
}
