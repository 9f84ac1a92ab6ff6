using System.Net;
using Anteroom.Admin;
using Anteroom.Host;
using Anteroom.Resumes;
using Anteroom.Tests.App;
using Anteroom.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>Files change their store, and are encrypted, while the firm goes on working; and what the doctor says of them.</summary>
[Trait("Category", "Slow")]
public sealed class MovingFilesTests(TestDatabases databases, S3Server server)
{
    private const int Leads = 8;

    private static async Task<MovedFiles> MoveAsync(AnteroomApp app) =>
        await app.Services.GetRequiredService<MoveFiles>().RunAsync(_ => { }, CancellationToken.None);

    private static string[] OnDisk(AnteroomApp app) =>
        [
            .. app.KeptFiles()
                .Select(file => Path.GetRelativePath(Path.Combine(app.Folder, "resumes"), file))
                .Order(StringComparer.Ordinal),
        ];

    private static async Task<List<Finding>> ExamineAsync(AnteroomApp app, bool fast)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<Doctor>()
            .RunAsync(fast, CancellationToken.None)
            .ToListAsync();
    }

    /// <summary>A node that goes on as before, on a disk, and one with the new settings, on the same database and folder.</summary>
    private async Task<(AnteroomApp Old, AnteroomApp New, string Bucket)> StartTwoAsync(string? keys = null)
    {
        var settings = await server.NewBucketAsync();
        settings["Resumes:EncryptionKeys"] = keys;
        var before = new Dictionary<string, string?>(settings, StringComparer.Ordinal) { ["Resumes:Store"] = "disk" };
        var database = await databases.CreateAsync();
        var old = await AnteroomApp.StartAsync(databases, before, database, role: "web");
        settings["Resumes:Folder"] = Path.Combine(old.Folder, "resumes");
        return (
            old,
            await AnteroomApp.StartAsync(databases, settings, database, role: "web"),
            settings["Bucket:Name"]!
        );
    }

    [Fact]
    public async Task All_files_go_to_the_bucket_and_back_and_whoever_reads_meanwhile_finds_each_of_them()
    {
        var (old, next, bucket) = await StartTwoAsync();
        await using var _ = old;
        await using var __ = next;
        var numbers = new List<long>();
        for (var i = 0; i < Leads; i++)
            numbers.Add(await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(old));
        var keys = OnDisk(old);
        using var maria = await old.SignedInAsync();

        // The first run finds a service that fails after a while, the second one goes on.
        await server.MakeTroubleAsync(bucket, "drop", $"^PUT .*{keys[^1][11..]}");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => MoveAsync(next));
        Assert.Equal(keys, OnDisk(old).Union(server.Files(bucket)).Order(StringComparer.Ordinal));
        await server.MakeTroubleAsync(bucket, "none");
        var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var statuses = new HashSet<HttpStatusCode>();
            for (var i = 0; !stop.IsCancellationRequested || i < Leads; i++)
            {
                using var answer = await maria.GetAsync(
                    new Uri($"/leads/{numbers[i % Leads]}/resume", UriKind.Relative)
                );
                statuses.Add(answer.StatusCode);
                Assert.Equal(SampleFiles.Pdf(), await answer.Content.ReadAsByteArrayAsync());
            }

            return statuses;
        });
        var there = await MoveAsync(next);
        var thereFiles = (OnDisk(old), server.Files(bucket).Order(StringComparer.Ordinal));
        var back = await MoveAsync(old);
        await stop.CancelAsync();

        Assert.Equal([HttpStatusCode.OK], await reading);
        Assert.InRange(there.Moved, 1, Leads);
        Assert.Empty(there.Left);
        Assert.Empty(thereFiles.Item1);
        Assert.Equal(keys, thereFiles.Item2);
        Assert.Equal(Leads, back.Moved);
        Assert.Equal(keys, OnDisk(old));
        Assert.Empty(server.Files(bucket));
    }

    [Fact]
    public async Task What_a_killed_run_left_in_both_stores_is_tidied_and_what_is_damaged_or_has_no_lead_stays()
    {
        var (old, next, bucket) = await StartTwoAsync();
        await using var _ = old;
        await using var __ = next;
        for (var i = 0; i < 3; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(old);
        var files = OnDisk(old);
        string PathOf(string key) => Path.Combine(old.Folder, "resumes", key);
        await File.AppendAllTextAsync(PathOf(files[0]), "!");
        var stray = files[1][..11] + Guid.CreateVersion7() + ".pdf";
        File.Copy(PathOf(files[1]), PathOf(stray));
        await next
            .Services.GetRequiredService<IResumeStore>()
            .RestoreAsync(files[2], new MemoryStream(SampleFiles.Pdf()), CancellationToken.None); // copied, not deleted

        var moved = await MoveAsync(next);

        Assert.Equal(files[0], Assert.Single(moved.Left).Key);
        Assert.Equal(2, moved.Moved);
        Assert.Equal(1, moved.WithoutRow);
        Assert.Equal([.. new[] { files[0], stray }.Order(StringComparer.Ordinal)], OnDisk(old));
        Assert.Equal([.. files[1..].Order(StringComparer.Ordinal)], server.Files(bucket).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_run_that_is_killed_in_the_middle_loses_nothing_and_the_next_one_ends_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        for (var i = 0; i < Leads; i++)
            await new Prospect { Resume = SampleFiles.Pdf(i * 1000), Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        var files = OnDisk(app);
        var settings = await server.NewBucketAsync();
        var bucket = settings["Bucket:Name"]!;
        var environment = settings
            .Where(setting => setting.Value is not null)
            .Append(new("Resumes:Folder", Path.Combine(app.Folder, "resumes")))
            .Append(new("ConnectionStrings:Anteroom", app.Database.ConnectionString))
            .ToDictionary(
                setting => setting.Key.Replace(":", "__", StringComparison.Ordinal),
                setting => setting.Value!,
                StringComparer.Ordinal
            );
        await using var folder = new TemporaryFolder();
        string[] command = ["move-files", "--to", "s3", "--data", Path.Combine(folder.Path, "data")];

        // One upload gets no answer, so the run stands in the middle of it; that of the others has ended.
        await server.MakeTroubleAsync(bucket, "hang", $"^PUT .*{files[^1][11..]}");
        await using (var run = RunningProduct.Begin(folder.Path, command, environment))
        {
            var limit = DateTime.UtcNow.AddMinutes(3);
            while (server.Files(bucket).Count(files.Contains) < Leads - 1)
            {
                Assert.True(DateTime.UtcNow < limit, run.Output);
                await Task.Delay(50);
            }

            await run.KillAsync();
        }

        Assert.Contains(files[^1], OnDisk(app));
        Assert.Equal(
            files,
            OnDisk(app).Union(server.Files(bucket).Where(files.Contains)).Order(StringComparer.Ordinal)
        );
        await server.MakeTroubleAsync(bucket, "none");
        var (code, output) = await RunningProduct.RunAsync(folder.Path, command, environment);

        Assert.True(code == 0, output);
        Assert.Empty(OnDisk(app));
        Assert.Equal(files, server.Files(bucket).Where(files.Contains).Order(StringComparer.Ordinal));
        settings["Resumes:Folder"] = Path.Combine(app.Folder, "resumes");
        await using var next = await AnteroomApp.StartAsync(
            databases,
            settings,
            app.Database.ConnectionString,
            role: "web"
        );
        Assert.Contains(
            $"Read {Leads} files",
            (
                await next.Services.GetRequiredService<CheckResumes>().RunAsync(TestContext.Current.CancellationToken)
            ).Summary,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Files_are_encrypted_with_the_newest_key_where_they_are_and_then_the_old_one_can_go()
    {
        var (old, next, _) = await StartTwoAsync(Keys.Old);
        await using (old)
        await using (next)
        {
            await new Prospect().IsAcceptedAsync(old);
            var folder = Path.Combine(old.Folder, "resumes");
            var key = OnDisk(old).Single();
            await using var plain = new TestStore(folder);
            await plain.Store.RestoreAsync(key, new MemoryStream(SampleFiles.Pdf()), CancellationToken.None);

            var moved = await MoveAsync(old);
            Assert.Equal(1, moved.Encrypted);
            Assert.Equal(0, (await MoveAsync(old)).Encrypted);

            await using var with = new TestStore(folder, [new("Resumes:EncryptionKeys", Keys.Old)]);
            Assert.Equal(SampleFiles.Pdf(), await with.ReadAsync(key));
            await Assert.ThrowsAsync<LockedResumeException>(() => plain.ReadAsync(key));
        }
    }

    [Fact]
    public async Task The_doctor_is_content_with_what_is_whole_and_names_what_is_not_and_what_helps()
    {
        var (old, next, bucket) = await StartTwoAsync(Keys.Old);
        await using var _ = old;
        await using var __ = next;
        await new Prospect { Email = "one@example.com" }.IsAcceptedAsync(old);
        await new Prospect { Email = "two@example.com" }.IsAcceptedAsync(next);
        foreach (var fast in (bool[])[true, false])
            Assert.All(await ExamineAsync(next, fast), found => Assert.True(found.Help is null, found.ToString()));

        var file = old.KeptFiles().Single();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        Assert.Null((await ExamineAsync(next, fast: true)).Single(found => found.What == "Resume files").Help);
        var changed = (await ExamineAsync(next, fast: false)).Single(found => found.What == "Resume files");
        Assert.Contains("was changed or cut", changed.Words, StringComparison.Ordinal);
        Assert.Contains("1 of 2", changed.Words, StringComparison.Ordinal);
        File.Delete(file);
        var missing = (await ExamineAsync(next, fast: true)).Single(found => found.What == "Resume files");
        Assert.Contains("is missing", missing.Words, StringComparison.Ordinal);

        await server.MakeTroubleAsync(bucket, "drop");
        Assert.Contains(
            await ExamineAsync(next, fast: true),
            found =>
                found is { What: "Store", Help: not null } && found.Words.Contains(bucket, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_commands_are_known()
    {
        Assert.Equal(
            ("move-files", "s3"),
            CommandLine.Parse(["move-files", "--to", "s3"]) is var move ? (move.Command, move.To) : default
        );
        Assert.True(CommandLine.Parse(["doctor", "--fast"]) is { Command: "doctor", Fast: true });
        Assert.Contains(
            "--to",
            Assert.Throws<CannotStartException>(() => CommandLine.Parse(["move-files"])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "disk, s3",
            Assert.Throws<CannotStartException>(() => CommandLine.Parse(["move-files", "--to", "tape"])).Message,
            StringComparison.Ordinal
        );
    }
}
