using System.Text;
using Anteroom.Admin;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Anteroom.Tests.Resumes.Stores;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>Backups that only who has the key can read, and whether a backup is still what was made.</summary>
[Trait("Category", "Slow")]
public sealed class EncryptedBackupTests(TestDatabases databases)
{
    private const string Secret = "Grandmother's will of Larkspur Lane";

    [Fact]
    public async Task An_encrypted_backup_shows_nothing_and_comes_back_with_its_key_only()
    {
        await using var app = await StartAsync(Keys.Old);
        var resume = SampleFiles.Pdf();
        await new Prospect { Message = Secret, Resume = resume }.IsAcceptedAsync(app);

        var made = await BackupTests.MakeAsync(app);

        Assert.Equal("2026", made.Backup.Manifest.Key);
        foreach (var file in Directory.GetFiles(Path.Combine(app.Folder, "backups"), "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf("%PDF"u8));
            Assert.False(bytes.AsSpan().StartsWith((byte[])[0x1F, 0x8B]), $"{file} is compressed, not encrypted");
        }

        var database = await databases.CreateEmptyAsync();
        await using var folder = new TemporaryFolder();
        var refusal = await Assert.ThrowsAnyAsync<StorageUnavailableException>(() =>
            RestoreAsync(database, folder.Path, made, keys: null)
        );
        Assert.Equal(
            "Backups are encrypted with the key 2026, which is not in Backup:EncryptionKeys. Add it there.",
            refusal.Message
        );
        refusal = await Assert.ThrowsAnyAsync<StorageUnavailableException>(() =>
            RestoreAsync(database, folder.Path, made, Keys.Of("2026", 9))
        );
        Assert.Contains(
            "is another one than the key 2026 in Backup:EncryptionKeys",
            refusal.Message,
            StringComparison.Ordinal
        );
        await using var source = NpgsqlDataSource.Create(database);
        await using (var untouched = source.CreateCommand("select to_regclass('leads') is null"))
            Assert.True((bool)(await untouched.ExecuteScalarAsync())!);

        await RestoreAsync(database, folder.Path, made, $"{Keys.New}, {Keys.Old}");

        await using var message = source.CreateCommand("select message from leads");
        Assert.Equal(Secret, await message.ExecuteScalarAsync());
        var restored = Assert.Single(
            Directory.GetFiles(Path.Combine(folder.Path, "resumes"), "*.pdf", SearchOption.AllDirectories)
        );
        Assert.Equal(resume, await File.ReadAllBytesAsync(restored));
    }

    [Fact]
    public async Task Each_change_of_an_encrypted_backup_is_found_and_named()
    {
        await using var app = await StartAsync(Keys.Old);
        await new Prospect().IsAcceptedAsync(app);
        await new Prospect { Email = "second@example.com", Resume = SampleFiles.Pdf(2_000) }.IsAcceptedAsync(app);
        var made = await BackupTests.MakeAsync(app);
        var path = made.Backup.Path;
        Assert.Empty(await ProblemsAsync(app, path));

        // Somebody who can write, and even counts again what the manifest says, cannot sign it.
        var manifest = Path.Combine(path, "manifest.json");
        var honest = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(
            manifest,
            honest.Replace("\"name\": \"public.leads\"", "\"name\": \"public.tags\"", StringComparison.Ordinal)
        );
        Assert.Contains(
            "is not what was signed",
            Assert.Single(await ProblemsAsync(app, path)),
            StringComparison.Ordinal
        );
        await File.WriteAllTextAsync(manifest, honest);

        var signature = Path.Combine(path, "manifest.signature");
        var signed = await File.ReadAllTextAsync(signature);
        File.Delete(signature);
        Assert.Contains(
            "manifest.signature is missing",
            Assert.Single(await ProblemsAsync(app, path)),
            StringComparison.Ordinal
        );
        await File.WriteAllTextAsync(signature, signed);

        // Two files of the pool in each other's place: both are whole, and neither is what its name says.
        var pool = Directory.GetFiles(
            Path.Combine(app.Folder, "backups", "files"),
            "*.pdf",
            SearchOption.AllDirectories
        );
        var (one, two) = (await File.ReadAllBytesAsync(pool[0]), await File.ReadAllBytesAsync(pool[1]));
        await File.WriteAllBytesAsync(pool[0], two);
        await File.WriteAllBytesAsync(pool[1], one);
        Assert.Equal(2, (await ProblemsAsync(app, path)).Count);
        await File.WriteAllBytesAsync(pool[0], one[..^1]);
        File.Delete(pool[1]);
        var problems = await ProblemsAsync(app, path);
        Assert.Contains(
            problems,
            problem =>
                problem.Contains(pool[0], StringComparison.Ordinal)
                && problem.Contains("not what was written", StringComparison.Ordinal)
        );
        Assert.Contains(
            problems,
            problem =>
                problem.Contains(pool[1], StringComparison.Ordinal)
                && problem.Contains("is missing", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_pool_is_encrypted_when_keys_are_set_and_again_when_the_key_changes()
    {
        await using var app = await StartAsync(keys: null);
        await new Prospect().IsAcceptedAsync(app);
        var plain = await BackupTests.MakeAsync(app);
        var file = Assert.Single(
            Directory.GetFiles(Path.Combine(app.Folder, "backups", "files"), "*.pdf", SearchOption.AllDirectories)
        );
        Assert.Equal("%PDF"u8.ToArray(), (await File.ReadAllBytesAsync(file))[..4]);

        foreach (var (keys, name) in new[] { (Keys.Old, "2026"), ($"{Keys.New},{Keys.Old}", "2027") })
        {
            await using var locked = await StartAsync(keys, app);
            var made = await BackupTests.MakeAsync(locked);
            Assert.Equal((name, 1), (made.Backup.Manifest.Key, made.NewFiles));
            Assert.Equal(name, Encoding.ASCII.GetString((await File.ReadAllBytesAsync(file))[8..12]));
            Assert.Equal(0, (await BackupTests.MakeAsync(locked)).NewFiles);
            // What was made before is whole as well: encrypted or not, files are read.
            Assert.Empty(await ProblemsAsync(locked, plain.Backup.Path));
        }
    }

    [Fact]
    public async Task The_commands_verify_the_newest_backup_or_one_by_name_and_say_by_their_exit_code_how_it_is()
    {
        await using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Backup__EncryptionKeys"] = Keys.Old,
        };
        string backup;
        await using (var product = await RunningProduct.StartAsync(folder.Path, environment))
        {
            using (var form = new Prospect().ToForm())
            using (await product.Client.PostAsync(new Uri("/", UriKind.Relative), form)) { }
            var (exit, output) = await RunningProduct.RunAsync(folder.Path, ["backup", "--data", "data"], environment);
            Assert.True(exit == 0, output);
            backup = output.Split('\n').Last(line => line.StartsWith('/')).Trim(); // lines of the log come when they come
            // Beside the running product, and without a database.
            (exit, output) = await RunningProduct.RunAsync(
                folder.Path,
                ["backup", "verify", "--data", "data"],
                environment
            );
            Assert.True(exit == 0, output);
            Assert.Contains("1 files, encrypted with the key 2026", output, StringComparison.Ordinal);
            var (doctor, said) = await RunningProduct.RunAsync(folder.Path, ["doctor", "--data", "data"], environment);
            Assert.True(doctor == 0, said);
            Assert.Contains("every file is as it was made", said, StringComparison.Ordinal);
        }

        var (locked, sentence) = await RunningProduct.RunAsync(folder.Path, ["backup", "verify", "--data", "data"]);
        Assert.Equal(1, locked);
        Assert.Contains("Backups are encrypted with the key 2026", sentence, StringComparison.Ordinal);
        Assert.Contains("EncryptionKeys", sentence, StringComparison.Ordinal);

        await File.AppendAllTextAsync(Path.Combine(backup, "public.leads.copy.gz"), "x");
        var (damaged, words) = await RunningProduct.RunAsync(
            folder.Path,
            ["backup", "verify", Path.GetFileName(backup), "--data", "data"],
            environment
        );
        Assert.Equal(2, damaged);
        Assert.Contains("public.leads.copy.gz is not what was written", words, StringComparison.Ordinal);
        var (none, missing) = await RunningProduct.RunAsync(
            folder.Path,
            ["backup", "verify", "2001-01-01", "--data", "data"]
        );
        Assert.Equal(1, none);
        Assert.Contains("There is no backup 2001-01-01", missing, StringComparison.Ordinal);
    }

    private Task<AnteroomApp> StartAsync(string? keys, AnteroomApp? on = null) =>
        AnteroomApp.StartAsync(
            databases,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Backup:EncryptionKeys"] = keys,
                ["Backup:Folder"] = on is null ? null : Path.Combine(on.Folder, "backups"),
                ["Resumes:Folder"] = on is null ? null : Path.Combine(on.Folder, "resumes"),
            }.Where(setting => setting.Value is not null),
            on?.Database.ConnectionString,
            role: "web",
            alone: true
        );

    private static async Task<List<string>> ProblemsAsync(AnteroomApp app, string path)
    {
        var manifest = await VerifyBackup.ReadManifestAsync(path, TestContext.Current.CancellationToken);
        var verify = app.Services.GetRequiredService<VerifyBackup>();
        var problems = new List<string>();
        await foreach (var problem in verify.ProblemsAsync(path, manifest, TestContext.Current.CancellationToken))
            problems.Add(problem);
        return problems;
    }

    private static Task RestoreAsync(string database, string folder, MakeBackupResult.Made made, string? keys) =>
        BackupTests.RestoreAsync(database, folder, made.Backup.Path, keys: keys);
}
