using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Host;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>Everything goes out as open files, and comes back equal.</summary>
public sealed class ExportTests(TestDatabases databases)
{
    [Fact]
    public async Task What_is_put_into_an_empty_Anteroom_is_equal_table_by_table_and_file_by_file()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await FillAsync(app);
        await using var folder = new TemporaryFolder();
        var archive = Path.Combine(folder.Path, "all.zip");
        await ExportAsync(app, archive, withSecrets: true);

        var empty = await databases.CreateEmptyAsync();
        await ImportAsync(empty, folder.Path, archive);

        await using var back = NpgsqlDataSource.Create(empty);
        // What the export itself has written, and what only means something to running nodes.
        string[] stated =
        [
            "public.lead_changes",
            "public.rate_limits",
            "public.lead_viewers",
            "public.schema_versions",
        ];
        var tables = await app.TextsAsync(
            "select format('%I.%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace where relkind = 'r' and nspname in ('public', 'quartz') order by 1"
        );
        Assert.True(tables.Length > 50, $"{tables.Length} tables");
        foreach (
            var table in tables
                .Except(stated, StringComparer.Ordinal)
                .Where(table =>
                    !table.StartsWith("quartz.qrtz_", StringComparison.Ordinal)
                    || table.EndsWith("triggers", StringComparison.Ordinal)
                )
        )
            Assert.Equal((table, await DumpAsync(app.Database, table)), (table, await DumpAsync(back, table)));
        var files = Directory.GetFiles(Path.Combine(folder.Path, "resumes"), "*", SearchOption.AllDirectories);
        Assert.Equal(
            app.KeptFiles().Select(Hash).Order(StringComparer.Ordinal),
            files
                .Where(file =>
                    !file.Contains("/incoming/", StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith('.')
                )
                .Select(Hash)
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            await app.ValueAsync<long>("select nextval('lead_numbers')"),
            await back.ValueAsync<long>("select nextval('lead_numbers')")
        );
    }

    [Fact]
    public async Task The_page_gives_everything_without_what_opens_accounts_and_says_who_took_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await FillAsync(app);
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth");
        var page = await ruth.OpenAsync("/admin/imports");

        using var answer = await ruth.SendFormAsync(page.Form("/admin/imports/export"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        await using var zip = new ZipArchive(new MemoryStream(bytes));
        var names = zip.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains("tables/public.leads.csv", names);
        Assert.DoesNotContain("tables/public.api_tokens.csv", names);
        Assert.DoesNotContain("tables/public.data_protection_keys.csv", names);
        Assert.Equal("manifest.json", names[^1]);
        var everything = string.Concat(
            zip.Entries.Where(entry => entry.FullName.StartsWith("tables/", StringComparison.Ordinal)).Select(Text)
        );
        foreach (var secret in await app.TextsAsync("select password_hash from users where password_hash is not null"))
            Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
        Assert.Contains("Zoë \"\"Z\"\"", everything, StringComparison.Ordinal);
        Assert.Equal(1, await app.CountAsync("audit where kind = 'exported' and actor = 'ruth'"));
    }

    [Fact]
    public async Task A_damaged_export_changes_nothing_and_one_that_has_leads_is_not_overwritten()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await FillAsync(app);
        await using var folder = new TemporaryFolder();
        var archive = Path.Combine(folder.Path, "all.zip");
        await ExportAsync(app, archive, withSecrets: false);
        var damaged = Path.Combine(folder.Path, "damaged.zip");
        File.Copy(archive, damaged);
        await using (var zip = await ZipFile.OpenAsync(damaged, ZipArchiveMode.Update))
        {
            zip.GetEntry("tables/public.leads.csv")!.Delete();
            await using var forged = await zip.CreateEntry("tables/public.leads.csv").OpenAsync();
            await forged.WriteAsync("id\n"u8.ToArray());
        }

        var empty = await databases.CreateEmptyAsync();
        var broken = await Assert.ThrowsAsync<CannotStartException>(() => ImportAsync(empty, folder.Path, damaged));
        var cut = Path.Combine(folder.Path, "cut.zip");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(archive))[..^200]);
        var incomplete = await Assert.ThrowsAsync<CannotStartException>(() => ImportAsync(empty, folder.Path, cut));

        Assert.Contains(
            "tables/public.leads.csv is not what was written. Nothing was changed.",
            broken.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("is no complete export", incomplete.Message, StringComparison.Ordinal);
        await using (var database = NpgsqlDataSource.Create(empty))
            Assert.False(await database.ValueAsync<bool>("select to_regclass('leads') is not null"));
        await ImportAsync(empty, folder.Path, archive);
        var there = await Assert.ThrowsAsync<CannotStartException>(() => ImportAsync(empty, folder.Path, archive));
        Assert.Contains("has leads", there.Message, StringComparison.Ordinal);
    }

    /// <summary>A lead with a file and hard words, users, a token, a setting of bytes.</summary>
    private static async Task FillAsync(AnteroomApp app)
    {
        await app.CreateUserAsync(Role.Attorney, "maria");
        await new Prospect
        {
            FirstName = "Zoë \"Z\"",
            Message = "Tab\there, \\N back\\slash,\nnew line, \"quotes\", and \\.",
            Resume = SampleFiles.Pdf(),
        }.IsAcceptedAsync(app);
        await new Prospect { Email = "second@example.com", Phone = null }.IsAcceptedAsync(app);
        await app
            .Services.GetRequiredService<ApiTokens>()
            .IssueAsync(
                await app.ValueAsync<Guid>("select id from users where user_name = 'maria'"),
                CancellationToken.None
            );
    }

    private static async Task ExportAsync(AnteroomApp app, string path, bool withSecrets)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await using var file = File.Create(path);
        await scope
            .ServiceProvider.GetRequiredService<ExportEverything>()
            .RunAsync(file, withSecrets, by: null, CancellationToken.None);
    }

    private static async Task ImportAsync(string database, string folder, string archive)
    {
        await using var installation = await Installation.OpenAsync(
            new CommandLine { Data = folder, Port = 0 },
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ConnectionStrings:Anteroom"] = database,
                ["Logging:LogLevel:Default"] = "Warning",
            },
            CancellationToken.None
        );
        await using var other = global::Anteroom.App.Build(installation);
        await using var scope = other.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<ImportEverything>()
            .RunAsync(archive, force: false, CancellationToken.None);
    }

    /// <summary>The rows of a table, sorted.</summary>
    private static Task<string> DumpAsync(NpgsqlDataSource database, string table) =>
        database.ValueAsync<string>(
            $"select coalesce(string_agg(line, E'\\n' order by line collate \"C\"), '') from (select rows::text as line from {table} rows) lines"
        );

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
