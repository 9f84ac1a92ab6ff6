using Anteroom.Admin;
using Anteroom.Schedule;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>Every week the newest backup is restored where it harms nobody, and compared.</summary>
[Trait("Category", "Slow")]
public sealed class RestoreDrillTests(TestDatabases databases)
{
    [Fact]
    public async Task The_newest_backup_is_restored_into_scratch_space_and_compared_and_nothing_is_left()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        Assert.Equal("There is no backup yet that could be restored.", (await DrillAsync(app)).Summary);
        await new Prospect { Message = "Tab\there, \\back\\slash" }.IsAcceptedAsync(app);
        await new Prospect { Email = "second@example.com", Resume = SampleFiles.Pdf(3_000) }.IsAcceptedAsync(app);
        var made = await BackupTests.MakeAsync(app);

        var report = await DrillAsync(app);

        Assert.StartsWith(
            $"Restored {made.Backup.Name} into a PostgreSQL of its own",
            report.Summary,
            StringComparison.Ordinal
        );
        Assert.Contains("and 2 files, all as they were backed up.", report.Summary, StringComparison.Ordinal);
        Assert.Contains("public.leads: 2 rows, SHA-256 ", report.Details, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(app.Folder, "drill")));
        Assert.Equal(2, await app.CountAsync("leads"));
        Assert.Equal(0, await app.CountAsync("conditions"));
    }

    [Fact]
    public async Task A_backup_whose_rows_are_not_what_the_manifest_says_fails_the_drill_and_is_an_alarm_until_one_succeeds()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        await new Prospect().IsAcceptedAsync(app);
        var made = await BackupTests.MakeAsync(app);
        var manifest = Path.Combine(made.Backup.Path, "manifest.json");
        var honest = await File.ReadAllTextAsync(manifest);
        // The file is whole by its hash; only a restore shows that a row is missing.
        var leads = honest.IndexOf("\"public.leads\"", StringComparison.Ordinal);
        var rows = honest.IndexOf("\"rows\": 1", leads, StringComparison.Ordinal);
        await File.WriteAllTextAsync(manifest, $"{honest[..rows]}\"rows\": 2{honest[(rows + 9)..]}");

        var failure = await Assert.ThrowsAsync<DrillFailedException>(() => DrillAsync(app));

        Assert.Equal("public.leads has 1 rows when it is restored, and had 2 when it was backed up.", failure.Message);
        Assert.False(Directory.Exists(Path.Combine(app.Folder, "drill")));
        Assert.Contains(
            "could not be restored in the drill",
            await app.ValueAsync<string>("select detail from conditions where name = 'restore_drill'"),
            StringComparison.Ordinal
        );
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");
        Assert.Contains(
            "could not be restored in the drill",
            (await admin.OpenAsync("/admin/operations")).Body!.Words(),
            StringComparison.Ordinal
        );

        await File.WriteAllTextAsync(manifest, honest);
        await DrillAsync(app);
        Assert.Equal(0, await app.CountAsync("conditions"));
    }

    [Fact]
    public async Task Without_programs_of_PostgreSQL_a_database_beside_the_firms_is_used_or_it_says_why_not()
    {
        var nowhere = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Database:Binaries"] = "/nowhere" };
        await using var app = await AnteroomApp.StartAsync(databases, nowhere, role: "web", alone: true);
        await new Prospect().IsAcceptedAsync(app);
        var made = await BackupTests.MakeAsync(app);

        var report = await DrillAsync(app);

        Assert.StartsWith(
            $"Restored {made.Backup.Name} into the database anteroom_drill_",
            report.Summary,
            StringComparison.Ordinal
        );
        Assert.Equal(
            0,
            await app.ValueAsync<long>("select count(*) from pg_database where datname like 'anteroom_drill_%'")
        );

        await databases.ExecuteAsync(
            "do $$ begin if not exists (select from pg_roles where rolname = 'drill_owner') then create role drill_owner; end if; end $$"
        );
        var connection = new NpgsqlConnectionStringBuilder(app.Database.ConnectionString);
        await databases.ExecuteAsync($"alter database {connection.Database} owner to drill_owner");
        await databases.ExecuteAsync($"grant drill_owner to current_user");
        await using (
            var give = app.Database.CreateCommand(
                "grant all on schema public, quartz to drill_owner; grant all on all tables in schema public, quartz to drill_owner; grant all on all sequences in schema public, quartz to drill_owner"
            )
        )
            await give.ExecuteNonQueryAsync();
        connection.Options = "-c role=drill_owner";
        nowhere["Backup:Folder"] = Path.Combine(app.Folder, "backups");
        await using var limited = await AnteroomApp.StartAsync(
            databases,
            nowhere,
            connection.ConnectionString,
            role: "web"
        );

        report = await DrillAsync(limited);

        Assert.StartsWith($"{made.Backup.Name} was not restored: ", report.Summary, StringComparison.Ordinal);
        Assert.Contains("Give its role CREATEDB", report.Summary, StringComparison.Ordinal);
    }

    private static async Task<JobReport> DrillAsync(AnteroomApp app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<RestoreDrill>()
            .RunAsync(TestContext.Current.CancellationToken);
    }
}
