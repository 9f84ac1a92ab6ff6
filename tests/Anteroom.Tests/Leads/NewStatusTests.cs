using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Operations;

namespace Anteroom.Tests.Leads;

/// <summary>A new status is one entry of a table (<c>StartupHook</c> makes it): everything else reads it there.</summary>
[Trait("Category", "Slow")]
public sealed class NewStatusTests(TestDatabases databases)
{
    [Fact]
    public async Task One_entry_makes_a_status_that_every_rule_page_query_and_api_knows()
    {
        // The first app makes the database and its people; the second has one status more.
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        await app.CreateUserAsync(Role.Attorney, "maria", "Maria Lopez");
        await using var folder = new TemporaryFolder();
        await using var product = await RunningProduct.StartAsync(
            folder.Path,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["DOTNET_STARTUP_HOOKS"] = typeof(NewStatusTests).Assembly.Location,
                ["ConnectionStrings__Anteroom"] = app.Database.ConnectionString,
            },
            role: "web"
        );
        var client = product.Client;
        using var form = new FormUrlEncodedContent([new("username", "maria"), new("password", AnteroomApp.Password)]);
        using var token = await client.PostAsync(new Uri("api/v1/auth/token", UriKind.Relative), form);
        client.DefaultRequestHeaders.Authorization = new(
            "Bearer",
            (await token.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()
        );
        var id = await app.ValueAsync<Guid>("select id from leads");
        var maria = await app.ValueAsync<Guid>("select id from users where user_name = 'maria'");

        // Rules: in between consultation and retained, open, out and back as all others.
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(new { assigned_to = maria, status = "reached_out" }));
        Assert.Equal(HttpStatusCode.Conflict, await PatchAsync(new { status = "proposal" }));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(new { status = "consultation" }));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(new { status = "proposal" }));
        Assert.Equal(
            "proposal true",
            await app.ValueAsync<string>(
                "select status || ' ' || (closed_at is null and reached_out_at is not null)::text from leads"
            )
        );
        Assert.Equal(
            "moved this lead from Consultation to Proposal sent",
            await app.ValueAsync<string>("select summary from activities order by id desc limit 1")
        );

        // Queries: it filters, counts as open work, and is an open lead on the dashboard.
        Assert.Equal(1, (await JsonAsync("api/v1/leads?status=proposal")).GetProperty("items").GetArrayLength());
        Assert.Contains(
            "\"workload\":1",
            (await JsonAsync("api/v1/attorneys")).GetRawText().Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );

        // Pages: board, list, lead, reports, dashboard, the mailing's filter.
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = new(), AllowAutoRedirect = true })
        {
            BaseAddress = client.BaseAddress,
        };
        using (await browser.SignInAsync("maria", AnteroomApp.Password)) { }
        var board = await browser.OpenAsync("/board");
        Assert.NotNull(board.QuerySelector($"#column-proposal #lead-{number}"));
        Assert.Equal(
            ["registered", "retained", "declined", "lost"],
            board.QuerySelectorAll($"#lead-{number} .menu-item").Select(item => item.GetAttribute("value"))
        );
        var list = await browser.OpenAsync("/leads?status=proposal");
        Assert.Equal("Proposal sent", list.QuerySelector(".c-status .pill-violet")!.TextContent.Trim());
        Assert.NotNull(list.QuerySelector("input[name=status][value=proposal]"));
        Assert.NotNull(list.QuerySelector("option[value=proposal]"));
        var lead = await browser.OpenAsync($"/leads/{number}");
        Assert.Equal(
            ["Registered", "Reached out", "Consultation", "Proposal sent", "Retained"],
            lead.QuerySelectorAll(".stage-name").Select(stage => stage.TextContent.Trim())
        );
        foreach (
            var (address, says) in new[] { ("/reports", "Proposal sent"), ("/dashboard", "Proposal sent or further") }
        )
            Assert.Contains(says, (await browser.OpenAsync(address)).Body!.TextContent, StringComparison.Ordinal);

        // Contracts: the other API says reached out; the documents list it.
        var documents = await client.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative));
        Assert.Contains("proposal", documents, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(new { status = "retained" }));
        Assert.Equal(1, await app.CountAsync("leads where retained_at is not null and closed_at is not null"));

        async Task<HttpStatusCode> PatchAsync(object change)
        {
            using var answer = await client.PatchAsJsonAsync(
                new Uri(string.Create(CultureInfo.InvariantCulture, $"api/v1/leads/{id}"), UriKind.Relative),
                change
            );
            return answer.StatusCode;
        }

        async Task<JsonElement> JsonAsync(string address) =>
            await client.GetFromJsonAsync<JsonElement>(new Uri(address, UriKind.Relative));
    }
}
