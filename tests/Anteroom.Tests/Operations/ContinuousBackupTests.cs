using System.Globalization;
using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Anteroom.Tests.Resumes.Stores;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>Any moment can be restored: with the product as a process, its own PostgreSQL, and an archive on disk or in a bucket.</summary>
[Trait("Category", "Slow")]
public sealed class ContinuousBackupTests(S3Server server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_moment_between_two_leads_comes_back_elsewhere_with_its_files_and_nothing_that_came_later(
        bool inBucket
    )
    {
        await using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Backup__Continuous"] = inBucket ? "s3" : "disk",
            ["Backup__ContinuousEvery"] = "00:00:02",
            ["Backup__EncryptionKeys"] = Keys.Old,
        };
        if (inBucket)
            foreach (var (key, value) in await server.NewBucketAsync())
                if (key.StartsWith("Bucket:", StringComparison.Ordinal))
                    environment[$"Backup__{key.Replace(":", "__", StringComparison.Ordinal)}"] = value!;
        var resume = SampleFiles.Pdf(5_000);
        DateTime between;
        await using (var product = await RunningProduct.StartAsync(folder.Path, environment))
        {
            await using var database = Database(folder.Path);
            // The base is there when its segments are.
            await database.WaitUntilAsync(
                "select exists (select from pg_replication_slots where slot_name = 'anteroom_archive')"
            );
            await SubmitAsync(product, "first@example.com", resume);
            await ArchivedAsync(database);
            await ArchivedAsync(database);
            between = await database.ValueAsync<DateTime>("select clock_timestamp()");
            await Task.Delay(50, Cancellation);
            await SubmitAsync(product, "second@example.com", resume);
            await ExecuteAsync(
                database,
                "update leads set message = 'overwritten by mistake' where email = 'first@example.com'"
            );
            await ArchivedAsync(database);
        }

        // The disk with the data folder is gone; the archive is not.
        var backups = Path.Combine(folder.Path, "kept");
        if (!inBucket)
            Directory.Move(Path.Combine(folder.Path, "data", "backups"), backups);
        Directory.Delete(Path.Combine(folder.Path, "data"), recursive: true);
        string[] from = inBucket ? [] : [backups];
        var at = between.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

        var (verified, whole) = await RunningProduct.RunAsync(
            folder.Path,
            ["backup", "verify", "--data", "data"],
            new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["Backup__Folder"] = backups }
        );
        Assert.True(verified == 0, whole);
        Assert.Contains("is as it was made: 1 bases", whole, StringComparison.Ordinal);

        var (locked, sentence) = await RunningProduct.RunAsync(
            folder.Path,
            ["restore", "--at", at, .. from, "--data", "locked"],
            environment
                .Where(pair => pair.Key != "Backup__EncryptionKeys")
                .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)
        );
        Assert.Equal(1, locked);
        Assert.Contains("Backups are encrypted with the key 2026", sentence, StringComparison.Ordinal);

        var (restored, said) = await RunningProduct.RunAsync(
            folder.Path,
            ["restore", "--at", at, .. from, "--data", "back"],
            environment
        );
        Assert.True(restored == 0, said);
        Assert.Contains("1 leads, 1 files", said, StringComparison.Ordinal);
        Assert.Equal(
            resume,
            await File.ReadAllBytesAsync(
                Directory
                    .GetFiles(Path.Combine(folder.Path, "back", "resumes"), "*.pdf", SearchOption.AllDirectories)
                    .Single(),
                Cancellation
            )
        );
        await using (await RunningProduct.StartAsync(folder.Path, data: "back"))
        {
            await using var database = Database(folder.Path, "back");
            Assert.Equal(
                "first@example.com",
                await database.ValueAsync<string>("select string_agg(email || coalesce(message, ''), ',') from leads")
            );
            Assert.False(await database.ValueAsync<bool>("select pg_is_in_recovery()"));
            await SubmitToAsync(database);
        }

        var (latest, words) = await RunningProduct.RunAsync(
            folder.Path,
            ["restore", "--at", "latest", .. from, "--data", "latest"],
            environment
        );
        Assert.True(latest == 0, words);
        Assert.Contains("2 leads, 2 files", words, StringComparison.Ordinal);

        foreach (
            var (moment, why) in new[]
            {
                ("2001-01-01T00:00:00Z", "The continuous backup begins at"),
                ("2099-01-01T00:00:00Z", "The continuous backup ends before"),
            }
        )
        {
            var (refused, reason) = await RunningProduct.RunAsync(
                folder.Path,
                ["restore", "--at", moment, .. from, "--data", "never"],
                environment
            );
            Assert.Equal(1, refused);
            Assert.Contains(why, reason, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(folder.Path, "never", "postgres")));
        }

        if (!inBucket)
        {
            // A segment that is lost is named, and so is one that was changed.
            var segments = Directory
                .GetFiles(Path.Combine(backups, "continuous", "wal"))
                .Order(StringComparer.Ordinal)
                .ToList();
            File.Delete(segments[^2]);
            var bytes = await File.ReadAllBytesAsync(segments[^1], Cancellation);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(segments[^1], bytes, Cancellation);
            var (broken, named) = await RunningProduct.RunAsync(
                folder.Path,
                ["backup", "verify", "--data", "data"],
                new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["Backup__Folder"] = backups }
            );
            Assert.Equal(2, broken);
            Assert.Contains(
                $"The segment {Path.GetFileName(segments[^2])} behind the base",
                named,
                StringComparison.Ordinal
            );
            Assert.Contains(
                $"The segment {Path.GetFileName(segments[^1])} in {backups}/continuous is damaged.",
                named,
                StringComparison.Ordinal
            );
        }

        var (there, force) = await RunningProduct.RunAsync(
            folder.Path,
            ["restore", "--at", at, .. from, "--data", "latest"],
            environment
        );
        Assert.Equal(1, there);
        Assert.Contains("add --force: then it is moved aside first", force, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_was_not_held_gets_a_new_base_before_it_goes_on()
    {
        await using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Backup__Continuous"] = "disk",
            ["Backup__ContinuousEvery"] = "00:00:01",
        };
        await using (await RunningProduct.StartAsync(folder.Path, environment))
        {
            await using var database = Database(folder.Path);
            await database.WaitUntilAsync(
                "select exists (select from pg_replication_slots where slot_name = 'anteroom_archive')"
            );
            await ArchivedAsync(database);
        }

        var bases = Path.Combine(folder.Path, "data", "backups", "continuous", "bases");
        var first = Assert.Single(Directory.GetDirectories(bases));
        // Off for a while: nothing holds the log any more.
        environment["Backup__Continuous"] = "";
        await using (await RunningProduct.StartAsync(folder.Path, environment))
        {
            await using var database = Database(folder.Path);
            await database.WaitUntilAsync("select not exists (select from pg_replication_slots)");
        }

        environment["Backup__Continuous"] = "disk";
        await using (await RunningProduct.StartAsync(folder.Path, environment))
        {
            await using var database = Database(folder.Path);
            var patience = DateTime.UtcNow.AddMinutes(1);
            while (
                !Directory
                    .GetDirectories(bases)
                    .Any(path => path != first && File.Exists(Path.Combine(path, "base.json")))
            )
            {
                Assert.True(DateTime.UtcNow < patience, "No new base was made.");
                await Task.Delay(100, Cancellation);
            }

            // The new base ends the alarm.
            await database.WaitUntilAsync("select not exists (select from conditions where name = 'archive_gap')");
        }
    }

    private static async Task SubmitAsync(RunningProduct product, string email, byte[] resume)
    {
        using var form = new Prospect { Email = email, Resume = resume }.ToForm();
        using var answer = await product.Client.PostAsync(new Uri("/", UriKind.Relative), form, Cancellation);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    // What was restored can be written to.
    private static Task SubmitToAsync(NpgsqlDataSource database) =>
        ExecuteAsync(database, "update leads set message = 'after the restore'");

    /// <summary>Everything that is written now is in the archive.</summary>
    private static async Task ArchivedAsync(NpgsqlDataSource database)
    {
        var now = await database.ValueAsync<string>("select pg_current_wal_insert_lsn()::text");
        await database.WaitUntilAsync(
            $"select exists (select from pg_replication_slots where slot_name = 'anteroom_archive' and restart_lsn > '{now}')",
            3
        );
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static NpgsqlDataSource Database(string folder, string data = "data") =>
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder
            {
                Host = File.ReadAllText(Path.Combine(folder, data, "postgres.socket")).Trim(),
                Username = "anteroom",
                Database = "anteroom",
                SslMode = SslMode.Disable,
                GssEncryptionMode = GssEncryptionMode.Disable,
            }
        );
}
