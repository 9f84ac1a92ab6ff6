using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>How often a request goes to the database, counted on the wire.</summary>
[Trait("Category", "Slow")]
public sealed class RoundTripTests(TestDatabases databases)
{
    /// <summary>Counts what <paramref name="act"/> costs once everything is warm.</summary>
    private static async Task<(long RoundTrips, long Statements)> CostAsync(AnteroomApp app, Func<Task> act)
    {
        for (var i = 0; i < 4; i++)
            await act(); // opens connections and prepares statements
        var (trips, statements) = (app.Proxy.RoundTrips, app.Proxy.Statements);
        await act();
        return (app.Proxy.RoundTrips - trips, app.Proxy.Statements - statements);
    }

    // Without background work and messages between nodes, only the request itself talks to the database.
    private Task<AnteroomApp> StartAsync(bool limits = false, bool assign = true) =>
        AnteroomApp.StartBehindProxyAsync(
            databases,
            [
                new("Firm:NotifyAddresses", "intake@firm.example"),
                new("RateLimits:Enabled", limits ? "true" : "false"),
                new("Outreach:Assign", assign ? "true" : "false"),
            ],
            AnteroomApp.WithoutBackgroundWork
        );

    [Fact]
    public async Task A_submission_is_one_transaction_in_three_round_trips()
    {
        await using var app = await StartAsync();

        var (trips, statements) = await CostAsync(app, () => new Prospect().IsAcceptedAsync(app));

        Assert.Equal(3, trips);
        // The question for the number; begin, how to find rows, whose turn it is to assign, who is free, how busy; lead, resume, emails,
        // timeline, the work of assigning it, commit.
        Assert.Equal(12, statements);
    }

    [Fact]
    public async Task Giving_the_lead_out_costs_five_statements_more_and_no_round_trip()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");

        var (trips, statements) = await CostAsync(app, () => new Prospect().IsAcceptedAsync(app));

