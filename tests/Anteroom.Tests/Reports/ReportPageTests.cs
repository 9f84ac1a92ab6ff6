using System.Net;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Reports;

/// <summary>The page of reports and its file, over HTTP.</summary>
[Trait("Category", "Slow")]
public sealed class ReportPageTests(TestDatabases databases)
{
    private static Uri At(string address) => new(address, UriKind.Relative);

    [Fact]
    public async Task The_page_shows_the_figures_of_the_period_in_the_address()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria", "Maria <Lopez>");
        var day = new DateTimeOffset(2024, 5, 14, 9, 0, 0, TimeSpan.Zero);
        await SomeLeads.InsertAsync(
            app,
            [
                new(1, day)
                {
                    AssignedTo = maria.Id,
                    Status = LeadStatus.ReachedOut,
                    ReachedOutAt = day.AddMinutes(2),
                    PracticeArea = "Family",
                },
                new(2, day) { Status = LeadStatus.ReachedOut, ReachedOutAt = day.AddMinutes(20) },
                new(3, day.AddDays(1)),
                new(4, day.AddDays(-1)),
            ]
        );

        var page = await office.OpenAsync("/reports?from=2024-05-14&to=2024-05-14");
        var words = page.Body!.Words();

        Assert.Contains("Tuesday, May 14, 2024, the whole firm", words, StringComparison.Ordinal);
        Assert.Contains("New leads 2+1 (+100%)", words, StringComparison.Ordinal);
        Assert.Contains("Contacted within five minutes 50%+50 points1 of 2 leads", words, StringComparison.Ordinal);
        Assert.Contains("Median time to first contact 11 min", words, StringComparison.Ordinal);
        Assert.Contains("Waiting too long 2more than five minutes, right now", words, StringComparison.Ordinal);
        Assert.Contains("Maria <Lopez>", words, StringComparison.Ordinal);
        Assert.Equal(24, page.QuerySelectorAll(".report-wide .chart-table tbody tr").Length);
        Assert.Equal(
            ["/leads/4", "/leads/3"],
            page.QuerySelectorAll(".waiting-list a").Select(link => link.GetAttribute("href"))
        );
        Assert.Empty(page.QuerySelectorAll("[style]"));
        Assert.NotNull(page.QuerySelector("a[href='/leads?status=reached_out']"));

        // Of one attorney, and of oneself.
        words = (
            await office.OpenAsync($"/reports?from=2024-05-14&to=2024-05-14&assigned_to={maria.Id}")
        ).Body!.Words();
        Assert.Contains("leads of Maria <Lopez>", words, StringComparison.Ordinal);
        Assert.Contains("New leads 1no earlier data", words, StringComparison.Ordinal);
        words = (await office.OpenAsync("/reports?period=last_year&assigned_to=me")).Body!.Words();
        Assert.Contains("your leads", words, StringComparison.Ordinal);
        foreach (
            var period in (string[])
                [
                    "",
                    "?period=today",
                    "?period=7d",
                    "?period=this_quarter",
                    "?period=last_month",
                    "?from=2023-01-01&to=2024-12-31",
                ]
        )
            Assert.Equal("Reports", (await office.OpenAsync($"/reports{period}")).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task The_form_leads_to_an_address_to_keep()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        var form = (await office.OpenAsync("/reports?period=30d")).Form("/reports");
        var from = form.QuerySelector("[name=from]")!.GetAttribute("value");
        var to = form.QuerySelector("[name=to]")!.GetAttribute("value");

        Assert.Equal(
            "/reports?period=30d&assigned_to=me",
            await LocationAsync($"/reports?period=30d&from={from}&to={to}&assigned_to=me")
        );
        Assert.Equal(
            $"/reports?from=2024-01-05&to={to}",
            await LocationAsync($"/reports?period=30d&from=2024-01-05&to={to}&assigned_to=")
        );
        Assert.Equal(
            "/reports?from=2024-01-05&to=2024-01-06",
            await LocationAsync("/reports?period=custom&from=2024-01-05&to=2024-01-06")
        );

        async Task<string> LocationAsync(string address)
        {
            using var answer = await office.GetAsync(At(address));
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            return answer.Headers.Location!.ToString();
        }
    }

