using System.Diagnostics;
using Anteroom.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Anteroom.Tests.Data;

[Trait("Category", "Slow")]
public sealed class EmbeddedPostgresTests : IDisposable
{
    // mktemp -d as a person would: closed to everybody else, and with a space below.
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("anteroom-test-");

    private string FolderPath => Path.Combine(_parent.FullName, "the firm's data");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public async Task Data_survives_a_stop_and_a_start_in_a_closed_folder_with_spaces()
    {
        using var folder = DataFolder.Open(FolderPath);
        await using (var first = await StartAsync(folder))
            await ExecuteAsync(first, "create table note(text text); insert into note values ('kept')");

        await using var second = await StartAsync(folder);
        Assert.Equal("kept", await ScalarAsync(second, "select text from note"));
    }

    [Fact]
    public async Task The_server_is_durable_speaks_UTF8_and_UTC_and_has_no_TCP_port()
    {
        using var folder = DataFolder.Open(FolderPath);
        await using var postgres = await StartAsync(folder);

        Assert.Equal(
            "on on on UTC UTF8 []",
            await ScalarAsync(
                postgres,
                """
                select concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'),
                    current_setting('full_page_writes'), current_setting('TimeZone'), current_setting('server_encoding'),
                    '[' || current_setting('listen_addresses') || ']')
                """
            )
        );
        // Letters outside ASCII are letters to lower(), to trigrams and to full text.
        Assert.Equal("élodie ångström", await ScalarAsync(postgres, "select lower('ÉLODIE ÅNGSTRÖM')"));
        await ExecuteAsync(
            postgres,
            "create extension pg_trgm; create extension unaccent; create extension fuzzystrmatch"
        );
        Assert.Equal(
            true,
            await ScalarAsync(
                postgres,
                "select show_trgm('ÅNG') = show_trgm('ång') and cardinality(show_trgm('Łé')) = 3"
            )
        );
        Assert.Equal("'müller':1", await ScalarAsync(postgres, "select to_tsvector('simple', 'MÜLLER')::text"));
    }

    [Fact]
    public async Task Several_databases_fit_on_one_server()
    {
        using var folder = DataFolder.Open(FolderPath);
        await using var postgres = await StartAsync(folder);
        await ExecuteAsync(postgres, "create database another");

        await using var source = NpgsqlDataSource.Create(postgres.ConnectionStringTo("another"));
        await using var command = source.CreateCommand("select current_database()");
        Assert.Equal("another", await command.ExecuteScalarAsync(Cancel));
    }

    [Fact]
    public async Task A_server_that_is_killed_comes_back_with_everything_committed()
    {
        using var folder = DataFolder.Open(FolderPath);
        await using var postgres = await StartAsync(folder);
        await ExecuteAsync(postgres, "create table note(text text); insert into note values ('committed')");
        var killed = postgres.ProcessId;

        SystemCalls.Signal(killed, SystemCalls.Kill);

        Assert.Equal("committed", await EventuallyAsync(() => ScalarAsync(postgres, "select text from note")));
        Assert.NotEqual(killed, postgres.ProcessId);
    }

    [Fact]
    public async Task A_server_left_running_by_a_killed_app_is_ended_and_its_data_used()
    {
        using var folder = DataFolder.Open(FolderPath);
        // What SIGKILL of the app leaves: the server runs on, nobody watches it, nobody holds the folder.
        var orphan = await StartAsync(folder);
        await ExecuteAsync(orphan, "create table note(text text); insert into note values ('kept')");
        await orphan.AbandonAsync();
        using var server = Process.GetProcessById(orphan.ProcessId);

        await using var next = await StartAsync(folder);

        Assert.True(server.HasExited);
        Assert.Equal("kept", await ScalarAsync(next, "select text from note"));
    }

