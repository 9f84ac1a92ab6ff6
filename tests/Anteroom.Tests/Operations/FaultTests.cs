using System.Diagnostics;
using System.Globalization;
using Anteroom.Leads;
using Anteroom.Postgres;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>
/// What happens to what was claimed when a process ends, is killed, or loses its database, with real processes and the leases of every
/// day: minutes, so that nothing here can be owed to them.
/// </summary>
[Trait("Category", "Slow")]
public sealed class FaultTests(TestDatabases databases, ITestOutputHelper output)
{
    private const int Emails = 40;

    /// <summary>A load of the machine's, not of the product's; the lease is five minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Queue = """
        insert into emails (id, kind, to_address, subject, text, html, message_id, next_attempt_at, created_at)
        select gen_random_uuid(), 'test', 'p' || i || '@example.com', 'No. ' || i, 'Hello', '<p>Hello</p>', gen_random_uuid() || '@firm.example',
            now(), now()
        from generate_series(1, $1) i
        """;

    private static Dictionary<string, string> Environment(SmtpServer mail, string? connection = null)
    {
        var environment = new Dictionary<string, string>(RunningProduct.Unattended, StringComparer.Ordinal)
        {
            ["Mail__Host"] = mail.Host,
            ["Mail__Port"] = mail.Port.ToString(CultureInfo.InvariantCulture),
            ["Mail__Sweep"] = "00:00:01",
            ["Mail__FirstRetry"] = "00:00:01",
        };
        if (connection is not null)
            environment["ConnectionStrings__Anteroom"] = connection;
        return environment;
    }

    private static async Task<T> ValueAsync<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static async Task QueueAsync(NpgsqlDataSource database, int count = Emails)
    {
        await using var command = database.CreateCommand(Queue);
        command.Parameters.AddWithValue(count);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until it is true; how long that took. The database may be away.</summary>
    private static async Task<TimeSpan> UntilAsync(NpgsqlDataSource database, string sql)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await ValueAsync<bool>(database, sql))
                    return since.Elapsed;
            }
            catch (NpgsqlException) { }

            Assert.True(since.Elapsed < Patience, sql);
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static Task<TimeSpan> SomeAreOutAsync(NpgsqlDataSource database) =>
        UntilAsync(database, "select count(*) filter (where state = 'sent') >= 5 from emails");

    private static Task<TimeSpan> AllAreOutAsync(NpgsqlDataSource database) =>
        UntilAsync(database, "select bool_and(state = 'sent') from emails");

    private static async Task<int> CopiesAsync(SmtpServer mail)
    {
        var arrived = (await mail.MailsAsync()).Select(each => each.MessageId).ToList();
        Assert.Equal(Emails, arrived.Distinct(StringComparer.Ordinal).Count());
        return arrived.Count - Emails;
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_gives_back_what_it_has_not_begun_and_nothing_goes_twice()
    {
        await using var folder = new TemporaryFolder();
        await using var mail = await SmtpServer.StartAsync(new() { Slow = 50 });
        var connection = await databases.CreateAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using (var node = await RunningProduct.StartAsync(folder.Path, Environment(mail, connection), "worker"))
        {
            await QueueAsync(database);
            await SomeAreOutAsync(database);
            await node.SignalAsync("TERM");
            Assert.Equal(0, await node.ExitAsync());
        }

        Assert.Equal(
            0,
            await ValueAsync<long>(database, "select count(*) from emails where state not in ('queued', 'sent')")
        );
        Assert.NotEqual(0, await ValueAsync<long>(database, "select count(*) from emails where state = 'queued'"));
        Assert.Equal(
            0,
            await ValueAsync<long>(database, "select count(*) from emails where state = 'queued' and attempts > 0")
        );
        await using var next = await RunningProduct.StartAsync(folder.Path, Environment(mail, connection), "worker");
        var took = await AllAreOutAsync(database);
        Assert.Equal(0, await CopiesAsync(mail));
        output.WriteLine($"All out {took.TotalSeconds:0.0} s after the next start.");
    }

    [Fact]
    public async Task What_a_killed_node_had_claimed_goes_out_by_another_within_seconds()
    {
        await using var folder = new TemporaryFolder();
        await using var mail = await SmtpServer.StartAsync(new() { Slow = 50 });
        var connection = await databases.CreateAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        var environment = Environment(mail, connection);
        await using var victim = await RunningProduct.StartAsync(folder.Path, environment, "worker");
        await using var heir = await RunningProduct.StartAsync(folder.Path, environment, "worker");
        await QueueAsync(database, 300);
        await SomeAreOutAsync(database);
        await victim.KillAsync();
        var freed = await UntilAsync(
            database,
            """
            select not exists (
                select from emails where state = 'sending' and not exists (
                    select from pg_locks where locktype = 'advisory' and objid::bigint = claimed_by and granted))
            """
        );
        await AllAreOutAsync(database);

        Assert.Equal(300, (await mail.MailsAsync()).Select(each => each.MessageId).Distinct().Count());
        output.WriteLine($"The dead node's claims were free after {freed.TotalSeconds:0.0} s.");
        Assert.True(freed < TimeSpan.FromSeconds(20), $"{freed}"); // two, and the machine's load
    }

    [Fact]
    public async Task What_a_frozen_node_had_claimed_goes_out_by_another_and_it_changes_nothing_when_it_wakes_up()
    {
        await using var folder = new TemporaryFolder();
        await using var mail = await SmtpServer.StartAsync(new() { Slow = 50 });
        var connection = await databases.CreateAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        var environment = Environment(mail, connection);
        await using var frozen = await RunningProduct.StartAsync(folder.Path, environment, "worker");
        await QueueAsync(database);
        await SomeAreOutAsync(database);
        await frozen.SignalAsync("STOP");
        try
        {
            Assert.NotEqual(0, await ValueAsync<long>(database, "select count(*) from emails where state = 'sending'"));
            await using var other = await RunningProduct.StartAsync(folder.Path, environment, "worker");
            var took = await AllAreOutAsync(database);
            output.WriteLine($"All out {took.TotalSeconds:0.0} s after the other's start.");
            await frozen.SignalAsync("CONT");
            await Task.Delay(TimeSpan.FromSeconds(3), CancellationToken.None);
        }
        finally
        {
            await frozen.SignalAsync("CONT");
        }

        // What it had said to the mail server and not written down, a lane each: SMTP's own window.
        Assert.InRange(await CopiesAsync(mail), 0, 4 * 5);
        Assert.Equal(Emails, await ValueAsync<long>(database, "select count(*) from emails where state = 'sent'"));
    }

    [Fact]
    public async Task A_node_that_falls_silent_while_it_gives_out_leads_stops_the_others_for_seconds_only()
    {
        await using var folder = new TemporaryFolder();
        await using var mail = await SmtpServer.StartAsync();
        var connection = await databases.CreateAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        await using var node = await RunningProduct.StartAsync(folder.Path, Environment(mail, connection));
        await RunningProduct.AddAttorneysAsync(database, 2);
        await using var app = await AnteroomApp.StartAsync(databases, connectionString: connection, role: "web");
        await using var silent = await app
            .Services.GetRequiredService<NpgsqlDataSource>() // with the settings of every session of the product
            .OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await silent.BeginTransactionAsync(CancellationToken.None);
        await AttorneysAtWork.ReadAsync(silent, DateTimeOffset.UtcNow, CancellationToken.None); // takes the lock

        await new Prospect().IsAcceptedAsync(app);
        var took = await UntilAsync(database, "select bool_and(assigned_to is not null) from leads");
        output.WriteLine($"Given out {took.TotalSeconds:0.0} s after the node fell silent.");

        await Assert.ThrowsAnyAsync<Exception>(() => transaction.CommitAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("QUIT")] // without writing down what it has in memory
    public async Task A_private_database_that_dies_under_the_mail_is_started_again_and_nothing_goes_twice(string signal)
    {
        await using var folder = new TemporaryFolder();
        await using var mail = await SmtpServer.StartAsync(new() { Slow = 50 });
        await using var node = await RunningProduct.StartAsync(folder.Path, Environment(mail));
        await using var database = NpgsqlDataSource.Create(PrivateDatabase(folder.Path));
        await QueueAsync(database);
        await SomeAreOutAsync(database);

        using (
            var kill = Process.Start(
                "kill",
                [$"-{signal}", .. RunningProduct.PostgresOf(folder.Path).Order().Take(1).Select(id => $"{id}")]
            )
        )
            await kill.WaitForExitAsync();
        await UntilAsync(database, "select pg_postmaster_start_time() > now() - interval '20 seconds'");
        var took = await AllAreOutAsync(database);

        Assert.Equal(0, await CopiesAsync(mail));
        output.WriteLine($"All out {took.TotalSeconds:0.0} s after the database was back.");
    }

    [Fact]
    public async Task After_a_kill_the_next_start_on_a_private_database_goes_on_at_once()
    {
        await using var folder = new TemporaryFolder();
        await using var mail = await SmtpServer.StartAsync(new() { Slow = 50 });
        var environment = Environment(mail);
        await using (var victim = await RunningProduct.StartAsync(folder.Path, environment))
        {
            await using var before = NpgsqlDataSource.Create(PrivateDatabase(folder.Path));
            await QueueAsync(before);
            await SomeAreOutAsync(before);
            await victim.KillAsync();
        }

        await using var next = await RunningProduct.StartAsync(folder.Path, environment);
        await using var database = NpgsqlDataSource.Create(PrivateDatabase(folder.Path));
        var took = await AllAreOutAsync(database);

        var copies = await CopiesAsync(mail);
        output.WriteLine($"All out {took.TotalSeconds:0.0} s after the next start, {copies} twice.");
        Assert.InRange(copies, 0, 4 * 5); // four lanes, each with one on its way and four not written down
    }

    private static string PrivateDatabase(string folder)
    {
        using var data = DataFolder.Open(Path.Combine(folder, "data"));
        return EmbeddedPostgres.FindRunning(data)!;
    }
}
