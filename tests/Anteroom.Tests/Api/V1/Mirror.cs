using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api.V1;

/// <summary>A program that keeps a copy of what its user may see, as docs/api.md says: a cursor, all leads, then what changes.</summary>
internal sealed class Mirror
{
    private readonly AnteroomApp _app;
    private readonly HttpClient _client;
    private string _cursor;

    private Mirror(AnteroomApp app, HttpClient client, string cursor) =>
        (_app, _client, _cursor) = (app, client, cursor);

    /// <summary>The leads by id, as JSON.</summary>
    public Dictionary<Guid, string> Leads { get; } = [];

    /// <summary>Where it is in the feed.</summary>
    public string Cursor => _cursor;

    public static async Task<Mirror> StartAsync(AnteroomApp app, HttpClient client)
    {
        var start = await client.GetFromJsonAsync<JsonElement>("/api/v1/leads/changes");
        Assert.Empty(start.GetProperty("changes").EnumerateArray());
        var mirror = new Mirror(app, client, start.Text("cursor"));
        foreach (var lead in await client.GetFromJsonAsync<JsonElement[]>("/api/v1/leads/export?format=json") ?? [])
            mirror.Leads[lead.GetProperty("id").GetGuid()] = lead.GetRawText();
        return mirror;
    }

    /// <summary>Waits until the feed has no change before it that is still open.</summary>
    public static Task SettledAsync(AnteroomApp app) =>
        app.WaitUntilAsync(
            "select not exists (select from lead_changes where transaction_id >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
        );

    /// <summary>Takes over one page; whether there are more.</summary>
    public async Task<(JsonElement[] Changes, bool More)> ReadAsync(int limit = 50, int wait = 0)
    {
        var page = await _client.GetFromJsonAsync<JsonElement>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"/api/v1/leads/changes?since={_cursor}&limit={limit}&wait={wait}"
            )
        );
        JsonElement[] changes = [.. page.GetProperty("changes").EnumerateArray()];
        foreach (var change in changes)
            if (change.Text("kind") == "changed")
                Leads[change.GetProperty("id").GetGuid()] = change.GetProperty("lead").GetRawText();
            else
                Leads.Remove(change.GetProperty("id").GetGuid());
        _cursor = page.Text("cursor");
        return (changes, page.GetProperty("more").GetBoolean());
    }

    /// <summary>Takes over everything there is, once no other test's transaction is open on the server: the feed waits for those as well.</summary>
    public async Task<List<JsonElement>> CatchUpAsync(int limit = 50)
    {
        await SettledAsync(_app);
        var all = new List<JsonElement>();
        bool more;
        do
        {
            (var changes, more) = await ReadAsync(limit);
            all.AddRange(changes);
        } while (more);
        return all;
    }

    /// <summary>Asserts that it holds what the list shows.</summary>
    public async Task AssertIsTheListAsync()
    {
        var listed = new Dictionary<Guid, string>();
        for (string? cursor = ""; cursor is not null; )
        {
            var page = await _client.GetFromJsonAsync<JsonElement>(
                $"/api/v1/leads?limit=200{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}"
            );
            foreach (var lead in page.GetProperty("items").EnumerateArray())
                listed[lead.GetProperty("id").GetGuid()] = lead.GetRawText();
            cursor = page.GetProperty("next_cursor").GetString();
        }

        Assert.Equal(
            listed.OrderBy(lead => lead.Key).Select(lead => lead.Value),
            Leads.OrderBy(lead => lead.Key).Select(lead => lead.Value)
        );
    }
}