    [Fact]
    public async Task A_stale_pid_file_whose_number_now_belongs_to_another_process_blocks_nothing_and_harms_nobody()
    {
        using var folder = DataFolder.Open(FolderPath);
        await using (await StartAsync(folder)) { }
        using var bystander = Process.Start("sleep", "600");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.Postgres, "postmaster.pid"),
                $"{bystander.Id}\n{folder.Postgres}\n1\n5432\n\n\n\nready\n",
                Cancel
            );

            await using var postgres = await StartAsync(folder);

            Assert.Equal(1, await ScalarAsync(postgres, "select 1"));
            Assert.False(bystander.HasExited);
        }
        finally
        {
            bystander.Kill();
        }
    }

    [Fact]
    public async Task A_first_start_that_was_killed_half_way_is_done_again()
    {
        using var folder = DataFolder.Open(FolderPath);
        var unfinished = Directory.CreateDirectory(folder.Postgres + ".new");
        await File.WriteAllTextAsync(Path.Combine(unfinished.FullName, "PG_VERSION"), "18\n", Cancel);

        await using var postgres = await StartAsync(folder);

        Assert.Equal(1, await ScalarAsync(postgres, "select 1"));
        Assert.False(Directory.Exists(unfinished.FullName));
    }

    [Fact]
    public async Task Data_of_another_PostgreSQL_version_is_refused_with_a_sentence()
    {
        using var folder = DataFolder.Open(FolderPath);
        await using (await StartAsync(folder)) { }
        await File.WriteAllTextAsync(Path.Combine(folder.Postgres, "PG_VERSION"), "17\n", Cancel);

        var refusal = await Assert.ThrowsAsync<CannotStartException>(() => StartAsync(folder));

        Assert.Contains(
            "was made by PostgreSQL 17, which is not the version that this Anteroom brings",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_setting_that_PostgreSQL_refuses_is_shown()
    {
        using var folder = DataFolder.Open(FolderPath);
        var options = new EmbeddedPostgresOptions { Settings = { ["shared_buffers"] = "lots" } };

        var refusal = await Assert.ThrowsAsync<CannotStartException>(() =>
            EmbeddedPostgres.StartAsync(folder, options, NullLogger.Instance, Cancel)
        );

        Assert.Contains("shared_buffers", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_has_a_session_of_its_own_so_that_CtrlC_stops_it_last()
    {
        using var folder = DataFolder.Open(FolderPath);
        await using var postgres = await StartAsync(folder);

        var (_, session) = await EmbeddedPostgresCommand.RunAsync(
            new("ps") { ArgumentList = { "-o", "sid=", "-p", $"{postgres.ProcessId}" } },
            Cancel
        );

        Assert.Equal($"{postgres.ProcessId}", session.Trim());
    }

    [Fact]
    public async Task Stopping_ends_every_process_and_removes_the_socket()
    {
        using var folder = DataFolder.Open(FolderPath);
        var postgres = await StartAsync(folder);
        var socket = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
        using var server = Process.GetProcessById(postgres.ProcessId);
        await using var open = new NpgsqlConnection(postgres.ConnectionString);
        await open.OpenAsync(Cancel);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            new DirectoryInfo(socket).UnixFileMode
        );

        await postgres.DisposeAsync();

        Assert.True(server.HasExited);
        Assert.False(Directory.Exists(socket));
        Assert.False(File.Exists(Path.Combine(folder.Postgres, "postmaster.pid")));
    }

    private static Task<EmbeddedPostgres> StartAsync(DataFolder folder) =>
        EmbeddedPostgres.StartAsync(folder, new EmbeddedPostgresOptions(), NullLogger.Instance, Cancel);

    private static async Task ExecuteAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task<object?> ScalarAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel);
    }

    private static async Task<object?> EventuallyAsync(Func<Task<object?>> question)
    {
        while (true)
        {
            try
            {
                return await question();
            }
            catch (NpgsqlException)
            {
                await Task.Delay(20, Cancel);
            }
        }
    }
}