    [Theory]
    [InlineData("period=tomorrow", "There is no period of that name")]
    [InlineData("period=custom", "needs its first and its last day")]
    [InlineData("from=2024-01-05", "needs its first and its last day")]
    [InlineData("from=2024-02-30&to=2024-03-01", "needs its first and its last day")]
    [InlineData("from=05.01.2024&to=06.01.2024", "needs its first and its last day")]
    [InlineData("from=2024-01-05&to=2024-01-04", "before its first")]
    [InlineData("from=1999-12-31&to=2000-01-04", "between the year 2000 and a year from now")]
    [InlineData("from=2024-01-01&to=9999-12-31", "between the year 2000 and a year from now")]
    [InlineData("from=2001-01-01&to=2024-01-01", "five years at most")]
    [InlineData("period=7d&assigned_to=maria", "is me or the id of an attorney")]
    public async Task What_cannot_be_meant_is_refused_in_words(string query, string words)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Staff, "office");

        foreach (var address in (string[])["/reports", "/reports.csv"])
        {
            using var answer = await office.GetAsync(At($"{address}?{query}"));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(words, (await answer.PageAsync()).Body!.Words(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Attorneys_who_see_only_their_own_count_only_their_own()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        using var maria = await app.SignedInAsync(Role.Attorney, "maria", "Maria Lopez");
        var own = await app.ValueAsync<Guid>("select id from users");
        var daniel = await app.CreateUserAsync(Role.Attorney, "daniel", "Daniel Okafor");
        var day = new DateTimeOffset(2024, 5, 14, 9, 0, 0, TimeSpan.Zero);
        await SomeLeads.InsertAsync(
            app,
            [
                new(1, day) { AssignedTo = own },
                new(2, day),
                new(3, day)
                {
                    AssignedTo = daniel.Id,
                    FirstName = "Secret",
                    MailFailedAt = day,
                },
            ]
        );

        var page = await maria.OpenAsync("/reports?from=2024-05-14&to=2024-05-14");
        using var others = await maria.GetAsync(At($"/reports?period=7d&assigned_to={daniel.Id}"));
        using var nobody = await maria.GetAsync(At($"/reports?period=7d&assigned_to={Guid.NewGuid()}"));
        var mine = await maria.OpenAsync($"/reports?from=2024-05-14&to=2024-05-14&assigned_to={own}");

        Assert.Contains("New leads 2", page.Body!.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", page.Body!.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("Daniel", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("Emails failed 0", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, others.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, nobody.StatusCode);
        Assert.Contains("New leads 1", mine.Body!.Words(), StringComparison.Ordinal);
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        using var unknown = await office.GetAsync(At($"/reports?period=7d&assigned_to={Guid.NewGuid()}"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task The_file_is_a_table_that_spreadsheets_read_and_do_not_run()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria", "=HYPERLINK(\"evil\")");
        var day = new DateTimeOffset(2024, 5, 14, 9, 0, 0, TimeSpan.Zero);
        await SomeLeads.InsertAsync(
            app,
            [
                new(1, day)
                {
                    AssignedTo = maria.Id,
                    Status = LeadStatus.ReachedOut,
                    ReachedOutAt = day.AddSeconds(90),
                    PracticeArea = "Wills, \"trusts\"",
                },
                new(2, day),
            ]
        );

        using var answer = await office.GetAsync(At("/reports.csv?from=2024-05-13&to=2024-05-14"));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var text = System.Text.Encoding.UTF8.GetString(bytes[3..]);
        var lines = text.Split("\r\n");

        Assert.Equal("text/csv; charset=utf-8; header=present", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("leads-2024-05-13-to-2024-05-14.csv", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.StartsWith("section,item,new,first_contacts,retained,", lines[0], StringComparison.Ordinal);
        Assert.Equal("", lines[^1]);
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.Contains("period,\"May 13 to 14, 2024\",2,1,0,0,0,2,1,0.5,90,90,0,,,UTC", lines);
        Assert.Contains("day,2024-05-13,0,0,0,0,0,0,0,,,,,,,", lines);
        Assert.Contains("day,2024-05-14,2,1,0,0,0,2,1,0.5,90,90,,,,", lines);
        Assert.Contains(
            lines,
            line => line.StartsWith("practice area,\"Wills, \"\"trusts\"\"\",1,", StringComparison.Ordinal)
        );
        Assert.Contains(
            lines,
            line => line.StartsWith("attorney,\"'=HYPERLINK(\"\"evil\"\")\",1,1,", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_firm_without_leads_sees_that_there_is_nothing_yet()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");

        var page = await office.OpenAsync("/reports");

        Assert.Contains(
            "As soon as leads come in",
            page.QuerySelector(".empty-state")!.Words(),
            StringComparison.Ordinal
        );
    }
}
