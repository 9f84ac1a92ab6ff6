using System.Net;
using Anteroom.Leads;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>What prospects are told to name their inquiry by: it does not tell how many leads the firm has.</summary>
[Trait("Category", "Slow")]
public sealed class LeadCodeTests(TestDatabases databases)
{
    [Theory]
    [InlineData("K7M4PQX", "K7M4PQX")]
    [InlineData("k7m-4pqx", "K7M4PQX")]
    [InlineData("k7m 4pqx", "K7M4PQX")]
    [InlineData("7KM4PQX", null)] // a letter first, so that it is no number
    [InlineData("K7M4PQ", null)]
    [InlineData("K7M4PQXX", null)]
    [InlineData("KOM4PQX", null)]
    [InlineData("1234567", null)]
    [InlineData("Lovelace", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void It_is_read_however_people_write_it(string? typed, string? code) =>
        Assert.Equal(code, LeadCode.Read(typed));

    [Fact]
    public async Task The_prospect_is_told_the_code_on_the_page_and_by_email_and_nowhere_the_number()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.ExecuteAsync("select setval('lead_numbers', 48151623)");

        using var answer = await new Prospect().SubmitsAsync(app);

        var code = await app.ValueAsync<string>("select code from leads");
        Assert.Equal($"/thanks/{code}", answer.Headers.Location!.ToString());
        var page = await app.Client.OpenAsync($"/thanks/{code}");
        Assert.Equal(code, page.QuerySelector(".number")!.Words());
        var email = await app.ValueAsync<string>(
            "select concat(subject, text, html) from emails where kind = 'confirmation'"
        );
        Assert.Contains($"({code})", email, StringComparison.Ordinal);
        Assert.Contains($"Your code is {code}", email, StringComparison.Ordinal);
        Assert.DoesNotContain("48151624", email, StringComparison.Ordinal);
        Assert.DoesNotContain("48151624", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_the_firms_own_that_asks_for_the_number_tells_the_code()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var editor = await root.OpenAsync("/admin/templates/confirmation");
        using (
            await root.SendFormAsync(
                editor.Form("/admin/templates/confirmation"),
                ("subject", "We have it"),
                ("text", "It is number {{number}}."),
                ("html", "<p>It is number {{number}}.</p>")
            )
        ) { }

        await new Prospect().IsAcceptedAsync(app);

        Assert.StartsWith(
            $"It is number {await app.ValueAsync<string>("select code from leads")}.",
            await app.ValueAsync<string>("select text from emails where kind = 'confirmation'"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_same_form_sent_again_leads_to_the_same_code()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var prospect = new Prospect { Token = "abc" };

        using var once = await prospect.SubmitsAsync(app);
        using var again = await prospect.SubmitsAsync(app);

        Assert.Equal(once.Code(), again.Code());
        Assert.Equal(1, await app.CountAsync("leads"));
    }

    [Theory]
    [InlineData("/thanks/302", HttpStatusCode.OK, "302")] // as it was sent before there were codes
    [InlineData("/thanks/k7m4pqx", HttpStatusCode.OK, "K7M4PQX")]
    [InlineData("/thanks/0", HttpStatusCode.NotFound, null)]
    [InlineData("/thanks/nonsense", HttpStatusCode.NotFound, null)]
    public async Task Old_addresses_go_on_and_none_tells_whether_there_is_such_a_lead(
        string address,
        HttpStatusCode status,
        string? shown
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await app.Client.GetAsync(new Uri(address, UriKind.Relative));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(shown, (await answer.PageAsync()).QuerySelector(".number")?.Words());
    }

    [Fact]
    public async Task People_of_the_firm_find_a_lead_by_its_code_also_after_it_was_merged()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Administrator, "maria");
        var other = await new Prospect { FirstName = "Grace", Email = "grace@example.com" }.IsAcceptedAsync(app);
        var number = await new Prospect().IsAcceptedAsync(app);
        var code = await app.ValueAsync<string>($"select code from leads where number = {number}");
        var head = (await maria.OpenAsync($"/leads/{number}")).QuerySelector(".lead-head")!;
        Assert.Contains(code, head.Words(), StringComparison.Ordinal);

        foreach (
            var typed in (string[])
                [code, code.ToLowerInvariant(), $"{code[..3]}-{code[3..]}", $"{code[..3]} {code[3..]}"]
        )
            Assert.Equal([number], await FoundAsync(typed));
        foreach (var filter in (string[])["", "&status=registered"])
        {
            var list = (await maria.OpenAsync($"/leads?q={code}{filter}")).QuerySelector("main")!.Words();
            Assert.Contains("Ada Lovelace", list, StringComparison.Ordinal);
            Assert.DoesNotContain("Grace", list, StringComparison.Ordinal);
        }

        var merge = (await maria.OpenAsync($"/leads/{other}/merge?other={number}")).Form($"/leads/{other}/merge");
        using (await maria.SendFormAsync(merge, ("stays", $"{other}"))) { }
        Assert.Equal([other], await FoundAsync(code));

        async Task<long[]> FoundAsync(string typed)
        {
            using var answer = await maria.GetAsync(
                new Uri($"/leads/find?q={Uri.EscapeDataString(typed)}", UriKind.Relative)
            );
            return
            [
                .. (await answer.JsonAsync()).EnumerateArray().Select(lead => lead.GetProperty("number").GetInt64()),
            ];
        }
    }
}
