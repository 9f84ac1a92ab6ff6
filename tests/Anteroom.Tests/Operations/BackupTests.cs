using System.Net;
using Anteroom.Admin;
using Anteroom.Host;
using Anteroom.Schedule;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>Backups that are made while the firm works, and what comes back of them.</summary>
[Trait("Category", "Slow")]
public sealed class BackupTests(TestDatabases databases)
{
    [Fact]
    public async Task A_backup_made_while_submissions_go_on_brings_the_firm_back_elsewhere()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using (await app.SignedInAsync(Role.Administrator, "ruth", "Ruth O'Bader \\ \"R\"")) { }
        var bytes = SampleFiles.Pdf();
        var first = await new Prospect
        {
            FirstName = "Zoë\\N",
            Message = "Tab\there, \\back\\slash,\nnew line, and \\.",
            Resume = bytes,
        }.IsAcceptedAsync(app);
        await app
            .Services.GetRequiredService<Timetable>()
            .ChangeAsync(JobList.Find("backup")!, JobSchedule.DailyAt(1, 23), "Ruth", CancellationToken.None);
        using var enough = new CancellationTokenSource();
        var going = Task.WhenAll(Enumerable.Range(0, 3).Select(lane => GoOnAsync(app, lane, enough.Token)));
        await app.WaitUntilAsync("select count(*) > 10 from leads");

        var made = await MakeAsync(app);

        await enough.CancelAsync();
        await going;
        var manifest = made.Backup.Manifest;
        Assert.InRange(manifest.RowsOf("public.leads"), 11, await app.CountAsync("leads"));
        // One instant: every lead of it with its resume, its emails and its timeline.
        Assert.Equal(manifest.RowsOf("public.leads"), manifest.RowsOf("public.resumes"));
        Assert.Equal(manifest.RowsOf("public.leads"), manifest.Resumes.Count);
        Assert.Equal(manifest.RowsOf("public.leads") * 2, manifest.RowsOf("public.outbox"));
        Assert.Empty(manifest.MissingResumes);