        Assert.Equal(3, trips);
        // No work of assigning it, but whose turn it was, timeline, audit log, the attorney's email and notice, the work of reaching out in time.
        Assert.Equal(17, statements);
    }

    [Fact]
    public async Task Where_leads_are_given_out_by_people_a_submission_costs_two_round_trips()
    {
        await using var app = await StartAsync(assign: false);

        var cost = await CostAsync(app, () => new Prospect().IsAcceptedAsync(app));

        Assert.Equal((2, 6), cost);
    }

    [Fact]
    public async Task Counting_a_submission_against_its_limit_is_one_statement_more()
    {
        await using var app = await StartAsync(limits: true);

        var cost = await CostAsync(app, () => new Prospect().IsAcceptedAsync(app));

        Assert.Equal((4, 13), cost);
    }

    [Fact]
    public async Task Lead_resume_emails_and_timeline_are_written_by_one_transaction()
    {
        await using var app = await StartAsync();
        await new Prospect().IsAcceptedAsync(app);

        Assert.Equal(
            1,
            await app.ValueAsync<long>(
                """
                select count(distinct x::text) from (
                    select xmin x from leads union all select xmin from resumes
                    union all select xmin from outbox union all select xmin from activities) rows
                """
            )
        );
    }

    [Theory]
    [InlineData(3)]
    [InlineData(60)]
    public async Task The_list_and_the_board_cost_three_statements_whatever_they_show(int leads)
    {
        await using var app = await StartAsync();
        await Task.WhenAll(
            Enumerable.Range(0, leads).Select(i => new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app))
        );
        using var attorney = await app.SignedInAsync();

        var (trips, statements) = await CostAsync(app, () => attorney.OpenAsync("/leads"));
        var (_, search) = await CostAsync(app, () => attorney.OpenAsync("/leads?q=ada&status=registered"));
        var (_, names) = await CostAsync(app, () => attorney.OpenAsync($"/leads?sort=name&after=2&attention=any"));
        var (_, board) = await CostAsync(app, () => attorney.OpenAsync("/board"));
        var (_, found) = await CostAsync(app, () => attorney.OpenAsync("/board?q=ada&assigned_to=none"));

        // Who is signed in, what stands around the leads, the leads with their counts.
        Assert.Equal((3, 3), (trips, statements));
        Assert.Equal(3, search);
        Assert.Equal(3, board);
        Assert.Equal(3, found);
        // By name, the names of the last page's lead come first.
        Assert.Equal(4, names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("offset=3")]
    [InlineData("cursor=*")]
    [InlineData("sort=created_at&cursor=*")]
    [InlineData("status=registered")]
    [InlineData("status=retained")]
    [InlineData("status=registered,lost&assigned_to=none")]
    [InlineData("created_from=2026-01-01T00:00:00Z&created_to=2999-01-01T00:00:00Z")]
    [InlineData("assigned_to=me")]
    [InlineData("q=ada")]
    [InlineData("q=ada&cursor=*")]
    [InlineData("q=velac")]
    [InlineData("q=p1%40example")]
    [InlineData("q=nobody")]
    [InlineData("q=42")]
    [InlineData("q=ada+lovelace&status=registered&offset=2")]
    public async Task A_page_of_the_list_for_programs_costs_two_statements_whatever_is_asked(string query)
    {
        await using var app = await StartAsync();
        for (var i = 0; i < 5; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        using var attorney = await app.BearerAsync(Role.Attorney, "maria");
        var first = await attorney.GetFromJsonAsync<JsonElement>("/api/v1/leads?limit=2");
        var address = new Uri(
            $"/api/v1/leads?limit=2&{query.Replace("*", first.GetProperty("next_cursor").GetString(), StringComparison.Ordinal)}",
            UriKind.Relative
        );

        var (_, statements) = await CostAsync(
            app,
            async () =>
            {
                using var answer = await attorney.GetAsync(address);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        );

        // The check of the token, and the page.
        Assert.Equal(2, statements);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?limit=2&offset=2")]
    [InlineData("?offset=900000")]
    public async Task The_Django_style_list_costs_two_statements_with_its_count(string query)
    {
        await using var app = await StartAsync();
        for (var i = 0; i < 5; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        using var attorney = await app.LoggedInAsync();

        var (_, statements) = await CostAsync(
            app,
            async () =>
            {
                using var answer = await attorney.GetAsync(new Uri($"/api/leads/{query}", UriKind.Relative));
                Assert.Equal("5", Assert.Single(answer.Headers.GetValues("X-Total-Count")));
            }
        );

        Assert.Equal(2, statements);
    }

    [Fact]
    public async Task A_leads_page_costs_seven_statements_whatever_stands_on_it()
    {
        await using var app = await StartAsync();
        var number = await new Prospect { Phone = "+1 202 555 0142" }.IsAcceptedAsync(app);
        await new Prospect().IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();
        var page = await attorney.OpenAsync($"/leads/{number}");
        using (await attorney.SendFormAsync(page.Form($"/leads/{number}/tags"), ("tag", "Urgent"))) { }
        using (await attorney.SendFormAsync(page.Form($"/leads/{number}/tasks"), ("title", "Call"))) { }

        var (trips, statements) = await CostAsync(
            app,
            () => attorney.OpenAsync($"/leads/{number}?view=status%3Dregistered%26q%3Dada")
        );

        // Who is signed in; the lead; timeline, possible duplicates and what stands around it; the leads beside it; that it was read.
        Assert.Equal((4, 7), (trips, statements));
    }

    [Theory]
    [InlineData("?period=today", 2, 0)]
    [InlineData("?period=this_year", 2, 1)]
    [InlineData("?period=90d&assigned_to=me", 30, 1)]
    public async Task A_report_costs_as_many_statements_whatever_the_period(string query, int leads, int looks)
    {
        await using var app = await StartAsync();
        for (var i = 0; i < leads; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();

        var (trips, statements) = await CostAsync(app, () => attorney.OpenAsync($"/reports{query}"));

        // The check of who is signed in; whether there are very many leads in a period of several days; the eight of the figures, in one
        // round trip; begin and commit around them; what was declined, by reason.
        Assert.Equal((5 + looks, 12 + looks), (trips, statements));
    }
}
