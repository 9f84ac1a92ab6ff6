using System.Globalization;
using System.Text;
using Anteroom.Admin;
using Anteroom.Audit;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>The audit log is a chain: whatever is done to a line, or to all of them, is found and named.</summary>
[Trait("Category", "Slow")]
public sealed class AuditChainTests(TestDatabases databases)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_that_nobody_touched_is_good_and_leads_on_from_every_head_that_was_printed()
    {
        await using var app = await StartAsync();
        var first = await VerifyAsync(app);
        Assert.Null(first.Problem);
        Assert.Equal(6, first.Head.Seq);

        await WriteAsync(app, "seventh");

        var second = await VerifyAsync(app, (first.Head, "the note"));
        Assert.Null(second.Problem);
        Assert.Equal(7, second.Head.Seq);
        Assert.Equal(0, await app.CountAsync("audit_unsealed"));
    }

    [Theory]
    [InlineData("summary = 'line 3, another'")]
    [InlineData("actor = 'Somebody else'")]
    [InlineData("at = at - interval '1 microsecond'")]
    [InlineData("address = null")]
    [InlineData("details = '{\"after\": {\"a\": \"2\"}}'")]
    [InlineData("actor_id = gen_random_uuid()")]
    [InlineData("kind = 'exported'")]
    [InlineData("subject = ''")]
    public async Task A_line_that_was_changed_is_named(string change)
    {
        await using var app = await StartAsync();

        await TamperAsync(app, $"update audit set {change} where summary = 'line 3'");

        Assert.StartsWith("Line 3 (", await ProblemAsync(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_was_deleted_is_named_with_its_seal_or_without()
    {
        await using var app = await StartAsync();
        await TamperAsync(app, "delete from audit where summary = 'line 3'");
        Assert.Matches("^Line 3 \\(.+\\) was deleted\\.$", await ProblemAsync(app));

        await TamperAsync(app, "delete from audit_seals where seq = 3");
        Assert.Equal("Line 3 is missing: the next one is line 4.", await ProblemAsync(app));

        // Closing the gap does not help: each hash has its place in it.
        await TamperAsync(app, "update audit_seals set seq = seq - 1 where seq > 3");
        Assert.StartsWith("Line 3 (", await ProblemAsync(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_beginning_does_not_go_without_a_line_that_says_so()
    {
        await using var app = await StartAsync();
        await TamperAsync(
            app,
            "delete from audit where summary in ('line 1', 'line 2')",
            "delete from audit_seals where seq <= 2"
        );

        Assert.Equal("Line 1 is missing: the next one is line 3.", await ProblemAsync(app));
    }

    [Fact]
    public async Task A_line_that_was_inserted_is_named_past_the_chain_into_it_or_at_its_end_with_an_older_date()
    {
        const string forged =
            "insert into audit (id, at, actor, kind, summary) values ('{0}', '{1}', 'Ruth', 'exported', 'never happened')";
        await using var app = await StartAsync();
        var id = Guid.CreateVersion7();

        // Past the trigger that queues it for its seal.
        await TamperAsync(
            app,
            forged
                .Replace("{0}", id.ToString(), StringComparison.Ordinal)
                .Replace("{1}", "2026-01-01", StringComparison.Ordinal)
        );
        Assert.Equal(
            $"The line {id} is in the log and not in the chain: it was inserted past it.",
            await ProblemAsync(app)
        );

        // With a seal of the forger's own in the middle.
        await TamperAsync(
            app,
            "update audit_seals set seq = -seq where seq > 3",
            "update audit_seals set seq = 1 - seq where seq < 0",
            $"insert into audit_seals values (4, '{id}', now(), sha256('forged'))"
        );
        Assert.StartsWith("Line 4 (", await ProblemAsync(app), StringComparison.Ordinal);

        // By the regular way, with the date of another day.
        await using var other = await StartAsync();
        await using (
            var insert = other.Database.CreateCommand(
                forged
                    .Replace("{0}", id.ToString(), StringComparison.Ordinal)
                    .Replace("{1}", "2026-01-01", StringComparison.Ordinal)
            )
        )
            await insert.ExecuteNonQueryAsync();
        await using (var seal = other.Database.CreateCommand("select 1"))
            await seal.ExecuteNonQueryAsync();
        var problem = await ProblemAsync(other);
        Assert.StartsWith("Line 7 (", problem, StringComparison.Ordinal);
        Assert.EndsWith("it was inserted later.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_in_another_order_are_named()
    {
        await using var app = await StartAsync();

        await TamperAsync(
            app,
            "update audit_seals set seq = -1 where seq = 2",
            "update audit_seals set seq = 2 where seq = 3",
            "update audit_seals set seq = 3 where seq = -1"
        );

        Assert.StartsWith("Line 2 (", await ProblemAsync(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_at_the_end_shows_by_a_head_that_is_kept_elsewhere_and_so_does_a_chain_made_anew()
    {
        await using var app = await StartAsync();
        await BackupTests.MakeAsync(app); // whose manifest has the head
        var heads = (await app.Services.GetRequiredService<BackupFolder>().ListAsync(Cancellation))
            .Select(backup => (backup.Manifest.Audit!, $"the backup {backup.Name}"))
            .ToArray();
        Assert.Equal(6, heads[0].Item1.Seq);
        Assert.Null((await VerifyAsync(app, heads)).Problem);

        await TamperAsync(
            app,
            "delete from audit where summary not in ('line 1', 'line 2', 'line 3', 'line 4')",
            "delete from audit_seals where seq > 4"
        );
        // Nothing in the database tells of what is gone.
        Assert.Null((await VerifyAsync(app)).Problem);
        Assert.StartsWith(
            $"The end is missing from line 5 on: {heads[0].Item2} saw 6 lines",
            (await VerifyAsync(app, heads)).Problem,
            StringComparison.Ordinal
        );

        await using var anew = await StartAsync();
        var head = (await VerifyAsync(anew)).Head;
        await TamperAsync(
            anew,
            "update audit set summary = 'line 3, rewritten' where summary = 'line 3'",
            "delete from audit_seals",
            "insert into audit_unsealed select id from audit"
        );
        Assert.Null((await VerifyAsync(anew)).Problem);
        Assert.Contains(
            "the chain made anew: the note saw another hash",
            (await VerifyAsync(anew, (head, "the note"))).Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Nobody_changes_a_seal_by_a_slip()
    {
        await using var app = await StartAsync();
        foreach (
            var sql in (string[])
                ["update audit_seals set seq = 99 where seq = 1", "delete from audit_seals", "truncate audit_seals"]
        )
        {
            await using var command = app.Database.CreateCommand(sql);
            var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
                command.ExecuteNonQueryAsync(Cancellation)
            );
            Assert.Contains("are not changed", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Many_who_write_at_once_on_several_nodes_make_one_chain_without_waiting_for_each_other()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        await using var other = await AnteroomApp.StartAsync(
            databases,
            connectionString: app.Database.ConnectionString,
            role: "web"
        );
        // A transaction that takes long holds up neither the others nor the chain.
        await using var slow = await app.Database.OpenConnectionAsync(Cancellation);
        await using var open = await slow.BeginTransactionAsync(Cancellation);
        await using (
            var late = new Npgsql.NpgsqlCommand(
                "insert into audit (id, at, actor, kind, summary) values (gen_random_uuid(), now(), 'Ruth', 'exported', 'late')",
                slow
            )
        )
            await late.ExecuteNonQueryAsync(Cancellation);

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async lane =>
                {
                    for (var i = 0; i < 25; i++)
                    {
                        await WriteAsync(lane % 2 == 0 ? app : other, $"{lane}-{i}");
                        if (i % 5 == 0)
                            await (lane % 2 == 0 ? app : other)
                                .Services.GetRequiredService<SealAudit>()
                                .RunAsync(Cancellation);
                    }
                })
        );
        var before = await VerifyAsync(app);
        Assert.Null(before.Problem);
        Assert.Equal(200, before.Head.Seq);

        await open.CommitAsync(Cancellation);
        var after = await VerifyAsync(other, (before.Head, "before"));
        Assert.Null(after.Problem);
        Assert.Equal(201, after.Head.Seq);
    }

    [Fact]
    public async Task What_retention_removes_leaves_a_chain_that_begins_later_and_a_line_that_says_where()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        // In this order, however quick it goes.
        var (start, step) = (DateTimeOffset.UtcNow.AddMinutes(-1), 0);
        foreach (
            var (days, name) in new[]
            {
                (90, "old 1"),
                (80, "old 2"),
                (5, "young 1"),
                (70, "old, but after a young one"),
                (1, "young 2"),
            }
        )
        {
            await using (
                var insert = app.Database.CreateCommand(
                    $"insert into audit (id, at, actor, kind, summary) values ('{Guid.CreateVersion7(start.AddSeconds(step++))}', now() - interval '{days} days', 'Ruth', 'exported', '{name}')"
                )
            )
                await insert.ExecuteNonQueryAsync(Cancellation);
        }

        var head = (await VerifyAsync(app)).Head;
        Assert.Equal(
            2,
            await app
                .Services.GetRequiredService<TrimAudit>()
                .RunAsync(DateTimeOffset.UtcNow.AddDays(-60), Cancellation)
        );

        var verdict = await VerifyAsync(app, (head, "before"));
        Assert.Null(verdict.Problem);
        Assert.Equal((2, 6), (verdict.After.Seq, verdict.Head.Seq));
        Assert.Equal(
            0,
            await app
                .Services.GetRequiredService<TrimAudit>()
                .RunAsync(DateTimeOffset.UtcNow.AddDays(-60), Cancellation)
        );
        // The file of it proves itself, too.
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth");
        var file = await admin.GetStringAsync(new Uri("/admin/audit.jsonl", UriKind.Relative));
        Assert.Null((await VerifyFileAsync(file)).Problem);
        // Without that line, nobody would know.
        await TamperAsync(app, "delete from audit where kind = 'audit_trimmed'");
        Assert.Equal("Line 1 is missing: the next one is line 3.", await ProblemAsync(app));
    }

    [Fact]
    public async Task A_file_of_the_log_proves_itself_without_the_database()
    {
        await using var app = await StartAsync();
        using var admin = await app.SignedInAsync(Role.Administrator, "ruth", "Ruth “Rü” Bader");

        using var answer = await admin.GetAsync(new Uri("/admin/audit.jsonl", UriKind.Relative));

        Assert.Equal("application/jsonl", answer.Content.Headers.ContentType!.MediaType);
        var file = await answer.Content.ReadAsStringAsync(Cancellation);
        var good = await VerifyFileAsync(file);
        Assert.Null(good.Problem);
        var lines = file.TrimEnd('\n').Split('\n');
        Assert.Equal(good.Head.Seq + 2, lines.Length);
        Assert.Equal(good.Head, (await VerifyAsync(app)).Head);

        var broken = new (string What, string[] Lines, string Problem)[]
        {
            (
                "changed",
                [.. lines.Select(line => line.Replace("line 3", "line 9", StringComparison.Ordinal))],
                "Line 3 ("
            ),
            ("deleted", [.. lines[..3], .. lines[4..]], "Line 3 is missing"),
            ("inserted", [.. lines[..3], lines[2], .. lines[3..]], "Line 2 comes after line 2"),
            ("reordered", [lines[0], lines[1], lines[3], lines[2], .. lines[4..]], "Line 2 is missing"),
            ("cut", lines[..^2], "The file ends after line "),
            ("cut, and its end kept", [.. lines[..^2], lines[^1]], "The end is missing from line "),
            ("begun later", [lines[0], .. lines[2..]], "Line 1 is missing"),
        };
        foreach (var (what, text, problem) in broken)
            Assert.StartsWith(
                problem,
                (await VerifyFileAsync(string.Join('\n', text))).Problem ?? what,
                StringComparison.Ordinal
            );
        // As CSV, each line names its place in the chain.
        var csv = await admin.GetStringAsync(new Uri("/admin/audit.csv", UriKind.Relative));
        Assert.Contains(
            await app.ValueAsync<string>("select seq || ',' || encode(hash, 'hex') from audit_seals where seq = 3"),
            csv,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_command_verifies_beside_a_running_product_and_names_the_first_broken_line()
    {
        await using var folder = new TemporaryFolder();
        await using var product = await RunningProduct.StartAsync(folder.Path);
        var (backup, done) = await RunningProduct.RunAsync(folder.Path, ["backup", "--data", "data"]);
        Assert.True(backup == 0, done);

        var (exit, output) = await RunningProduct.RunAsync(folder.Path, ["audit", "verify", "--data", "data"]);
        Assert.True(exit == 0, output);
        Assert.Contains("The audit log is as it was written: ", output, StringComparison.Ordinal);
        var head = output.Split('\n').Single(line => line.StartsWith("Head: ", StringComparison.Ordinal))[6..].Trim();
        (exit, output) = await RunningProduct.RunAsync(
            folder.Path,
            ["audit", "verify", "--data", "data", "--head", head]
        );
        Assert.True(exit == 0, output);

        var file = Path.Combine(folder.Path, "audit.jsonl");
        await File.WriteAllTextAsync(
            file,
            "{\"format\":\"anteroom-audit-1\",\"after\":{\"seq\":0,\"hash\":\"" + new string('0', 64) + "\"}}\n",
            Encoding.ASCII,
            Cancellation
        );
        (exit, output) = await RunningProduct.RunAsync(folder.Path, ["audit", "verify", file, "--data", "data"]);
        Assert.Equal(2, exit);
        Assert.Contains("BROKEN The file ends after line 0", output, StringComparison.Ordinal);
        (exit, output) = await RunningProduct.RunAsync(
            folder.Path,
            ["audit", "verify", "--data", "data", "--head", "99:" + new string('a', 64)]
        );
        Assert.Equal(2, exit);
        Assert.Contains(
            $"BROKEN The end is missing from line {long.Parse(head.Split(':')[0], CultureInfo.InvariantCulture) + 1} on: whoever wrote down --head saw 99 lines",
            output,
            StringComparison.Ordinal
        );
    }

    /// <summary>Six lines, sealed.</summary>
    private async Task<AnteroomApp> StartAsync()
    {
        var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        await using (
            var fill = app.Database.CreateCommand(
                """
                insert into audit (id, at, actor_id, actor, address, kind, subject, summary, details)
                select ('01990000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, now(), null, 'Rüth', '127.0.0.1', 'settings_changed', 'settings',
                    'line ' || n, '{"before": {"a": "0"}, "after": {"a": "1"}}'
                from generate_series(1, 6) n
                """
            )
        )
            await fill.ExecuteNonQueryAsync(Cancellation);
        await app.Services.GetRequiredService<SealAudit>().RunAsync(Cancellation);
        return app;
    }

    private static Task WriteAsync(AnteroomApp app, string summary) =>
        app.Services.GetRequiredService<AuditLog>().WriteAsync(AuditKind.Exported, summary, cancellation: Cancellation);

    private static Task<AuditVerdict> VerifyAsync(AnteroomApp app, params (AuditHead, string)[] heads) =>
        app.Services.GetRequiredService<VerifyAudit>().RunAsync(heads, Cancellation);

    private static async Task<string?> ProblemAsync(AnteroomApp app) => (await VerifyAsync(app)).Problem;

    private static async Task<AuditVerdict> VerifyFileAsync(string file)
    {
        using var reader = new StringReader(file);
        return await AuditFile.VerifyAsync(reader, [], Cancellation);
    }

    /// <summary>As whoever owns the database: without any trigger.</summary>
    private static async Task TamperAsync(AnteroomApp app, params string[] statements)
    {
        await using var connection = await app.Database.OpenConnectionAsync(Cancellation);
        await using var batch = connection.CreateBatch();
        foreach (
            var sql in statements
                .Prepend("set session_replication_role = replica")
                .Append("reset session_replication_role")
        )
            batch.BatchCommands.Add(new(sql));
        await batch.ExecuteNonQueryAsync(Cancellation);
    }
}
