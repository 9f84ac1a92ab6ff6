using System.Net;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>What one key does.</summary>
public sealed class ShortWaysTests(TestDatabases databases)
{
    [Fact]
    public async Task The_lead_that_waits_longest_is_one_key_away_and_none_leads_to_the_empty_list()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();
        Assert.Equal("/leads?status=registered&sort=waiting", await AskAsync());
        await new Prospect().IsAcceptedAsync(app);
        await new Prospect().IsAcceptedAsync(app);
        await app.ExecuteAsync("update leads set created_at = created_at - interval '1 hour' where number = 1");
        Assert.Equal("/leads/1", await AskAsync());
        await app.ExecuteAsync("update leads set status = 'declined' where number = 1");
        Assert.Equal("/leads/2", await AskAsync());

        async Task<string> AskAsync()
        {
            using var answer = await maria.GetAsync(new Uri("/leads/waiting", UriKind.Relative));
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            return answer.Headers.Location!.ToString();
        }
    }

    [Fact]
    public async Task An_attorney_takes_a_lead_that_has_been_contacted()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria", fullName: "Maria Lopez");
        var number = await new Prospect().IsAcceptedAsync(app);
        await app.ExecuteAsync("update leads set status = 'reached_out', reached_out_at = created_at");
        var page = await maria.OpenAsync($"/leads/{number}");
        using (
            await maria.SendFormAsync(
                page.Form($"/leads/{number}/assign", form => form.ClassList.Contains("assign-me"))
            )
        ) { }

        page = await maria.OpenAsync($"/leads/{number}");
        Assert.Contains(
            "Maria Lopez",
            page.QuerySelector("#attorney-card .owner")!.TextContent,
            StringComparison.Ordinal
        );
        Assert.Null(page.QuerySelector(".assign-me"));
    }
}
