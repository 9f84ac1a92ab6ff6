using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Telemetry;

/// <summary>Errors are grouped, kept and shown; and every answer about one has a name that leads to it.</summary>
public sealed class ErrorsTests(TestDatabases databases)
{
    private const string Secret = "zq.secret@unmistakable.example";

    private const string Fault = """
        create function quoting() returns trigger language plpgsql as $$
        begin raise exception 'cannot take %', new.email using errcode = '22023'; end $$;
        create trigger quoting before insert on leads for each row execute function quoting();
        """;

    private static async Task<string> FailAsync(AnteroomApp app, string id)
    {
        using var form = new Prospect { Email = Secret }.ToForm();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/", UriKind.Relative)) { Content = form };
        request.Headers.Add("X-Request-ID", id);
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(id, Assert.Single(answer.Headers.GetValues("X-Request-ID")));
        return (await answer.PageAsync()).Body!.TextContent;
    }

    [Fact]
    public async Task Errors_of_a_kind_are_one_line_for_administrators_with_how_often_and_where_and_without_what_was_typed()
    {
        var database = await databases.CreateAsync();
        await using var app = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        using var administrator = await app.SignedInAsync(Role.Administrator, "olga");
        Assert.Contains(
            "Nothing has gone wrong inside in the last 30 days.",
            (await administrator.OpenAsync("/admin/operations")).Body!.TextContent,
            StringComparison.Ordinal
        );
        await app.ValueAsync<object?>($"{Fault} select null");

        await FailAsync(app, "the-first");
        Assert.Contains("the-second", await FailAsync(app, "the-second"), StringComparison.Ordinal);

        await app.WaitUntilAsync("select coalesce(sum(count), 0) = 2 from error_groups");
        Assert.Equal(1, await app.CountAsync("error_groups"));
        // Another node, or this one after a restart.
        await using var other = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        using var there = other.NewClient();
        using var signedIn = await there.SignInAsync("olga", AnteroomApp.Password);
        var page = await there.OpenAsync("/admin/operations");
        var line = Assert.Single(page.QuerySelectorAll(".errors > li"));
        Assert.Contains("PostgresException 22023", line.TextContent, StringComparison.Ordinal);
        Assert.Contains("2 times", line.Words(), StringComparison.Ordinal);
        Assert.Contains("Anteroom.Leads.", line.TextContent, StringComparison.Ordinal);
        Assert.Contains("request the-second", line.Words(), StringComparison.Ordinal);
        Assert.Matches("trace [0-9a-f]{32}", line.Words());
        Assert.DoesNotContain(Secret, page.Body!.InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_many_kinds_there_are_five_hundred_are_kept_and_old_ones_go()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        await app.ValueAsync<object?>(
            $"""
            insert into error_groups (fingerprint, type, place, category, template, count, first_at, last_at, node)
            select i::text, '', '', '', '', 1, now() - interval '1 hour', now() - interval '1 hour', 'n' from generate_series(1, 600) i;
            insert into error_groups (fingerprint, type, place, category, template, count, first_at, last_at, node)
            values ('old', '', '', '', '', 1, now() - interval '1 year', now() - interval '31 days', 'n');
            {Fault} select null
            """
        );

        await FailAsync(app, "one-more");

        await app.WaitUntilAsync(
            "select count(*) = 500 and bool_or(type like '%22023%') and not bool_or(fingerprint = 'old') from error_groups"
        );
    }

    [Fact]
    public async Task Problem_details_name_the_request_and_so_do_error_pages()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/leads");
        request.Headers.Add("X-Request-ID", "asked-1");

        using var answer = await app.Client.SendAsync(request);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("asked-1", problem.GetProperty("request_id").GetString());
        using var nothing = await app.Client.GetAsync(new Uri("/nothing/here", UriKind.Relative));
        Assert.Contains(
            $"Request {Assert.Single(nothing.Headers.GetValues("X-Request-ID"))}",
            (await nothing.PageAsync()).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_traced()
    {
        await using var app = await AnteroomApp.StartAsync(databases);
        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select exists (select from outbox where state = 'sent')");

        using var source = new System.Diagnostics.ActivitySource(Anteroom.Telemetry.Traces.Name);
        Assert.False(source.HasListeners());
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from outbox where trace is not null"));
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from work where trace is not null"));
    }
}
