using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api.V1;

/// <summary>The list as a file, for programs.</summary>
public sealed class ExportTests(TestDatabases databases)
{
    [Fact]
    public async Task An_export_in_each_format_has_what_the_list_shows_with_the_same_filters()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        var john = await app.CreateUserAsync(Role.Attorney, "john");
        for (var i = 1; i <= 5; i++)
            await new Prospect
            {
                FirstName = i == 2 ? "=cmd|' /C calc'!A0" : "Ada",
                Email = $"p{i}@example.com",
            }.IsAcceptedAsync(app);
        await app.ExecuteAsync($"update leads set assigned_to = '{john.Id}' where number = 5");
        await app.ExecuteAsync("update leads set status = 'declined' where number = 1");

        foreach (
            var (query, numbers) in ((string, long[])[])
                [
                    ("", [1, 2, 3, 4]),
                    ("&sort=-created_at", [4, 3, 2, 1]),
                    ("&limit=2", [1, 2]),
                    ("&cursor=2", [3, 4]),
                    ("&cursor=3&sort=-created_at&limit=1", [2]),
                    ("&status=registered", [2, 3, 4]),
                    ("&q=p3", [3]),
                    ("&q=p&cursor=2", [3, 4]),
                    ($"&assigned_to={john.Id}", []),
                    ("&created_to=2000-01-01T00:00:00Z", []),
                ]
        )
        {
            var array = await maria.GetFromJsonAsync<JsonElement[]>($"/api/v1/leads/export?format=json{query}");
            Assert.Equal(numbers, array!.Select(lead => lead.GetProperty("number").GetInt64()));
            var lines = (await TextAsync($"format=ndjson{query}")).Split('\n');
            Assert.Equal("", lines[^1]);
            Assert.Equal(array!.Select(lead => lead.GetRawText()), lines[..^1]);
            var csv = (await TextAsync($"format=csv{query}")).TrimStart('\uFEFF').Split("\r\n");
            var header = query.Contains("cursor", StringComparison.Ordinal) ? 0 : 1;
            Assert.Equal(header == 1, csv[0].StartsWith("number,first_name,last_name,email", StringComparison.Ordinal));
            Assert.Equal(
                numbers,
                csv[header..^1].Select(line => long.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))
            );
        }

        var list = await maria.GetFromJsonAsync<JsonElement>("/api/v1/leads?sort=created_at");
        var all = await maria.GetFromJsonAsync<JsonElement[]>("/api/v1/leads/export?format=json");
        Assert.Equal(
            list.GetProperty("items").EnumerateArray().Select(lead => lead.GetRawText()),
            all!.Select(lead => lead.GetRawText())
        );
        Assert.DoesNotContain(",=cmd", await TextAsync(""), StringComparison.Ordinal);
        Assert.Equal(32, await app.ValueAsync<long>("select count(*) from audit where kind = 'exported'"));

        Task<string> TextAsync(string query) =>
            maria.GetStringAsync(new Uri($"/api/v1/leads/export?{query}", UriKind.Relative));
    }

    [Fact]
    public async Task Who_was_cut_off_goes_on_with_the_last_whole_row_and_loses_and_doubles_none()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        await AddAsync(2_600);

        var got = new List<long>();
        for (var part = 0; ; part++)
        {
            var cursor = got.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"&cursor={got[^1]}");
            using var answer = await maria.GetAsync(
                new Uri($"/api/v1/leads/export?format=ndjson{cursor}", UriKind.Relative),
                HttpCompletionOption.ResponseHeadersRead
            );
            await using var stream = await answer.Content.ReadAsStreamAsync();
            var text = part < 3 ? await SomeAsync(stream, 100_000 + (part * 12_345)) : await AllAsync(stream);
            var whole = text.Split('\n')[..^1]; // what comes after the last line break is no whole row
            got.AddRange(whole.Select(line => JsonElement.Parse(line).GetProperty("number").GetInt64()));
            if (part == 3)
                break;
            Assert.InRange(got.Count, 1, 2_599);
            await AddAsync(3);
        }

        Assert.Equal(Enumerable.Range(1, 2_609).Select(number => (long)number), got);

        Task AddAsync(int count) =>
            app.ExecuteAsync(
                $"""
                insert into leads (id, first_name, last_name, email, source, search_text, created_at, updated_at)
                select gen_random_uuid(), 'Made', 'Up', 'm@example.com', 'api', 'made up', now(), now() from generate_series(1, {count})
                """
            );

        static async Task<string> SomeAsync(Stream stream, int bytes)
        {
            var some = new byte[bytes];
            await stream.ReadExactlyAsync(some);
            return System.Text.Encoding.UTF8.GetString(some);
        }

        static async Task<string> AllAsync(Stream stream)
        {
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        }
    }

    [Fact]
    public async Task The_file_has_a_name_is_kept_by_nobody_and_comes_compressed_when_asked()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        await new Prospect().IsAcceptedAsync(app);

        foreach (
            var (format, type) in new[]
            {
                ("csv", "text/csv"),
                ("json", "application/json"),
                ("ndjson", "application/x-ndjson"),
            }
        )
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                new Uri($"/api/v1/leads/export?format={format}", UriKind.Relative)
            );
            request.Headers.AcceptEncoding.ParseAdd("gzip");
            using var answer = await maria.SendAsync(request);
            Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
            Assert.EndsWith(
                $".{format}",
                answer.Content.Headers.ContentDisposition!.FileName,
                StringComparison.Ordinal
            );
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        }

        foreach (
            var (query, field) in new[]
            {
                ("format=xml", "format"),
                ("limit=0", "limit"),
                ("cursor=bjI", "cursor"),
                ("cursor=-1", "cursor"),
                ("status=nonsense", "status"),
                ("offset=3", "offset"),
                ("sort=name", "sort"),
            }
        )
        {
            using var wrong = await maria.GetAsync(new Uri($"/api/v1/leads/export?{query}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            var errors = (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
            Assert.Equal(field, Assert.Single(errors.EnumerateObject()).Name);
        }
    }
}
