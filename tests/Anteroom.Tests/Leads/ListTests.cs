using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>The list: what people ask of it, how they keep it, and what they do to many leads at once.</summary>
public sealed class ListTests(TestDatabases databases)
{
    private static long[] Numbers(IHtmlDocument page) =>
        [
            .. page.QuerySelectorAll("tr[id^='lead-']")
                .Select(row => long.Parse(row.Id!["lead-".Length..], CultureInfo.InvariantCulture)),
        ];

    private static async Task<long[]> AskAsync(HttpClient client, string query) =>
        Numbers(await client.OpenAsync("/leads" + query));

    [Fact]
    public async Task Every_filter_stands_in_the_address_is_shown_as_a_chip_and_means_the_same_to_the_export()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        for (var i = 1; i <= 6; i++)
            await new Prospect
            {
                FirstName = $"Prospect {i}",
                PracticeArea = i <= 2 ? "Family" : "Immigration",
                Email = $"p{i}@example.com",
            }.IsAcceptedAsync(app);
        await app.ExecuteAsync(
            """
            update leads set assigned_to = null, assigned_at = null;
            update leads set assigned_to = (select id from users where user_name = 'maria') where number in (1, 2);
            update leads set status = 'retained' where number = 3;
            update leads set status = 'lost' where number = 4;
            update leads set needs_call = true where number in (2, 5);
            update leads set created_at = now() - interval '10 days' where number <= 2;
            update leads set source = 'phone' where number = 6;
            update emails set state = 'failed' where lead_id = (select id from leads where number = 6);
            update resumes set deleted_at = now() where lead_id = (select id from leads where number = 5)
            """
        );

