using System.Net;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>Who did what when stands in the log, and administrators find it there.</summary>
[Trait("Category", "Slow")]
public sealed class AuditTests(TestDatabases databases)
{
    [Fact]
    public async Task Everything_that_has_to_be_answered_for_is_written_down_without_secrets()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root", "Ruth Byron");
        using (var wrong = app.NewClient())
        {
            using (await wrong.SignInAsync("root", "not the password")) { }
            using (await wrong.SignInAsync("hunter2, typed into the wrong field", "x")) { }
        }

        var users = await root.OpenAsync("/admin/users");
        using (
            await root.SendFormAsync(
                users.Form("/admin/users"),
                ("full_name", "Nina Berg"),
                ("email", "nina@firm.example"),
                ("username", "nina"),
                ("role", "attorney")
            )
        ) { }
        var nina = await root.OpenAsync("/admin/users/2");
        using (await root.SendFormAsync(nina.Form("/admin/users/2/role"), ("role", "staff"))) { }
        using (await root.SendFormAsync(nina.Form("/admin/users/2/password-link"))) { }
        using (await root.SendFormAsync(nina.Form("/admin/users/2/access"))) { }
        using (
            await root.SendFormAsync(
                (await root.OpenAsync("/admin/users/2")).Form("/admin/users/2/access"),
                ("active", "true")
            )
        ) { }
        var job = await root.OpenAsync("/admin/schedule/backup");
        using (await root.SendFormAsync(job.Form("/admin/schedule/backup/pause"))) { }
        using (await root.SendFormAsync(job.Form("/admin/schedule/backup/run"))) { }
        var template = await root.OpenAsync("/admin/templates/confirmation");
        using (
            await root.SendFormAsync(
                template.Form("/admin/templates/confirmation"),
                ("subject", "We have it"),
                ("text", "Dear {{first_name}}"),
                ("html", "<p>Dear {{first_name}}</p>")
            )
        ) { }
        using (await root.GetAsync(new Uri("/reports.csv", UriKind.Relative))) { }
        using (await root.GetAsync(new Uri("/admin/data/users", UriKind.Relative))) { }

        var lines = await app.TextsAsync("select kind || ': ' || actor || ' ' || summary from audit order by id");
        Assert.Equal(
            [
                "user_changed: Anteroom created the account of Ruth Byron (root), administrator",
                "signed_in: Ruth Byron signed in with a password",
                "sign_in_failed: Somebody tried to sign in as root with a wrong password, or while it was locked or closed",
                "sign_in_failed: Somebody tried to sign in to an unknown account",
                "user_changed: Ruth Byron invited Nina Berg (nina), attorney",
                "user_changed: Ruth Byron changed the role of Nina Berg from attorney to staff",
                "credentials_changed: Ruth Byron had a link to set a password sent to Nina Berg",
                "user_changed: Ruth Byron deactivated Nina Berg and signed them out everywhere",
                "user_changed: Ruth Byron reactivated Nina Berg",
                "schedule_changed: Ruth Byron paused Backup",
                "schedule_changed: Ruth Byron asked for a run of Backup",
                "template_changed: Ruth Byron changed the text of the email “Confirmation”",
            ],
            lines.Where(line =>
                !line.StartsWith("exported", StringComparison.Ordinal)
                && !line.StartsWith("data_read", StringComparison.Ordinal)
            )
        );
        Assert.Contains(
            lines,
            line => line.StartsWith("exported: Ruth Byron downloaded the report of ", StringComparison.Ordinal)
        );
        Assert.Contains("data_read: Ruth Byron looked at 2 rows of Users in the data browser", lines);
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from audit where summary like '%hunter2%'"));
        Assert.Equal(
            "127.0.0.1",
            await app.ValueAsync<string>(
                "select distinct replace(address, '::1', '127.0.0.1') from audit where address is not null"
            )
        );
        // Neither a password nor a link stands in any line.
        Assert.Equal(
            0,
            await app.ValueAsync<long>(
                $"select count(*) from audit where concat(summary, details) like '%{AnteroomApp.Password}%' or concat(summary, details) like '%token=%'"
            )
        );
    }

    [Fact]
    public async Task The_log_is_read_in_pages_filtered_and_taken_along_as_a_file()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root", "Ruth Byron");
        await using (
            var fill = app.Database.CreateCommand(
                """
                insert into audit (id, at, actor, kind, summary)
                select ('01800000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '2022-04-06T00:00:00Z', '=Formula', 'bulk_mailing', 'line ' || n || '%'
                from generate_series(1, 120) n
                """
            )
        )
            await fill.ExecuteNonQueryAsync();

        var page = await root.OpenAsync("/admin/audit");
        Assert.Equal(50, page.QuerySelectorAll(".audit-lines li").Length);
        Assert.Contains(
            "signed in with a password",
            page.QuerySelector(".audit-lines li")!.Words(),
            StringComparison.Ordinal
        );
        page = await root.OpenAsync(page.QuerySelector("[rel=next]")!.GetAttribute("href")!);
        page = await root.OpenAsync(page.QuerySelector("[rel=next]")!.GetAttribute("href")!);
        Assert.Null(page.QuerySelector("[rel=next]"));
        Assert.Contains("line 1%", page.QuerySelectorAll(".audit-lines li")[^1].Words(), StringComparison.Ordinal);

        Assert.Equal(1, await LinesAsync("q=line%2077%25"));
        Assert.Equal(0, await LinesAsync("q=line_77"));
        Assert.Equal(
            2,
            await LinesAsync($"person={await app.ValueAsync<Guid>("select id from users")}&kind=signed_in") + 1
        );
        Assert.Equal(50, await LinesAsync("kind=bulk_mailing"));
        Assert.Equal(50, await LinesAsync("from=2022-04-01&to=2022-04-30"));
        Assert.Equal(0, await LinesAsync("to=2020-01-01"));
        foreach (var wrong in new[] { "kind=x", "person=x", "from=yesterday", "before=x" })
        {
            using var refused = await root.GetAsync(new Uri($"/admin/audit?{wrong}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using var file = await root.GetAsync(new Uri("/admin/audit.csv?kind=bulk_mailing", UriKind.Relative));
        var csv = await file.Content.ReadAsStringAsync();
        Assert.Equal("text/csv", file.Content.Headers.ContentType!.MediaType);
        Assert.Equal(121, csv.TrimEnd().Split("\r\n").Length);
        Assert.DoesNotContain(",=Formula", csv, StringComparison.Ordinal);
        Assert.Equal(1, await LinesAsync("kind=exported"));

        async Task<int> LinesAsync(string query) =>
            (await root.OpenAsync($"/admin/audit?{query}")).QuerySelectorAll(".audit-lines li").Length;
    }
}
