using System.Net;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Leads;
using Anteroom.Resumes;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Operations.Maintenance;

/// <summary>What is cleared away, and what must not be.</summary>
[Trait("Category", "Slow")]
public sealed class MaintenanceTests(TestDatabases databases)
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private Task<AnteroomApp> StartAsync(params (string Key, string Value)[] settings) =>
        AnteroomApp.StartAsync(
            databases,
            settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)),
            role: "web",
            adjust: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock))
        );

    /// <summary>Lets time pass without the timers, of which some would go off a million times.</summary>
    private void Pass(TimeSpan time) => _clock.AdjustTime(_clock.GetUtcNow() + time);

    [Fact]
    public async Task Files_without_a_row_are_deleted_a_day_later_and_no_other()
    {
        await using var app = await StartAsync();
        await new Prospect().IsAcceptedAsync(app);
        var kept = Assert.Single(app.KeptFiles());
        var orphan = Path.Combine(Path.GetDirectoryName(kept)!, $"{Guid.CreateVersion7()}.pdf");
        var foreign = Path.Combine(Path.GetDirectoryName(kept)!, "notes.txt");
        var half = Path.Combine(app.Folder, "resumes", "incoming", "half");
        foreach (var file in (string[])[orphan, foreign, half])
            await File.WriteAllTextAsync(file, "x");
        var remove = app.Services.GetRequiredService<RemoveOrphans>();

        Pass(TimeSpan.FromHours(23));
        await remove.RunAsync(CancellationToken.None);
        Assert.True(File.Exists(orphan) && File.Exists(half));

        Pass(TimeSpan.FromHours(2));
        var report = await remove.RunAsync(CancellationToken.None);

        Assert.False(File.Exists(orphan) || File.Exists(half));
        Assert.True(File.Exists(kept) && File.Exists(foreign));
        Assert.Contains("deleted 1 without a lead", report.Summary, StringComparison.Ordinal);
        Assert.Contains("1 of unfinished uploads", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_belongs_to_another_database_is_left_alone()
    {
        await using var app = await StartAsync();
        var folder = Directory.CreateDirectory(Path.Combine(app.Folder, "resumes", "2026", "11", "21")).FullName;
        for (var i = 0; i < 30; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"{Guid.CreateVersion7()}.pdf"), "x");
        Pass(TimeSpan.FromDays(2));

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            app.Services.GetRequiredService<RemoveOrphans>().RunAsync(CancellationToken.None)
        );

        Assert.Contains("30 of 30 resume files", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(30, app.KeptFiles().Count);
    }

    [Fact]
    public async Task Nothing_is_deleted_for_its_age_unless_the_firm_says_so()
    {
        await using var app = await StartAsync();
        await new Prospect().IsAcceptedAsync(app);
        await ExecuteAsync(app, "update leads set status = 'lost'");
        Pass(TimeSpan.FromDays(10_000));

        await app.Services.GetRequiredService<DeleteOldResumes>().RunAsync(CancellationToken.None);
        var report = await app.Services.GetRequiredService<EraseOldLeads>().RunAsync(CancellationToken.None);

        Assert.Equal("Off: Retention:EraseLeadsAfterDays is not set.", report.Summary);
        Assert.Single(app.KeptFiles());
        Assert.Equal(1, await app.CountAsync("leads"));
    }

    [Fact]
    public async Task A_resume_past_its_time_goes_and_the_lead_says_so()
    {
        await using var app = await StartAsync(("Retention:DeleteResumesAfterDays", "30"));
        using var maria = await app.SignedInAsync();
        var old = await new Prospect().IsAcceptedAsync(app);
        Pass(TimeSpan.FromDays(20));
        var young = await new Prospect { Email = "young@example.com" }.IsAcceptedAsync(app);
        Pass(TimeSpan.FromDays(11));
        var delete = app.Services.GetRequiredService<DeleteOldResumes>();

        var report = await delete.RunAsync(CancellationToken.None);
        var again = await delete.RunAsync(CancellationToken.None);

        Assert.Contains("Deleted 1 resumes", report.Summary, StringComparison.Ordinal);
        Assert.Contains("Deleted 0 resumes", again.Summary, StringComparison.Ordinal);
        Assert.Single(app.KeptFiles());
        using var client = await SignedInAgainAsync(app);
        var page = (await client.OpenAsync($"/leads/{old}")).Body!.Words();
        Assert.Contains("because the firm keeps resumes for a limited time", page, StringComparison.Ordinal);
        Assert.Contains("deleted the resume, as the firm keeps resumes for 30 days", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, await StatusAsync(client, $"/leads/{old}/resume"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, $"/leads/{young}/resume"));
        Assert.Equal(
            0,
            await app.ValueAsync<long>(
                "select count(*) from resumes where deleted_at is not null and (file_name <> '' or sha256 <> '')"
            )
        );
        using var api = await app.BearerAsync(Role.Attorney, "daniel");
        var id = await app.ValueAsync<Guid>($"select id from leads where number = {old}");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(api, $"/api/v1/leads/{id}/resume"));
        Assert.Contains(
            "\"resume\":null",
            await api.GetStringAsync(new Uri($"/api/v1/leads/{id}", UriKind.Relative)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_file_whose_deletion_was_interrupted_is_found_as_an_orphan()
    {
        await using var app = await StartAsync(("Retention:DeleteResumesAfterDays", "1"));
        await new Prospect().IsAcceptedAsync(app);
        var file = Assert.Single(app.KeptFiles());
        var content = await File.ReadAllBytesAsync(file);
        Pass(TimeSpan.FromDays(2));
        await app.Services.GetRequiredService<DeleteOldResumes>().RunAsync(CancellationToken.None);
        await File.WriteAllBytesAsync(file, content); // as if killed between row and file

        await app.Services.GetRequiredService<RemoveOrphans>().RunAsync(CancellationToken.None);

        Assert.Empty(app.KeptFiles());
    }

    [Fact]
    public async Task Leads_that_nobody_works_on_are_erased_with_everything_about_them_and_the_counts_stay_right()
    {
        await using var app = await StartAsync(("Retention:EraseLeadsAfterDays", "365"));
        foreach (var status in LeadStatus.All)
        {
            var number = await new Prospect { Email = $"{status}@example.com" }.IsAcceptedAsync(app);
            await ExecuteAsync(app, $"update leads set status = '{status.ToWire()}' where number = {number}");
        }

        Pass(TimeSpan.FromDays(200));
        var recent = await new Prospect { Email = "recent@example.com" }.IsAcceptedAsync(app);
        await ExecuteAsync(app, $"update leads set status = 'lost' where number = {recent}");
        Pass(TimeSpan.FromDays(200));

        var report = await app.Services.GetRequiredService<EraseOldLeads>().RunAsync(CancellationToken.None);

        Assert.Contains("Erased 2 declined or lost leads", report.Summary, StringComparison.Ordinal);
        Assert.Equal(
            ["consultation", "lost", "reached_out", "registered", "retained"],
            await app.TextsAsync("select status from leads order by 1")
        );
        Assert.Equal(5, app.KeptFiles().Count);
        Assert.Equal(5, await app.ValueAsync<long>("select sum(leads)::bigint from lead_counts"));
        foreach (var table in (string[])["emails where to_address like '%'", "activities", "resumes"])
            Assert.Equal(
                0,
                await app.ValueAsync<long>(
                    $"select count(*) from (select lead_id from {table}) rows where lead_id not in (select id from leads)"
                )
            );
        Assert.Equal(
            0,
            await app.ValueAsync<long>("select count(*) from work where subject not in (select id from leads)")
        );
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from emails where to_address ilike 'declined@%'"));
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from lead_search where words @@ 'declined:*'"));
    }

    [Fact]
    public async Task What_has_expired_is_removed_and_what_is_good_stays()
    {
        await using var app = await StartAsync(("Maintenance:ApiTokenDays", "90"));
        using (await app.BearerAsync(Role.Attorney, "maria")) { }
        var maria = await app.ValueAsync<Guid>("select id from users");
        var tokens = app.Services.GetRequiredService<ApiTokens>();
        var old = await tokens.IssueAsync(maria, CancellationToken.None);
        Pass(TimeSpan.FromDays(60));
        var young = await tokens.IssueAsync(maria, CancellationToken.None);
        Pass(TimeSpan.FromDays(60));
        var remove = app.Services.GetRequiredService<RemoveExpired>();

        var report = await remove.RunAsync(CancellationToken.None);

        Assert.Equal("Removed 1 sign-ins of the API, 1 API tokens.", report.Summary);
        Assert.Null(await tokens.FindUserAsync(old, CancellationToken.None));
        Assert.NotNull(await tokens.FindUserAsync(young, CancellationToken.None));
        Assert.Equal("Nothing had expired.", (await remove.RunAsync(CancellationToken.None)).Summary);
    }

    [Fact]
    public async Task The_database_is_analysed_and_what_is_wrong_with_it_reported()
    {
        await using var app = await StartAsync();
        await ExecuteAsync(
            app,
            """
            create table spoiled (id int) with (autovacuum_enabled = false);
            insert into spoiled select generate_series(1, 40000);
            create index ix_spoiled on spoiled (id);
            delete from spoiled where id % 2 = 0
            """
        );
        // Its superuser can mark an index as a broken CREATE INDEX CONCURRENTLY leaves it.
        await ExecuteAsync(app, "update pg_index set indisvalid = false where indexrelid = 'ix_spoiled'::regclass");

        var report = await app.Services.GetRequiredService<CheckDatabase>().RunAsync(CancellationToken.None);

        Assert.Contains("ix_spoiled is invalid: REINDEX INDEX ix_spoiled.", report.Summary, StringComparison.Ordinal);
        Assert.Contains("spoiled is 50 % dead rows", report.Summary, StringComparison.Ordinal);
        Assert.Contains("leads", report.Details, StringComparison.Ordinal);
        Assert.True(
            await app.ValueAsync<bool>("select reltuples >= 0 from pg_class where oid = 'public.leads'::regclass")
        );
    }

    [Fact]
    public async Task Samples_say_what_waits_and_are_kept_for_a_week()
    {
        await using var app = await StartAsync();
        await using var scope = app.Services.CreateAsyncScope();
        var samples = scope.ServiceProvider.GetRequiredService<HealthSamples>();
        await samples.TakeAsync(CancellationToken.None);
        await new Prospect().IsAcceptedAsync(app);
        Pass(TimeSpan.FromMinutes(3));
        await samples.TakeAsync(CancellationToken.None);
        await samples.TakeAsync(CancellationToken.None); // run again at the same instant: harmless

        var taken = await samples.SinceAsync(_clock.GetUtcNow().AddHours(-1), CancellationToken.None);

        Assert.Equal([0L, 1], taken.Select(sample => sample.LeadsWaiting));
        var last = taken[^1];
        Assert.Equal((1, 1), (last.MailWaiting, last.WorkWaiting));
        Assert.InRange(last.MailOldestSeconds, 179, 181);
        Assert.InRange(last.LeadsOldestSeconds, 179, 181);
        Assert.True(last is { DatabaseBytes: > 0, DiskFreeBytes: > 0, MemoryBytes: > 0, DatabaseConnections: > 0 });
        Pass(HealthSamples.Kept);
        await app.Services.GetRequiredService<RemoveExpired>().RunAsync(CancellationToken.None);
        Assert.Single(await samples.SinceAsync(DateTimeOffset.MinValue, CancellationToken.None));
    }

    // A clock that has gone on by weeks has ended the sign-in.
    private static async Task<HttpClient> SignedInAgainAsync(AnteroomApp app)
    {
        var client = app.NewClient();
        using (await client.SignInAsync("maria", AnteroomApp.Password)) { }
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(new Uri(address, UriKind.Relative));
        return answer.StatusCode;
    }

    private static async Task ExecuteAsync(AnteroomApp app, string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
