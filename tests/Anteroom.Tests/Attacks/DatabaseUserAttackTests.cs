using System.Diagnostics;
using Anteroom.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody has a program of the machine that runs as a shared user, as <c>postgres</c> or <c>nobody</c>.</summary>
[Trait("Category", "Slow")]
public sealed class DatabaseUserAttackTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("anteroom-test-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public async Task As_root_the_database_is_a_user_of_its_own_and_takes_over_what_another_had()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root has the choice");
        using var folder = DataFolder.Open(Path.Combine(_parent.FullName, "data"));
        await using (var first = await StartAsync(folder))
            await RunAsync(first, "create table note(text text); insert into note values ('kept')");
        Assert.Equal("anteroom-db", Says("stat", "-c", "%U", folder.Postgres));
        Says("chown", "-R", "nobody", folder.Postgres); // as an older Anteroom left it

        await using var postgres = await StartAsync(folder);

        Assert.Equal("kept", await RunAsync(postgres, "select text from note"));
        Assert.Equal("anteroom-db", Says("stat", "-c", "%U", folder.Postgres));
        Assert.Equal("700", Says("stat", "-c", "%a", folder.Postgres));
        var pid = File.ReadLines(Path.Combine(folder.Postgres, "postmaster.pid")).First();
        Assert.Equal("anteroom-db", Says("stat", "-c", "%U", $"/proc/{pid}"));
        foreach (var shared in (string[])["nobody", "postgres"])
            if (Says("id", "-u", shared) is { Length: > 0 } uid)
                Assert.Equal(
                    "",
                    Says(
                        "setpriv",
                        $"--reuid={uid}",
                        "--clear-groups",
                        "cat",
                        Path.Combine(folder.Postgres, "PG_VERSION")
                    )
                );
    }

    [Fact]
    public async Task Without_a_user_of_its_own_it_does_not_start_and_says_what_to_do()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root has the choice");

        var problem = await Assert.ThrowsAsync<CannotStartException>(() =>
            EmbeddedPostgresUser.CreateAsync("no name: at all", Cancel)
        );

        Assert.Contains("cannot be created", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Database:SystemUser", problem.Message, StringComparison.Ordinal);
    }

    private static Task<EmbeddedPostgres> StartAsync(DataFolder folder) =>
        EmbeddedPostgres.StartAsync(folder, new EmbeddedPostgresOptions(), NullLogger.Instance, Cancel);

    private static async Task<object?> RunAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel);
    }

    private static string Says(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }
}