        var empty = await databases.CreateEmptyAsync();
        await using var folder = new TemporaryFolder();
        await RestoreAsync(await AsOwnerAsync(empty), folder.Path, made.Backup.Path);
        await using var back = await AnteroomApp.StartAsync(
            databases,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Resumes:Folder"] = Path.Combine(folder.Path, "resumes"),
            },
            empty,
            role: "web"
        );
        Assert.Equal(manifest.RowsOf("public.leads"), await back.CountAsync("leads"));
        // Whoever kept a copy of the leads by the feed of changes has to start again.
        Assert.Equal(0, await back.CountAsync("lead_changes"));
        Assert.Equal(
            manifest.RowsOf("public.leads"),
            await back.ValueAsync<long>("select sum(leads)::bigint from lead_counts")
        );
        foreach (
            var sql in (string[])
                [
                    $"select row_to_json(leads)::text from leads where number = {first}",
                    $"select row_to_json(users)::text from users",
                    $"select row_to_json(emails)::text from emails where lead_id = (select id from leads where number = {first}) order by id",
                ]
        )
            Assert.Equal(await app.TextsAsync(sql), await back.TextsAsync(sql));
        using var ruth = back.NewClient();
        using (var signedIn = await ruth.SignInAsync("ruth", AnteroomApp.Password))
            Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.Equal(bytes, await ruth.GetByteArrayAsync(new Uri($"/leads/{first}/resume", UriKind.Relative)));
        Assert.Contains(
            "Every day at 01:23",
            (await ruth.OpenAsync("/admin/schedule/backup")).Body!.Words(),
            StringComparison.Ordinal
        );
        var last = await back.ValueAsync<long>("select max(number) from leads");
        Assert.True(await new Prospect { Email = "next@example.com" }.IsAcceptedAsync(back) > last);
        Assert.Contains(
            "Tab\there",
            (await ruth.OpenAsync($"/leads/{first}")).Body!.TextContent,
            StringComparison.Ordinal
        );
        await databases.DropAsync(empty);
    }

    [Fact]
    public async Task Days_share_their_files_and_what_is_old_goes()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            role: "web",
            adjust: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock))
        );
        await new Prospect().IsAcceptedAsync(app);
        var first = await MakeAsync(app);
        clock.Advance(TimeSpan.FromDays(5));
        await new Prospect { Email = "second@example.com" }.IsAcceptedAsync(app);
        Directory.CreateDirectory(Path.Combine(app.Folder, "backups", ".2026-01-01T03-00-00Z"));

        var second = await MakeAsync(app);

        Assert.Equal((1, 0), (second.NewFiles, second.Pruned));
        Assert.Equal(2, PoolFiles(app).Length);
        Assert.False(Directory.Exists(Path.Combine(app.Folder, "backups", ".2026-01-01T03-00-00Z")));
        await ExecuteAsync(app, "delete from leads where number = 1");
        clock.Advance(TimeSpan.FromDays(3));
        var third = await MakeAsync(app);
        Assert.Equal((0, 1), (third.NewFiles, third.Pruned));
        Assert.False(Directory.Exists(first.Backup.Path));
        Assert.Equal(2, PoolFiles(app).Length); // the second day's backup still has the lead that is gone
        clock.Advance(TimeSpan.FromDays(9));
        await MakeAsync(app);
        Assert.Single(PoolFiles(app));
        var names = (await app.Services.GetRequiredService<BackupFolder>().ListAsync(CancellationToken.None)).Select(
            backup => backup.Name
        );
        Assert.Single(names);
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_before_anything_is_changed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        var made = await MakeAsync(app);
        var file = Path.Combine(made.Backup.Path, "public.outbox.copy.gz");
        var content = await File.ReadAllBytesAsync(file);
        content[^20] ^= 1;
        await File.WriteAllBytesAsync(file, content);
        var empty = await databases.CreateEmptyAsync();
        await using var folder = new TemporaryFolder();

        var refusal = await Assert.ThrowsAsync<CannotStartException>(() =>
            RestoreAsync(empty, folder.Path, made.Backup.Path)
        );

        Assert.Contains("public.outbox.copy.gz is not what was written", refusal.Message, StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(empty);
        await using var command = source.CreateCommand("select to_regclass('leads') is null");
        Assert.True((bool)(await command.ExecuteScalarAsync())!);

        File.Delete(PoolFiles(app).Single());
        content[^20] ^= 1;
        await File.WriteAllBytesAsync(file, content);
        refusal = await Assert.ThrowsAsync<CannotStartException>(() =>
            RestoreAsync(empty, folder.Path, made.Backup.Path)
        );
        Assert.Contains("is missing. Nothing was changed.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_with_leads_is_only_overwritten_when_that_is_asked_for()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        var made = await MakeAsync(app);
        var database = await databases.CreateAsync();
        await using (var other = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web"))
            await new Prospect { Email = "other@example.com" }.IsAcceptedAsync(other);
        NpgsqlConnection.ClearAllPools();
        await using var folder = new TemporaryFolder();

        var refusal = await Assert.ThrowsAsync<CannotStartException>(() =>
            RestoreAsync(database, folder.Path, made.Backup.Path)
        );
        Assert.Contains("has leads", refusal.Message, StringComparison.Ordinal);

        await RestoreAsync(database, folder.Path, made.Backup.Path, force: true);
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("select email from leads");
        Assert.Equal("ada@example.com", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_resume_that_the_store_has_lost_or_damaged_is_named_and_the_rest_backed_up()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        await new Prospect { Email = "second@example.com" }.IsAcceptedAsync(app);
        await new Prospect { Email = "third@example.com" }.IsAcceptedAsync(app);
        File.Delete(app.KeptFiles()[0]);
        await File.AppendAllTextAsync(app.KeptFiles()[0], "damage");

        var made = await MakeAsync(app);

        Assert.Equal(2, made.Backup.Manifest.MissingResumes.Count);
        Assert.Equal(1, made.Backup.Manifest.Resumes.Count);
        Assert.Contains("2 MISSING OR DAMAGED", MakeBackup.Words(made), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_back_up_beside_a_running_product_list_and_restore_into_another_folder()
    {
        await using var folder = new TemporaryFolder();
        string backup;
        await using (var product = await RunningProduct.StartAsync(folder.Path))
        {
            using var form = new Prospect().ToForm();
            using (var answer = await product.Client.PostAsync(new Uri("/", UriKind.Relative), form))
                Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            var (exit, output) = await RunningProduct.RunAsync(folder.Path, ["backup", "--data", "data"]);
            Assert.True(exit == 0, output);
            Assert.Contains("1 leads, 1 files (1 new)", output, StringComparison.Ordinal);
            backup = output.Split('\n').Last(line => line.StartsWith('/')).Trim(); // lines of the log come when they come
        }

        var (_, list) = await RunningProduct.RunAsync(folder.Path, ["backups", "--data", "data"]);
        Assert.Contains(Path.GetFileName(backup), list, StringComparison.Ordinal);
        var (restored, said) = await RunningProduct.RunAsync(folder.Path, ["restore", backup, "--data", "elsewhere"]);
        Assert.True(restored == 0, said);
        Assert.Contains("1 leads, 1 files", said, StringComparison.Ordinal);
        var (again, refusal) = await RunningProduct.RunAsync(folder.Path, ["restore", backup, "--data", "elsewhere"]);
        Assert.Equal(1, again);
        Assert.Contains("add --force", refusal, StringComparison.Ordinal);
    }

    /// <summary>As somebody who owns the database and has no other right.</summary>
    private async Task<string> AsOwnerAsync(string database)
    {
        var connection = new NpgsqlConnectionStringBuilder(database) { Options = "-c role=plain_owner" };
        await databases.ExecuteAsync(
            $"do $$ begin if not exists (select from pg_roles where rolname = 'plain_owner') then create role plain_owner; end if; end $$"
        );
        await databases.ExecuteAsync($"alter database {connection.Database} owner to plain_owner");
        return connection.ConnectionString;
    }

    private static async Task GoOnAsync(AnteroomApp app, int lane, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
            await new Prospect { Email = $"p{lane}-{i}@example.com" }.IsAcceptedAsync(app);
    }

    internal static async Task<MakeBackupResult.Made> MakeAsync(AnteroomApp app) =>
        Assert.IsType<MakeBackupResult.Made>(
            await app.Services.GetRequiredService<MakeBackup>().MakeAsync(CancellationToken.None)
        );

    private static string[] PoolFiles(AnteroomApp app) =>
        Directory.GetFiles(Path.Combine(app.Folder, "backups", "files"), "*", SearchOption.AllDirectories);

    internal static async Task RestoreAsync(
        string database,
        string folder,
        string backup,
        bool force = false,
        string? keys = null
    )
    {
        await using var installation = await Installation.OpenAsync(
            new CommandLine
            {
                Command = "restore",
                Data = folder,
                Port = 0,
            },
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ConnectionStrings:Anteroom"] = database,
                ["Logging:LogLevel:Default"] = "Warning",
                ["Backup:EncryptionKeys"] = keys,
            },
            CancellationToken.None
        );
        await using var app = global::Anteroom.App.Build(installation);
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RestoreBackup>().RunAsync(backup, force, CancellationToken.None);
    }

    private static async Task ExecuteAsync(AnteroomApp app, string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
