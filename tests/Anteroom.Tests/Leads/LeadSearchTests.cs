using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>What a search finds, and in which pieces, with more leads than it reads in order.</summary>
[Trait("Category", "Slow")]
public sealed class LeadSearchTests(TestDatabases databases)
{
    private const int Leads = 9_000; // more than twice what is read in order

    [Fact]
    public async Task A_search_finds_what_begins_so_or_if_nothing_does_what_has_it_inside()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        await AddAsync(app, "Ada", "de la Cruz", "ada.cruz@example.com");
        await AddAsync(app, "Bob", "Blacksmith", "cruzadaed@other.example");
        await AddAsync(app, "Under_score", "100%", "x@y.example");
        await AddAsync(app, "Jo", "Smithers", "j2@example.com");

        foreach (
            var (query, expected) in ((string, long[])[])
                [
                    ("cruz", [2, 1]),
                    ("ada", [1]),
                    ("la", [1]),
                    ("smith", [4]),
                    ("blacksm", [2]),
                    ("ksmi", [2]),
                    ("r_s", [3]),
                    ("100%25", [3]),
                    ("%25", [3]),
                    ("other.example", [2]),
                    ("ada+cruz", [1]),
                    ("cruz+ada", [1]),
                    ("cruz+lacksm", [2]),
                    ("ada+bob", []),
                    ("2", [4, 2]),
                    ("%232", [2]),
                    ("ada.cruz%40example.com", [1]),
                    ("ada.cruz%40example.comm", []),
                ]
        )
            Assert.Equal(expected, await WalkAsync(maria, $"q={query}"));
    }

    [Fact]
    public async Task A_search_finds_a_lead_by_whatever_was_said_of_it_until_it_no_longer_is()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Administrator, "maria");
        await new Prospect
        {
            FirstName = "José",
            LastName = "O’Brien",
            Email = "jose.obrien@mail.example",
            Phone = "(202) 555-0142",
            Message = "I was a machine-learning engineer (C++, node.js) in Göteborg, and my visa ends soon.",
        }.IsAcceptedAsync(app);
        await AddAsync(app, "Ada", "Ng", "ada@example.com");
        var jose = (await WalkAsync(maria, "q=jose")).Single();
        var id = await app.ValueAsync<Guid>($"select id from leads where number = {jose}");
        var note = await maria.PostAsJsonAsync(
            $"/api/v1/leads/{id}/notes",
            new { text = "Speaks Português fluently; called back twice." }
        );
        note.EnsureSuccessStatusCode();
        await app.ExecuteAsync(
            $"""
            insert into tags (id, name, key, colour, created_at) values ('{Guid.Empty}', 'Green Card', 'green card', 'blue', now());
            insert into lead_tags (lead_id, tag_id, lead_number) values ('{id}', '{Guid.Empty}', {jose})
            """
        );

        foreach (
            var found in (string[])
                [
                    "o%27brien",
                    "O’BRI",
                    "obrien",
                    "mail.example",
                    "202",
                    "555-0142",
                    "5550142",
                    "(202)+555-0142",
                    "2025550142",
                    "goteborg",
                    "GÖTE",
                    "machine",
                    "learning",
                    "machine-learning",
                    "node.js",
                    "c%2B%2B",
                    "portugues",
                    "jose+visa+fluently+green",
                    "card",
                    "%22machine+learning+engineer%22",
                    "%22called+back%22+visa",
                    "%22visa+ends%22",
                ]
        )
            Assert.Equal((found, jose), (found, (await WalkAsync(maria, $"q={found}")).SingleOrDefault()));
        foreach (
            var absent in (string[])["%22engineer+learning%22", "%22back+called%22", "visa+ada", "zzz", "jose+zzz"]
        )
            Assert.Equal((absent, 0), (absent, (await WalkAsync(maria, $"q={absent}")).Count));
        // With a filter other statements look.
        Assert.Equal([jose], await WalkAsync(maria, "q=%22visa+ends%22+202&status=registered"));
        Assert.Empty(await WalkAsync(maria, "q=visa&status=lost"));

        // What was found is shown, with what was searched for marked.
        var page = await maria.GetFromJsonAsync<JsonElement>("/api/v1/leads?q=jose+goteb+visa");
        var match = page.GetProperty("items")[0].GetProperty("match");
        var said = match.GetProperty("text").GetString()!;
        Assert.Equal("message", match.GetProperty("place").GetString());
        Assert.Equal(
            ["Göteb", "visa"],
            match
                .GetProperty("marks")
                .EnumerateArray()
                .Select(mark =>
                    said.Substring(mark.GetProperty("start").GetInt32(), mark.GetProperty("length").GetInt32())
                )
        );
        page = await maria.GetFromJsonAsync<JsonElement>("/api/v1/leads?q=jose");
        Assert.False(page.GetProperty("items")[0].TryGetProperty("match", out _));
        using (var reader = await app.SignedInAsync(Role.Attorney, "reader"))
        {
            var list = await reader.OpenAsync("/leads?q=jose+fluen");
            Assert.Equal("Note: Speaks Português fluently; called back twice.", list.QuerySelector(".c-hit")!.Words());
            Assert.Equal(
                ["José", "jose", "fluen"],
                list.QuerySelectorAll("tbody mark").Select(mark => mark.TextContent)
            );
            var palette = await reader.GetFromJsonAsync<JsonElement>("/leads/find?q=fluen");
            Assert.StartsWith("Note: Speaks", palette[0].GetProperty("hit").GetString(), StringComparison.Ordinal);
        }

        await app.ExecuteAsync($"delete from lead_tags where lead_id = '{id}'");
        Assert.Empty(await WalkAsync(maria, "q=green"));
        await app.ExecuteAsync($"update leads set search_more = '' where id = '{id}'");
        Assert.Empty(await WalkAsync(maria, "q=goteborg"));
        Assert.Equal([jose], await WalkAsync(maria, "q=fluently"));
        await app.ExecuteAsync($"update leads set deleted_at = now() where id = '{id}'");
        Assert.Empty(await WalkAsync(maria, "q=jose"));
        await app.ExecuteAsync($"update leads set deleted_at = null where id = '{id}'");
        Assert.Equal([jose], await WalkAsync(maria, "q=fluently+jose"));
    }

    /// <summary>Every kind of frequency, every order, every filter: against the plain question.</summary>
    [Fact]
    public async Task Pages_of_a_search_show_every_match_once_however_many_there_are_and_wherever()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        await app.ExecuteAsync(
            $"""
            insert into leads (id, number, first_name, last_name, email, source, status, search_text, created_at, updated_at)
            select gen_random_uuid(), i, 'F', 'L', 'e', 'demo', case when i % 7 = 0 then 'lost' else 'registered' end,
                'common ' || case when i % 300 = 5 then 'rarely ' else '' end || case when i < 40 then 'oldest' else 'later' end || ' user' || i || '@example.com',
                now(), now()
            from generate_series(1, {Leads}) i
            """
        );
        await app.ExecuteAsync("analyze leads, lead_search"); // as the server does by itself within a minute

        foreach (
            var (query, sql) in ((string, string)[])
                [
                    ("q=rare", "i % 300 = 5"),
                    ("q=arel", "i % 300 = 5"),
                    ("q=old", "i < 40"),
                    ("q=ldes&status=lost", "i < 40 and i % 7 = 0"),
                    ("q=rarely&status=lost", "i % 300 = 5 and i % 7 = 0"),
                    ("q=rarely+user1", "i % 300 = 5 and i::text like '1%'"),
                    ("q=user12", "i::text like '12%'"),
                    ("q=er12", "i::text like '12%'"),
                    ("q=common&status=lost", "i % 7 = 0"),
                ]
        )
        {
            var expected = await app.ValueAsync<long[]>(
                $"select array_agg(i order by i desc)::bigint[] from generate_series(1, {Leads}) i where {sql}"
            );
            var limit = expected.Length > 500 ? 100 : 11;
            Assert.Equal(expected, await WalkAsync(maria, query, limit));
            Assert.Equal(expected.Reverse(), await WalkAsync(maria, query + "&sort=created_at", limit));
            var later = await maria.GetFromJsonAsync<JsonElement>($"/api/v1/leads?limit=7&offset=3&{query}");
            Assert.Equal(expected.Skip(3).Take(7), Numbers(later));
        }
    }

    [Fact]
    public async Task Counts_follow_every_change_also_of_many_at_once()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var maria = (await app.CreateUserAsync(Role.Attorney, "maria")).Id;
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async worker =>
                {
                    for (var i = 0; i < 60; i++)
                    {
                        await AddAsync(app, "A", "B", $"w{worker}n{i}@example.com");
                        await app.ExecuteAsync(
                            $"update leads set status = (array['lost', 'declined', 'registered'])[1 + {i} % 3], assigned_to = case when {i} % 2 = 0 then '{maria}'::uuid end where email = 'w{worker}n{i / 2}@example.com'"
                        );
                        if (i % 5 == 0)
                            await app.ExecuteAsync($"delete from leads where email = 'w{worker}n{i / 3}@example.com'");
                        if (i % 4 == 0)
                            await app.ExecuteAsync("select sum_up_lead_counts()");
                    }
                })
        );

        Assert.Equal(
            0,
            await app.ValueAsync<long>(
                """
                select count(*) from (select status, assigned_to, count(*) leads from leads group by 1, 2) counted
                full join (select status, assigned_to, sum(leads) leads from lead_counts group by 1, 2 having sum(leads) <> 0) kept
                    on kept.status = counted.status and kept.assigned_to is not distinct from counted.assigned_to
                where kept.leads is distinct from counted.leads
                """
            )
        );
        Assert.Equal(
            0,
            await app.ValueAsync<long>(
                "select count(*) from lead_search full join leads using (number) where leads.id is null or words is null"
            )
        );
        await app.ExecuteAsync("truncate leads cascade");
        Assert.Equal(0, await app.CountAsync("lead_counts"));
        Assert.Equal(0, await app.CountAsync("lead_search"));
    }

    private static Task<long> AddAsync(AnteroomApp app, string first, string last, string email) =>
        new Prospect
        {
            FirstName = first,
            LastName = last,
            Email = email,
        }.IsAcceptedAsync(app);

    /// <summary>All pages by cursor.</summary>
    private static async Task<List<long>> WalkAsync(HttpClient client, string query, int limit = 11)
    {
        List<long> seen = [];
        string? cursor = null;
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>(
                $"/api/v1/leads?limit={limit}&{query}{(cursor is null ? "" : $"&cursor={cursor}")}"
            );
            seen.AddRange(Numbers(page));
            cursor = page.GetProperty("next_cursor").GetString();
        } while (cursor is not null);
        return seen;
    }

    private static IEnumerable<long> Numbers(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetInt64());
}
