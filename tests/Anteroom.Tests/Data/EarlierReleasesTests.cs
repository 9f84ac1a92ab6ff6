using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Operations;
using Npgsql;

namespace Anteroom.Tests.Data;

/// <summary>
/// What earlier releases left behind: <c>Releases/</c> has a dump and the resume files of each, made by that release itself
/// (<c>tests/keep-release.sh</c> makes the next one). Each firm has an administrator, attorneys, and leads in every state.
/// </summary>
[Trait("Category", "Slow")]
public sealed class EarlierReleasesTests(TestDatabases databases)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Data", "Releases");

    public static TheoryData<string> Releases =>
        [
            .. Directory
                .GetFiles(Folder, "*.sql.gz")
                .Select(file => Path.GetFileName(file)[..^7])
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task A_firm_that_updates_from_it_has_everything_it_had(string release)
    {
        var database = await databases.CreateEmptyAsync();
        await using var resumes = new TemporaryFolder();
        await RestoreAsync(release, database, resumes.Path);
        var before = await CountAsync(database);
        Assert.NotEqual(0, before["leads"]);

        var check = await RunningProduct.RunAsync(
            resumes.Path,
            ["migrate", "--check", "--data", resumes.Path],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings__Anteroom"] = database }
        );
        var pending = await TestDatabases.MigrateAsync(database);
        Assert.NotEmpty(pending);
        Assert.Equal(3, check.ExitCode);
        Assert.Contains(
            $"applies {pending.Count}: {string.Join(", ", pending)}",
            check.Output,
            StringComparison.Ordinal
        );

        Assert.Equal(before, await CountAsync(database));
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Resumes:Folder", Path.Combine(resumes.Path, "resumes"))],
            database,
            role: "web"
        );
        using var olga = await SignedInAsync(app);
        var leads = (await olga.GetFromJsonAsync<JsonElement>("/api/leads/?limit=100")).EnumerateArray().ToList();
        Assert.Equal(before["leads"], leads.Count);
        foreach (var lead in leads)
        {
            var number = lead.GetProperty("id").GetInt64();
            var file = await olga.GetByteArrayAsync($"/api/leads/{number}/resume/");
            Assert.Equal(
                await app.ValueAsync<byte[]>(
                    $"select sha256 from resumes join leads on leads.id = lead_id where number = {number}"
                ),
                SHA256.HashData(file)
            );
        }

        // Its people go on working with what is there, and with what comes.
        var waiting = leads.First(lead => lead.GetProperty("state").GetString() == "PENDING").GetProperty("id");
        using (var reached = await olga.PostAsync($"/api/leads/{waiting}/mark_reached_out/", content: null))
            Assert.Equal(HttpStatusCode.OK, reached.StatusCode);
        await new Prospect().IsAcceptedAsync(app);
        Assert.Equal(before["leads"] + 1, await app.CountAsync("leads"));
    }

    private static async Task RestoreAsync(string release, string database, string folder)
    {
        await using (var packed = File.OpenRead(Path.Combine(Folder, $"{release}.sql.gz")))
        await using (var plain = new GZipStream(packed, CompressionMode.Decompress))
        using (var reader = new StreamReader(plain))
        {
            var server = new NpgsqlConnectionStringBuilder(database) { Pooling = false }; // the dump changes its session
            await using var connection = new NpgsqlConnection(server.ConnectionString);
            await connection.OpenAsync();
            await using var restore = new NpgsqlCommand(await reader.ReadToEndAsync(), connection);
            await restore.ExecuteNonQueryAsync();
        }

        await using var files = File.OpenRead(Path.Combine(Folder, $"{release}.resumes.tar.gz"));
        await using var unpacked = new GZipStream(files, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unpacked, folder, overwriteFiles: false);
    }

    private static async Task<Dictionary<string, long>> CountAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in (string[])["leads", "resumes", "users", "emails", "activities"])
            counts[table] = await source.ValueAsync<long>($"select count(*) from {table}");
        return counts;
    }

    private static async Task<HttpClient> SignedInAsync(AnteroomApp app)
    {
        using var answer = await app.Client.PostAsJsonAsync(
            "/api/auth/login/",
            new { username = "olga", password = AnteroomApp.Password }
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        var client = new HttpClient { BaseAddress = app.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", token);
        return client;
    }
}
