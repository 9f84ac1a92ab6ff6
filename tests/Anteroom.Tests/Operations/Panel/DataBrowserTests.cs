using System.Net;
using Anteroom.Admin;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>Administrators read every table, and change nothing and learn no secret by it.</summary>
[Trait("Category", "Slow")]
public sealed class DataBrowserTests(TestDatabases databases)
{
    [Fact]
    public async Task Every_table_of_the_database_is_shown_or_left_out_on_purpose_and_can_be_filtered_by_each_column()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await new Prospect().IsAcceptedAsync(app);

        var tables = await app.TextsAsync(
            "select table_name from information_schema.tables where table_schema = 'public' order by 1"
        );
        Assert.Equal(
            tables.Order(StringComparer.Ordinal),
            DataTables.All.Select(table => table.Name).Concat(DataTables.LeftOut.Keys).Order(StringComparer.Ordinal)
        );
        foreach (var table in DataTables.All)
        {
            using var list = await root.GetAsync(new Uri($"/admin/data/{table.Name}", UriKind.Relative));
            Assert.True(list.StatusCode == HttpStatusCode.OK, $"{table.Name}: {list.StatusCode}");
            // Every column that can be compared can be, and each row has a page of its own.
            foreach (var column in table.Filterable)
            {
                using var filtered = await root.GetAsync(
                    new Uri($"/admin/data/{table.Name}?filter={column.Name}:is_not_empty:", UriKind.Relative)
                );
                Assert.True(
                    filtered.StatusCode == HttpStatusCode.OK,
                    $"{table.Name}.{column.Name}: {filtered.StatusCode}"
                );
            }

            if ((await list.PageAsync()).QuerySelector(".data-rows tbody a") is { } first)
                Assert.NotNull((await root.OpenAsync(first.GetAttribute("href")!)).QuerySelector(".data-row"));
        }
    }

    [Fact]
    public async Task A_table_is_searched_filtered_sorted_and_read_page_by_page()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await using (
            var fill = app.Database.CreateCommand(
                """
                insert into leads (id, first_name, last_name, email, source, search_text, created_at, updated_at, status)
                select gen_random_uuid(), 'Ada', 'Nr' || n, 'ada' || n || '@example.com', 'form', 'ada nr' || n || ' zoe', now(), now(),
                    case when n % 3 = 0 then 'lost' else 'registered' end
                from generate_series(1, 120) n
                """
            )
        )
            await fill.ExecuteNonQueryAsync();

        var page = await root.OpenAsync("/admin/data/leads");
        var seen = new List<string>();
        while (true)
        {
            seen.AddRange(page.QuerySelectorAll(".data-rows tbody tr td:nth-child(2)").Select(cell => cell.Words()));
            if (page.QuerySelector("[rel=next]") is not { } next)
                break;
            page = await root.OpenAsync(next.GetAttribute("href")!);
        }

        Assert.Equal(Enumerable.Range(1, 120).Reverse().Select(number => $"{number}"), seen);
        Assert.Equal(1, await RowsAsync("leads?q=Nr77"));
        Assert.Equal(50, await RowsAsync("leads?q=Zoë"));
        Assert.Equal(40, await RowsAsync("leads?filter=status:is:lost"));
        Assert.Equal(20, await RowsAsync("leads?filter=status:is:lost&filter=number:at_most:60"));
        Assert.Equal(1, await RowsAsync("leads?filter=email:contains:ada99@"));
        Assert.Equal(0, await RowsAsync("leads?filter=email:contains:ada_9@"));
        Assert.Equal(0, await RowsAsync("leads?filter=phone:is_not_empty:"));
        Assert.Equal(
            "1",
            (await root.OpenAsync("/admin/data/leads?sort=number")).QuerySelector(".data-rows td")!.Words()
        );
        Assert.Equal(50, await RowsAsync("leads?sort=-created_at"));

        // The form has the three parts of a filter; the address to keep has one.
        using var made = await root.GetAsync(
            new Uri(
                "/admin/data/leads?column=status&comparison=is&value=lost&filter=number:at_least:100",
                UriKind.Relative
            )
        );
        Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        Assert.Equal(
            "/admin/data/leads?filter=number%3Aat_least%3A100&filter=status%3Ais%3Alost",
            made.Headers.Location!.ToString()
        );
        Assert.Equal(7, await RowsAsync("leads?filter=number:at_least:100&filter=status:is:lost"));

        async Task<int> RowsAsync(string address) =>
            (await root.OpenAsync($"/admin/data/{address}")).QuerySelectorAll(".data-rows tbody tr").Length;
    }

    [Fact]
    public async Task What_cannot_be_meant_and_what_would_do_harm_gets_a_sentence_and_nothing_else()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        foreach (
            var address in new[]
            {
                "leads?filter=password_hash:is:x",
                "users?filter=password_hash:contains:A",
                "users?filter=security_stamp:at_least:a",
                "users?sort=password_hash",
                "leads?sort=last_name",
                "leads?filter=status",
                "leads?filter=status:like:x",
                "leads?filter=number:is:many",
                "leads?filter=created_at:at_least:yesterday-ish",
                "leads?filter=sample:contains:x&filter=id:is:1",
                "leads?filter=number%22%3B%20drop%20table%20leads%3B--:is:1",
                "leads?after=nonsense",
                "resumes?q=x",
                "leads?q=" + new string('x', 201),
            }
        )
        {
            using var answer = await root.GetAsync(new Uri($"/admin/data/{address}", UriKind.Relative));
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{address}: {answer.StatusCode}");
        }

        foreach (
            var address in new[]
            {
                "user_tokens",
                "pg_class",
                "leads/nonsense",
                "leads/WyIxIl0",
                "lead_search",
                "users;",
            }
        )
        {
            using var answer = await root.GetAsync(new Uri($"/admin/data/{address}", UriKind.Relative));
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{address}: {answer.StatusCode}");
        }

        using var hostile = await root.GetAsync(
            new Uri("/admin/data/users?q=%27%29%3B%20delete%20from%20users%3B%20--%25", UriKind.Relative)
        );
        Assert.Equal(HttpStatusCode.OK, hostile.StatusCode);
        Assert.Equal(1, await app.CountAsync("users"));
    }

    [Fact]
    public async Task Secrets_stay_hidden_references_lead_on_and_each_look_at_personal_data_is_written_down()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
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
        await new Prospect().IsAcceptedAsync(app);

        var mails = await root.OpenAsync("/admin/data/emails?filter=kind:is:invitation");
        var invitation = await root.OpenAsync(mails.QuerySelector(".data-rows tbody a")!.GetAttribute("href")!);
        Assert.DoesNotContain("token=", invitation.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("holds a link that sets a password", invitation.Body!.Words(), StringComparison.Ordinal);
        mails = await root.OpenAsync("/admin/data/emails?filter=kind:is:confirmation");
        var confirmation = await root.OpenAsync(mails.QuerySelector(".data-rows tbody a")!.GetAttribute("href")!);
        Assert.Contains("/unsubscribe/•••", confirmation.Body!.TextContent, StringComparison.Ordinal);
        var hash = await app.ValueAsync<string>("select password_hash from users where user_name = 'root'");
        var list = await root.OpenAsync("/admin/data/users?filter=user_name:is:root");
        var user = await root.OpenAsync(list.QuerySelector(".data-rows tbody a")!.GetAttribute("href")!);
        Assert.DoesNotContain(hash[..20], user.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("•••", user.Body!.TextContent, StringComparison.Ordinal);

        // From the email to its lead, and from the lead to what names it.
        var lead = await root.OpenAsync(
            confirmation.QuerySelectorAll(".data-row a").Single(link => link.Words() == "leads 1").GetAttribute("href")!
        );
        var back = lead.QuerySelectorAll(".data-mentions a")
            .First(link => link.Words().StartsWith("Emails", StringComparison.Ordinal));
        Assert.Equal(
            2,
            (await root.OpenAsync(back.GetAttribute("href")!)).QuerySelectorAll(".data-rows tbody tr").Length
        );
        Assert.Contains(
            "looked at a row of Leads in the data browser",
            await app.TextsAsync("select summary from audit where kind = 'data_read'")
        );
    }

    [Fact]
    public async Task A_question_that_takes_too_long_is_stopped_and_says_so()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await using var blocker = await app.Database.OpenConnectionAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var block = new Npgsql.NpgsqlCommand("lock table opt_outs in access exclusive mode", blocker))
            await block.ExecuteNonQueryAsync();

        using var answer = await root.GetAsync(new Uri("/admin/data/opt_outs", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("This took too long", (await answer.PageAsync()).Body!.Words(), StringComparison.Ordinal);
    }
}
