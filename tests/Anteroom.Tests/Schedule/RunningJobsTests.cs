using Anteroom.Schedule;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Anteroom.Tests.Schedule;

/// <summary>Jobs that run by Quartz's clustered store, on one node and on several.</summary>
[Trait("Category", "Slow")]
public sealed class RunningJobsTests(TestDatabases databases)
{
    private const string History = "quartz.qrtz_execution_history";

    [Fact]
    public async Task A_run_asked_for_on_a_node_that_only_serves_pages_is_done_by_a_worker_and_stands_in_the_history()
    {
        await using var web = await AnteroomApp.StartAsync(databases, role: "web");
        await web.ValueAsync<object?>("vacuum"); // another test may have left many dead rows in this database
        await using var worker = await WorkerAsync(web.Database.ConnectionString);
        using var admin = await web.SignedInAsync(Role.Administrator, "ruth");

        var page = await admin.OpenAsync("/admin/schedule/database");
        using (await admin.SendFormAsync(page.Form("/admin/schedule/database/run"))) { }
        await web.WaitUntilAsync($"select exists (select from {History} where job_name = 'database')");

        page = await admin.OpenAsync("/admin/schedule/database");
        var words = page.Body!.Words();
        Assert.Contains("Succeeded", words, StringComparison.Ordinal);
        Assert.Contains("run by hand", words, StringComparison.Ordinal);
        Assert.Contains("Nothing to worry about.", words, StringComparison.Ordinal);
        Assert.Contains("ix_leads_number", page.QuerySelector(".report")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(
            "Succeeded",
            (await admin.OpenAsync("/admin/schedule")).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_run_that_fails_is_shown_with_its_error_and_the_schedule_goes_on()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Backup:Folder"] = "/dev/null/backups",
                ["Logging:LogLevel:Quartz"] = "None",
            },
            schedule: true
        );
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");

        await RunAsync(app, "backup");
        await app.WaitUntilAsync($"select exists (select from {History} where job_name = 'backup' and not succeeded)");

        var list = (await admin.OpenAsync("/admin/schedule")).Body!.Words();
        Assert.Contains("Failed", list, StringComparison.Ordinal);
        var page = await admin.OpenAsync("/admin/schedule/backup");
        Assert.Contains("/dev/null", page.QuerySelector(".runs .j-error")!.Words(), StringComparison.Ordinal);
        // Its history is written a moment before the trigger is let go.
        await app.WaitUntilAsync(
            "select trigger_state = 'WAITING' from quartz.qrtz_triggers where trigger_name = 'backup' and trigger_type = 'CRON'"
        );
    }

    [Fact]
    public async Task Each_firing_is_run_once_on_however_many_nodes()
    {
        await using var one = await WorkerAsync(await databases.CreateAsync());
        await using var two = await WorkerAsync(one.Database.ConnectionString);

        await one
            .Services.GetRequiredService<Timetable>()
            .ChangeAsync(Job("health"), JobSchedule.Stored("0/1 * * * * ?"), "the test", CancellationToken.None);
        await one.WaitUntilAsync($"select count(*) >= 8 from {History} where job_name = 'health'");

        // The last of them may be late, and share a second with the next; on both nodes, each second would have two.
        Assert.True(
            await one.ValueAsync<bool>(
                $"select count(*) <= 2 + (max(fired_time) - min(fired_time)) / 10000000 from {History} where job_name = 'health'"
            )
        );
    }

    [Fact]
    public async Task After_downtime_a_job_that_was_missed_many_times_is_run_once()
    {
        var database = await databases.CreateAsync();
        await using (var before = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web"))
        {
            await before.Services.GetRequiredService<Timetable>().OpenAsync(CancellationToken.None);
            await ExecuteAsync(
                before,
                $"update quartz.qrtz_triggers set next_fire_time = {DateTimeOffset.UtcNow.AddHours(-50).UtcTicks} where job_name = 'expired'"
            );
        }

        await using var after = await WorkerAsync(database);
        await after.WaitUntilAsync($"select exists (select from {History} where job_name = 'expired')");
        await after.WaitUntilAsync(
            $"select next_fire_time > {DateTimeOffset.UtcNow.UtcTicks} from quartz.qrtz_triggers where job_name = 'expired'"
        );

        Assert.Equal(1, await after.ValueAsync<long>($"select count(*) from {History} where job_name = 'expired'"));
    }

    [Fact]
    public async Task What_a_killed_node_was_running_is_run_again_by_another()
    {
        var database = await databases.CreateAsync();
        await using (var before = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web"))
        {
            await before.Services.GetRequiredService<Timetable>().OpenAsync(CancellationToken.None);
            // What a node leaves that died an hour ago in the middle of a run.
            var then = DateTimeOffset.UtcNow.AddHours(-1).UtcTicks;
            await ExecuteAsync(
                before,
                $"""
                insert into quartz.qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
                values ('anteroom', 'dead', {then}, 10000);
                insert into quartz.qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time,
                    sched_time, priority, state, job_name, job_group, is_nonconcurrent, requests_recovery)
                values ('anteroom', 'dead1', 'orphans', 'anteroom', 'dead', {then}, {then}, 5, 'EXECUTING', 'orphans', 'anteroom', true, true);
                update quartz.qrtz_triggers set trigger_state = 'BLOCKED' where trigger_name = 'orphans'
                """
            );
        }

        await using var after = await WorkerAsync(database);
        await after.WaitUntilAsync($"select exists (select from {History} where job_name = 'orphans' and succeeded)");

        await after.WaitUntilAsync(
            "select trigger_state = 'WAITING' from quartz.qrtz_triggers where trigger_name = 'orphans' and trigger_type = 'CRON'"
        );
        Assert.Equal(1, await after.ValueAsync<long>($"select count(*) from {History} where job_name = 'orphans'"));
    }

    private static RecurringJob Job(string key) => JobList.Find(key)!;

    private static Task RunAsync(AnteroomApp app, string job) =>
        app.Services.GetRequiredService<Timetable>().RunNowAsync(Job(job), CancellationToken.None);

    private Task<AnteroomApp> WorkerAsync(string database) =>
        AnteroomApp.StartAsync(
            databases,
            connectionString: database,
            role: "worker",
            schedule: true,
            adjust: services =>
                services.Configure<QuartzSchedulerOptions>(options => options.IdleWaitTime = TimeSpan.FromSeconds(1))
        );

    private static async Task ExecuteAsync(AnteroomApp app, string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
