using System.Net;
using System.Text.Json.Nodes;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Web.Spanish;

/// <summary>Everybody of the firm has a language and a time zone of their own.</summary>
public sealed class OwnLanguageTests(TestDatabases databases)
{
    [Fact]
    public async Task Pages_are_in_the_language_that_the_user_has_chosen_wherever_they_sign_in()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        maria.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", "en-US,en");
        Assert.Equal("Your account", await HeadingAsync(maria));

        using (await ChooseAsync(maria, "es", "")) { }

        Assert.Equal("Su cuenta", await HeadingAsync(maria));
        using var elsewhere = app.NewClient();
        using (await elsewhere.SignInAsync("maria", AnteroomApp.Password)) { }
        Assert.Equal("Su cuenta", await HeadingAsync(elsewhere));
        using var john = await app.SignedInAsync(Role.Attorney, "john");
        Assert.Equal("Your account", await HeadingAsync(john));

        using (await ChooseAsync(maria, "", "")) { }
        Assert.Equal("Your account", await HeadingAsync(maria));
    }

    [Theory]
    [InlineData("es-MX,es;q=0.9,en;q=0.8", "Su cuenta")]
    [InlineData("fr,es;q=0.5", "Su cuenta")]
    [InlineData("de", "Your account")]
    [InlineData(null, "Your account")]
    public async Task Who_has_chosen_nothing_reads_what_the_browser_asks_for(string? asked, string heading)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();
        if (asked is not null)
            maria.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", asked);

        Assert.Equal(heading, await HeadingAsync(maria));
    }

    [Fact]
    public async Task Errors_and_error_pages_are_in_it_too()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();
        using (await ChooseAsync(maria, "es", "")) { }

        var page = await maria.OpenAsync("/me");
        using var wrong = await maria.SendFormAsync(page.Form("/me"), ("full_name", ""));
        Assert.Equal("Escriba aquí: nombre.", await wrong.ErrorAsync("full_name"));
        using var forbidden = await maria.GetAsync(new Uri("/admin/users", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal("es", (await forbidden.PageAsync()).DocumentElement.GetAttribute("lang"));
    }

    [Fact]
    public async Task Programs_are_answered_in_English_whoever_they_work_for()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var program = await app.BearerAsync(Role.Staff, "ruth");
        program.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", "es");
        program.DefaultRequestHeaders.Add("X-Request-ID", "asked"); // which is in the answer
        var before = await AskAsync();
        Assert.NotEqual("", before);

        await app.ExecuteAsync("update users set language = 'es', time_zone = 'Asia/Kolkata'");

        Assert.Equal(before, await AskAsync());

        async Task<string> AskAsync()
        {
            using var answer = await program.GetAsync(new Uri("/api/v1/leads?limit=no", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
            Assert.True(said.Remove("request_id"));
            return said.ToJsonString();
        }
    }

    [Fact]
    public async Task Times_are_shown_in_the_zone_that_the_user_has_chosen()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        await app.ExecuteAsync("update leads set created_at = '2026-01-15T03:30:00Z'");
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        Assert.Equal("Jan 15, 2026, 03:30:00 UTC", await ReceivedAsync());

        using (await ChooseAsync(office, "", "America/New_York")) { }
        Assert.Equal("Jan 14, 2026, 22:30:00 UTC−5", await ReceivedAsync());

        using (await ChooseAsync(office, "es", "Asia/Kolkata")) { }
        Assert.Equal("15 ene 2026, 09:00:00 UTC+5:30", await ReceivedAsync());

        using var refused = await ChooseAsync(office, "es", "Mars/Olympus_Mons");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var unknown = await ChooseAsync(office, "tlh", "");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Equal("15 ene 2026, 09:00:00 UTC+5:30", await ReceivedAsync());

        async Task<string?> ReceivedAsync()
        {
            var page = await office.OpenAsync("/leads/1");
            return page.QuerySelector("time[datetime='2026-01-15T03:30:00Z']")!.GetAttribute("title");
        }
    }

    [Fact]
    public async Task The_link_for_a_new_password_comes_in_the_users_language()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();
        using (await ChooseAsync(maria, "es", "")) { }

        using var stranger = app.NewClient();
        var page = await stranger.OpenAsync("/forgot");
        using (await stranger.SendFormAsync(page.Form("/forgot"), ("username", "maria"))) { }

        await app.WaitUntilAsync("select count(*) = 1 from emails where kind = 'password_reset'");
        Assert.Contains(
            "elija una contraseña nueva",
            await app.ValueAsync<string>("select subject from emails where kind = 'password_reset'"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "durante 1 hora",
            await app.ValueAsync<string>("select text from emails where kind = 'password_reset'"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Each_is_told_of_a_new_lead_in_their_own_language_and_time_zone()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using (await ChooseAsync(office, "es", "Asia/Kolkata")) { }

        await new Prospect().IsAcceptedAsync(app);

        Assert.Equal(["New lead 1: Ada Lovelace", "Nuevo prospecto 1: Ada Lovelace"], await SaidAsync("subject"));
        var texts = await SaidAsync("text");
        Assert.Matches(@"received \w+ \d+, \d+ at \d\d:\d\d UTC\.", texts[0]);
        Assert.Matches(@"recibida el \d+ de \w+ de \d+ a las \d\d:\d\d UTC\+5:30\.", texts[1]);

        Task<string[]> SaidAsync(string column) =>
            app.TextsAsync($"select {column} from emails where kind = 'notification' order by subject");
    }

    private static async Task<HttpResponseMessage> ChooseAsync(HttpClient user, string language, string zone)
    {
        var page = await user.OpenAsync("/me");
        return await user.SendFormAsync(page.Form("/me/language"), ("language", language), ("time_zone", zone));
    }

    private static async Task<string> HeadingAsync(HttpClient user) =>
        (await user.OpenAsync("/me")).QuerySelector("h1")!.TextContent;
}
