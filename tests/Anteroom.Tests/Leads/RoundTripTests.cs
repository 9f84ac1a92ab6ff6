using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>How often a request goes to the database, counted on the wire.</summary>
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
    private Task<AnteroomApp> StartAsync(bool limits = false) =>
        AnteroomApp.StartBehindProxyAsync(
            databases,
            [new("Firm:NotifyAddresses", "intake@firm.example"), new("RateLimits:Enabled", limits ? "true" : "false")],
            AnteroomApp.WithoutBackgroundWork
        );

    [Fact]
    public async Task A_submission_is_one_transaction_in_two_round_trips()
    {
        await using var app = await StartAsync();

        var (trips, statements) = await CostAsync(app, () => new Prospect().IsAcceptedAsync(app));

        Assert.Equal(2, trips);
        // The question for the number, then lead, resume, two e-mails, timeline.
        Assert.Equal(6, statements);
    }

    [Fact]
    public async Task Counting_a_submission_against_its_limit_is_one_statement_more()
    {
        await using var app = await StartAsync(limits: true);

        var cost = await CostAsync(app, () => new Prospect().IsAcceptedAsync(app));

        Assert.Equal((3, 7), cost);
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
                    union all select xmin from emails union all select xmin from activities) rows
                """
            )
        );
    }

    [Theory]
    [InlineData(3)]
    [InlineData(60)]
    public async Task The_list_costs_two_statements_whatever_it_shows(int leads)
    {
        await using var app = await StartAsync();
        await Task.WhenAll(
            Enumerable.Range(0, leads).Select(i => new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app))
        );
        using var attorney = await app.SignedInAsync();

        var (trips, statements) = await CostAsync(app, () => attorney.OpenAsync("/leads"));
        var (searchTrips, _) = await CostAsync(app, () => attorney.OpenAsync("/leads?q=ada&status=registered"));

        Assert.Equal((2, 2), (trips, statements));
        Assert.Equal(2, searchTrips);
    }

    [Fact]
    public async Task A_leads_page_costs_at_most_four_statements()
    {
        await using var app = await StartAsync();
        var number = await new Prospect().IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();

        var (trips, statements) = await CostAsync(app, () => attorney.OpenAsync($"/leads/{number}"));

        Assert.InRange(trips, 1, 4);
        Assert.InRange(statements, 1, 4);
    }
}