        (string Query, long[] Found, int Chips)[] cases =
        [
            ("", [6, 5, 4, 3, 2, 1], 0),
            ("?status=retained&status=lost", [4, 3], 2),
            ("?status=retained,lost", [4, 3], 2),
            ("?assigned_to=me", [2, 1], 1),
            ("?assigned_to=none", [6, 5, 4, 3], 1),
            ("?practice_area=Family", [2, 1], 1),
            ("?area=Family&status=registered", [2, 1], 2),
            ("?source=phone", [6], 1),
            ("?received=week", [6, 5, 4, 3], 1),
            ("?received=today&status=lost", [4], 2),
            ("?received=month", [6, 5, 4, 3, 2, 1], 1),
            ("?created_to=" + DateTime.UtcNow.AddDays(-9).ToString("yyyy-MM-dd", null), [2, 1], 1),
            ("?created_from=" + DateTime.UtcNow.AddDays(-1).ToString("yyyy-MM-dd", null), [6, 5, 4, 3], 1),
            ("?attention=needs_call", [5, 2], 1),
            ("?attention=mail_failed", [6], 1),
            ("?attention=resume_deleted", [5], 1),
            ("?attention=waiting", [2, 1], 1),
            ("?attention=unassigned", [6, 5], 1),
            ("?attention=mail_failed&attention=needs_call", [6, 5, 2], 2),
            ("?attention=any", [6, 5, 2, 1], 1),
            ("?lead=3,5", [5, 3], 1),
            ("?q=prospect&status=registered", [6, 5, 2, 1], 1),
            ("?sort=created_at&source=form", [1, 2, 3, 4, 5], 1),
            ("?sort=waiting", [1, 2, 5, 6], 0),
        ];
        foreach (var (query, found, chips) in cases)
        {
            var page = await maria.OpenAsync("/leads" + query);
            Assert.True(found.SequenceEqual(Numbers(page)), $"{query}: {string.Join(", ", Numbers(page))}");
            Assert.Equal(chips, page.QuerySelectorAll(".chip").Length);
            var csv = await maria.GetStringAsync(new Uri("/leads.csv" + query, UriKind.Relative));
            Assert.Equal(
                found.Order(),
                csv.TrimEnd()
                    .Split("\r\n")
                    .Skip(1)
                    .Select(line => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))
                    .Order()
            );
        }

        // A chip takes away what it says, and nothing else.
        var both = await maria.OpenAsync("/leads?status=registered&assigned_to=me&q=prospect");
        var without = both.QuerySelectorAll(".chip")[^1].GetAttribute("href")!;
        Assert.Equal("/leads?status=registered&q=prospect", without);
    }

    [Fact]
    public async Task A_time_from_which_counts_itself_a_time_before_which_does_not_and_what_is_over_needs_no_attention()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        for (var i = 1; i <= 4; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        await app.ExecuteAsync(
            """
            update leads set created_at = '2026-01-31T09:00:00Z'::timestamptz + (number - 2) * interval '1 hour';
            update leads set status = 'reached_out' where number = 4;
            update resumes set scan_state = 'quarantined' where lead_id in (select id from leads where number <= 2);
            update resumes set deleted_at = now() where lead_id in (select id from leads where number in (2, 3));
            insert into tags (id, name, key, colour, created_at)
            values ('00000000-0000-0000-0000-000000000001', 'VIP', 'vip', 'blue', now()), ('00000000-0000-0000-0000-000000000002', 'Old', 'old', 'blue', now());
            insert into lead_tags (lead_id, tag_id, lead_number) select id, '00000000-0000-0000-0000-000000000001', number from leads where number in (1, 3);
            insert into lead_tags (lead_id, tag_id, lead_number) select id, '00000000-0000-0000-0000-000000000002', number from leads where number = 2
            """
        );

        (string Query, long[] Found)[] cases =
        [
            ("?created_from=2026-01-31T09:00:00Z", [4, 3, 2]),
            ("?created_to=2026-01-31T09:00:00Z", [1]),
            ("?created_from=2026-01-31T10:00:00%2B01:00&created_to=2026-01-31T10:00:00Z", [2]),
            ("?attention=resume_quarantined", [1]),
            ("?attention=waiting", [3, 2, 1]),
            ("?attention=any&attention=resume_quarantined", [4, 3, 2, 1]),
            ("?tag=VIP", [3, 1]),
            ("?tag=vip&lead=1,2", [1]),
        ];
        foreach (var (query, found) in cases)
        {
            var asked = await AskAsync(maria, query);
            Assert.True(found.SequenceEqual(asked), $"{query}: {string.Join(", ", asked)}");
        }
    }

    [Fact]
    public async Task Where_attorneys_see_only_theirs_every_count_and_every_search_is_of_what_they_see()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        using var bearer = await app.BearerAsync(Role.Attorney, "john");
        for (var i = 1; i <= 5; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        await app.ExecuteAsync(
            """
            update leads set assigned_to = (select id from users where user_name = 'john') where number >= 3;
            update leads set assigned_to = (select id from users where user_name = 'maria') where number = 2
            """
        );

        var page = await maria.OpenAsync("/leads");
        Assert.Equal([2L, 1L], Numbers(page));
        Assert.DoesNotContain(
            page.QuerySelectorAll(".count"),
            count => int.Parse(count.TextContent, CultureInfo.InvariantCulture) > 2
        );
        Assert.Contains("2 leads", page.Body!.Words(), StringComparison.Ordinal);
        var searched = await AskAsync(maria, "?q=lovelace");
        Assert.Equal([2L, 1L], searched);

        // A page is filled with what he sees, though the first that are found are others'.
        var found = await bearer.GetFromJsonAsync<JsonElement>("/api/v1/leads?q=lovelace&limit=1&sort=created_at");
        Assert.Equal(1, Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("number").GetInt64());
        await app.ExecuteAsync(
            "update leads set assigned_to = (select id from users where user_name = 'maria') where number = 1"
        );
        found = await bearer.GetFromJsonAsync<JsonElement>("/api/v1/leads?q=lovelace&limit=1&sort=created_at");
        Assert.Equal(3, Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("number").GetInt64());
    }

    [Theory]
    [InlineData("?status=nonsense", "registered, reached_out")]
    [InlineData("?assigned_to=somebody", "me or none")]
    [InlineData("?created_from=yesterday", "2026-01-31")]
    [InlineData("?received=decade", "today, week, month")]
    [InlineData("?attention=never", "needs_call")]
    [InlineData("?sort=height", "-created_at")]
    [InlineData("?lead=one", "lead=12,15")]
    [InlineData("?sort=-updated_at&before=12", "before")]
    public async Task What_cannot_be_meant_is_said_on_the_list_and_the_board(string query, string words)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();

        foreach (var place in new[] { "/leads", "/leads.csv", "/board" })
        {
            using var answer = await maria.GetAsync(new Uri(place + query, UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(words, (await answer.PageAsync()).Body!.Words(), StringComparison.Ordinal);
        }
    }

    [Trait("Category", "Slow")]
    [Theory]
    [InlineData("name")]
    [InlineData("-name")]
    [InlineData("-updated_at")]
    [InlineData("updated_at")]
    [InlineData("created_at")]
    [InlineData("waiting")]
    public async Task Every_order_pages_by_key_there_and_back_without_leaving_anybody_out(string sort)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 1; i <= 120; i++)
            await new Prospect { FirstName = $"P{i % 7}", LastName = $"L{i % 11}" }.IsAcceptedAsync(app);
        // The same instant for many, as after a change of many at once.
        await app.ExecuteAsync("update leads set updated_at = now() - (number / 40) * interval '1 hour'");
        using var maria = await app.SignedInAsync();

        var forth = await WalkAsync($"/leads?sort={sort}", "next");
        var back = await WalkAsync(forth.Last, "prev");

        Assert.Equal(Enumerable.Range(1, 120).Select(i => (long)i), forth.Seen.SelectMany(page => page).Order());
        Assert.Equal(forth.Seen.SelectMany(page => page), back.Seen.AsEnumerable().Reverse().SelectMany(page => page));
        var expected = await app.ValueAsync<long>(
            $"select number from leads order by {sort switch
            {
                "name" => "last_name, first_name, number",
                "-name" => "last_name desc, first_name desc, number desc",
                "-updated_at" => "updated_at desc, number desc",
                "updated_at" => "updated_at, number",
                _ => "number",
            }} offset 77 limit 1"
        );
        Assert.Equal(expected, forth.Seen.SelectMany(page => page).ElementAt(77));

        async Task<(List<long[]> Seen, string Last)> WalkAsync(string from, string rel)
        {
            List<long[]> seen = [];
            var address = from;
            while (true)
            {
                var page = await maria.OpenAsync(address);
                seen.Add(Numbers(page));
                if (page.QuerySelector($"a[rel={rel}]")?.GetAttribute("href") is not { } next)
                    return (seen, address);
                address = next;
            }
        }
    }

    [Fact]
    public async Task Columns_density_and_views_are_kept_for_each_user_and_the_firms_views_by_administrators()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect { PracticeArea = "Family", Phone = "+1 202 555 0142" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        using var boss = await app.SignedInAsync(Role.Administrator, "boss");

        // Columns, in the order of the form, and one moved up.
        var page = await maria.OpenAsync("/leads");
        Assert.Contains("About", Heads(page));
        await SettleAsync(maria, page, ["status", "phone", "received"], "compact", ("up", "phone"));
        page = await maria.OpenAsync("/leads");
        Assert.Equal(["Selected", "Name", "Phone", "Status", "Received"], Heads(page));
        Assert.NotNull(page.QuerySelector("table.compact"));
        Assert.Contains("About", Heads(await boss.OpenAsync("/leads")));

        // A view of one's own: the question and the columns.
        var kept = await SaveAsync(maria, "/leads?practice_area=Family&sort=name", "Family matters", firm: false);
        page = await maria.OpenAsync(kept);
        Assert.Equal([1], Numbers(page));
        Assert.Contains(
            "Family matters",
            page.QuerySelector(".views [aria-current]")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal("ascending", page.QuerySelector("th[aria-sort]")!.GetAttribute("aria-sort"));
        Assert.DoesNotContain(
            "Family matters",
            (await boss.OpenAsync("/leads")).Body!.Words(),
            StringComparison.Ordinal
        );
        using (var stranger = await boss.GetAsync(new Uri(kept, UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);

        // Changed, and the change saved; then nothing is asked, which is another question than the view's.
        page = await maria.OpenAsync(kept.Replace("?", "?status=registered&", StringComparison.Ordinal));
        Assert.NotNull(page.QuerySelector(".dirty"));
        using (
            await maria.SendFormAsync(
                page.Form(
                    "/leads/views/",
                    form => form.QuerySelector("[name=name]") is null && form.QuerySelector("[name=query]") is not null
                )
            )
        ) { }
        page = await maria.OpenAsync(kept);
        Assert.Null(page.QuerySelector(".dirty"));
        Assert.Contains("Registered", page.QuerySelector(".chip")!.Words(), StringComparison.Ordinal);
        page = await maria.OpenAsync(page.QuerySelector(".chip-clear")!.GetAttribute("href")!);
        Assert.Empty(page.QuerySelectorAll(".chip"));
        Assert.NotNull(page.QuerySelector(".dirty"));

        // Renamed, refused, deleted.
        page = await maria.OpenAsync(kept);
        using (
            await maria.SendFormAsync(
                page.Form("/leads/views/", form => form.QuerySelector("[name=name]") is not null),
                ("name", "Families")
            )
        ) { }
        page = await maria.OpenAsync(kept);
        Assert.Contains("Families", page.Body!.Words(), StringComparison.Ordinal);
        using (
            var refused = await maria.SendFormAsync(
                page.Form("/leads/views", form => form.QuerySelector("[name=columns]") is not null),
                ("name", "families"),
                ("firm", "")
            )
        )
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using (var twice = await SendViewAsync(maria, "/leads?q=x", "families", firm: false))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, twice.StatusCode);
        using (
            await maria.SendFormAsync(
                page.Form(
                    "/leads/views/",
                    form => form.GetAttribute("action")!.EndsWith("/delete", StringComparison.Ordinal)
                )
            )
        ) { }
        Assert.DoesNotContain("Families", (await maria.OpenAsync("/leads")).Body!.Words(), StringComparison.Ordinal);

        // The firm's: everybody's to use, the administrators' to change.
        var firms = await SaveAsync(boss, "/leads?assigned_to=me", "My own", firm: true);
        page = await maria.OpenAsync(firms);
        Assert.Contains("My own", page.QuerySelector(".views [aria-current]")!.Words(), StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("#view-rename"));
        using (var refused = await SendViewAsync(maria, "/leads?q=y", "Everybody's", firm: true))
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        static string[] Heads(IHtmlDocument page) =>
            [.. page.QuerySelectorAll("thead th").Select(head => head.Words())];
    }

    private static async Task SettleAsync(
        HttpClient client,
        IHtmlDocument page,
        string[] columns,
        string density,
        (string, string) button
    )
    {
        var form = page.Form("/leads/settings");
        using var content = new FormUrlEncodedContent([
            Secret(form),
            .. columns.Select(column => KeyValuePair.Create("column", column)),
            new("density", density),
            new("back", "/leads"),
            KeyValuePair.Create(button.Item1, button.Item2),
        ]);
        using var answer = await client.PostAsync(new Uri("/leads/settings", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    private static KeyValuePair<string, string> Secret(IHtmlFormElement form) =>
        new(
            "__RequestVerificationToken",
            form.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!
        );

    private static async Task<HttpResponseMessage> SendViewAsync(
        HttpClient client,
        string address,
        string name,
        bool firm
    )
    {
        var page = await client.OpenAsync(address);
        var form = page.Form("/leads/views", form => form.QuerySelector("[name=columns]") is not null);
        using var content = new FormUrlEncodedContent([
            Secret(form),
            new("name", name),
            new("query", form.QuerySelector("[name=query]")!.GetAttribute("value")!),
            new("columns", form.QuerySelector("[name=columns]")!.GetAttribute("value")!),
            new("place", "/leads"),
            .. firm ? [KeyValuePair.Create("firm", "yes")] : Array.Empty<KeyValuePair<string, string>>(),
        ]);
        return await client.PostAsync(new Uri("/leads/views", UriKind.Relative), content);
    }

    private static async Task<string> SaveAsync(HttpClient client, string address, string name, bool firm)
    {
        using var answer = await SendViewAsync(client, address, name, firm);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    [Fact]
    public async Task A_lead_is_unread_until_somebody_of_the_firm_opens_it_or_does_something()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        using var daniel = await app.SignedInAsync(Role.Attorney, "daniel");

        Assert.True(await UnreadAsync(maria));
        await maria.OpenAsync($"/leads/{number}");
        Assert.False(await UnreadAsync(maria));
        Assert.False(await UnreadAsync(daniel)); // a colleague has seen it

        // Moved in the list, unopened.
        await new Prospect().IsAcceptedAsync(app);
        Assert.True(await UnreadAsync(daniel));
        var list = await daniel.OpenAsync("/leads");
        var move = list.QuerySelector("#lead-2 .c-status [name=status]")!;
        Assert.Equal("reached_out", move.GetAttribute("value"));
        using (
            var moved = await daniel.PostAsync(
                new Uri(move.GetAttribute("formaction")!, UriKind.Relative),
                new FormUrlEncodedContent([
                    new(
                        "__RequestVerificationToken",
                        list.QuerySelector("#row-form [name=__RequestVerificationToken]")!.GetAttribute("value")!
                    ),
                    new("back", list.QuerySelector("#row-form [name=back]")!.GetAttribute("value")!),
                    new("status", "reached_out"),
                ])
            )
        )
            Assert.Equal("/leads", moved.Headers.Location!.ToString());
        Assert.False(await UnreadAsync(maria));

        // And given to a colleague there.
        var assign = (await daniel.OpenAsync("/leads"))
            .QuerySelectorAll("#lead-2 .c-attorney [name=assigned_to]")
            .Single(button => button.Words() == "maria");
        using (
            var assigned = await daniel.PostAsync(
                new Uri(assign.GetAttribute("formaction")!, UriKind.Relative),
                new FormUrlEncodedContent([
                    new(
                        "__RequestVerificationToken",
                        list.QuerySelector("#row-form [name=__RequestVerificationToken]")!.GetAttribute("value")!
                    ),
                    new("back", "/leads"),
                    new("assigned_to", assign.GetAttribute("value")!),
                ])
            )
        )
            Assert.Equal("/leads", assigned.Headers.Location!.ToString());
        Assert.Contains(
            "maria",
            (await daniel.OpenAsync("/leads")).QuerySelector("#lead-2 .c-attorney summary")!.Words(),
            StringComparison.Ordinal
        );

        static async Task<bool> UnreadAsync(HttpClient client) =>
            (await client.OpenAsync("/leads")).QuerySelector("tr.unread") is not null;
    }

    [Fact]
    public async Task The_export_is_whole_and_nothing_in_it_runs()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect { FirstName = "=cmd|' /C calc'!A0", LastName = "O\"Hara, \"Jr.\"" }.IsAcceptedAsync(app);
        for (var i = 0; i < 30; i++)
            await new Prospect().IsAcceptedAsync(app);
        // More than are read at once.
        await app.ExecuteAsync(
            """
            insert into leads (id, first_name, last_name, email, source, search_text, created_at, updated_at)
            select gen_random_uuid(), 'Made', 'Up', 'm@example.com', 'api', 'made up', now(), now() from generate_series(1, 1100)
            """
        );
        using var maria = await app.SignedInAsync();

        using var answer = await maria.GetAsync(new Uri("/leads.csv", UriKind.Relative));
        var csv = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith(
            "attachment",
            answer.Content.Headers.ContentDisposition!.ToString(),
            StringComparison.Ordinal
        );
        var lines = csv.TrimEnd().Split("\r\n");
        Assert.Equal(1 + 31 + 1100, lines.Length);
        Assert.Equal(1131, lines.Skip(1).Select(line => line.Split(',')[0]).Distinct().Count());
        // The code that prospects know is the last of each line.
        Assert.EndsWith(",files,code", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            await app.TextsAsync("select code from leads order by code"),
            lines.Skip(1).Select(line => line.Split(',')[^1]).Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(",=cmd", csv, StringComparison.Ordinal);
        Assert.DoesNotContain(",\"=cmd", csv, StringComparison.Ordinal);
        Assert.Contains("\"O\"\"Hara, \"\"Jr.\"\"\"", csv, StringComparison.Ordinal);
    }
}
