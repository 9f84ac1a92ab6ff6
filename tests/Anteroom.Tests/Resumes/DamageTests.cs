using System.Net;
using Anteroom.Resumes;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Resumes;

/// <summary>A resume that was changed or cut on the disk is given to nobody, and an administrator hears of it.</summary>
[Trait("Category", "Slow")]
public sealed class DamageTests(TestDatabases databases)
{
    private static async Task<string> FileOfAsync(AnteroomApp app) =>
        Path.Combine(app.Folder, "resumes", await app.ValueAsync<string>("select storage_key from resumes"));

    private static async Task<HttpStatusCode> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    public static TheoryData<string> Damages => ["changed", "cut", "longer"];

    private static void Damage(string file, string how)
    {
        var bytes = File.ReadAllBytes(file);
        switch (how)
        {
            case "changed":
                bytes[bytes.Length / 2] ^= 1;
                break;
            case "cut":
                bytes = bytes[..^1];
                break;
            default:
                bytes = [.. bytes, 0];
                break;
        }

        File.WriteAllBytes(file, bytes);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task It_is_refused_at_every_door_and_raises_an_alarm(string how)
    {
        await using var app = await AnteroomApp.StartAsync(databases);
        var number = await new Prospect().IsAcceptedAsync(app);
        var id = await app.ValueAsync<Guid>("select id from leads");
        var file = await FileOfAsync(app);
        var whole = await File.ReadAllBytesAsync(file);
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using var program = await app.BearerAsync(Role.Administrator, "robot");
        Assert.Equal(HttpStatusCode.OK, await GetAsync(root, $"/leads/{number}/resume"));

        Damage(file, how);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync(root, $"/leads/{number}/resume"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync(root, $"/leads/{number}/resume/preview"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync(program, $"/api/v1/leads/{id}/resume"));
        await app.WaitUntilAsync(
            "select count(*) = 2 and count(distinct to_address) = 2 from emails where kind = 'alarm' and text like '%not what was received%'"
        );

        await File.WriteAllBytesAsync(file, whole);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(root, $"/leads/{number}/resume"));
    }

    [Fact]
    public async Task The_nightly_look_at_all_files_finds_what_is_damaged_or_missing_and_ends_the_alarm_when_all_is_whole()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 0; i < 3; i++)
            await new Prospect().IsAcceptedAsync(app);
        var check = app.Services.GetRequiredService<CheckResumes>();
        Assert.Contains("3 files", (await check.RunAsync(CancellationToken.None)).Summary, StringComparison.Ordinal);
        var files = await app.TextsAsync("select storage_key from resumes order by id");
        var whole = await File.ReadAllBytesAsync(Path.Combine(app.Folder, "resumes", files[0]));
        Damage(Path.Combine(app.Folder, "resumes", files[0]), "changed");
        File.Delete(Path.Combine(app.Folder, "resumes", files[1]));

        var found = await Assert.ThrowsAsync<InvalidOperationException>(() => check.RunAsync(CancellationToken.None));

        Assert.Contains("2 of 3", found.Message, StringComparison.Ordinal);
        Assert.Contains(files[0], found.Message, StringComparison.Ordinal);
        Assert.Contains(files[1], found.Message, StringComparison.Ordinal);
        Assert.Equal(
            found.Message,
            await app.ValueAsync<string>("select detail from conditions where name = 'resumes_damaged'")
        );

        foreach (var file in files[..2])
            await File.WriteAllBytesAsync(Path.Combine(app.Folder, "resumes", file), whole);
        await check.RunAsync(CancellationToken.None);
        Assert.Equal(0, await app.CountAsync("conditions"));
    }

    [Fact]
    public async Task A_key_that_is_missing_from_the_settings_raises_an_alarm_that_names_it_and_ends_once_it_is_back()
    {
        var database = await databases.CreateAsync();
        await using var folder = new TemporaryFolder();
        await using (var before = await StartAsync(Stores.Keys.Old))
            await new Prospect().IsAcceptedAsync(before);

        await using (var without = await StartAsync(null))
        {
            using var root = await without.SignedInAsync(Role.Administrator, "root");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync(root, "/leads/1/resume"));
            var why = await without.ValueAsync<string>("select detail from conditions where name = 'resumes_locked'");
            Assert.Contains("the key 2026, which is not in Resumes:EncryptionKeys", why, StringComparison.Ordinal);
            await without.WaitUntilAsync(
                "select count(*) = 1 from emails where kind = 'alarm' and text like '%the key 2026%'"
            );
            await Assert.ThrowsAsync<LockedResumeException>(() =>
                without.Services.GetRequiredService<CheckResumes>().RunAsync(CancellationToken.None)
            );
        }

        await using var back = await StartAsync($"{Stores.Keys.New},{Stores.Keys.Old}");
        await back.Services.GetRequiredService<CheckResumes>().RunAsync(CancellationToken.None);
        Assert.Equal(0, await back.CountAsync("conditions where name = 'resumes_locked'"));

        Task<AnteroomApp> StartAsync(string? keys) =>
            AnteroomApp.StartAsync(
                databases,
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["Resumes:Folder"] = Path.Combine(folder.Path, "resumes"),
                    ["Resumes:EncryptionKeys"] = keys,
                },
                database
            );
    }
}
