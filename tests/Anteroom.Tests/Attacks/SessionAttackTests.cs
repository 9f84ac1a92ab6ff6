using System.Net;
using System.Text.Json;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody has a copy of a cookie or token.</summary>
[Trait("Category", "Slow")]
public sealed class SessionAttackTests(TestDatabases databases)
{
    private static readonly Uri Leads = new("/leads", UriKind.Relative);

    private Task<AnteroomApp> StartAsync(FakeTimeProvider clock) =>
        AnteroomApp.StartAsync(databases, adjust: services => services.AddSingleton<TimeProvider>(clock), role: "web");

    /// <summary>The cookie that signing in gave.</summary>
    private static async Task<string> CookieAsync(HttpClient client)
    {
        using var answer = await client.SignInAsync("maria", AnteroomApp.Password);
        return answer
            .Headers.GetValues("Set-Cookie")
            .Select(cookie => cookie.Split(';')[0])
            .First(cookie => cookie.StartsWith("anteroom=", StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> OpenWithAsync(AnteroomApp app, string cookie)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var thief = new HttpClient(handler) { BaseAddress = app.Address };
        thief.DefaultRequestHeaders.Add("Cookie", cookie);
        using var answer = await thief.GetAsync(Leads);
        return answer.StatusCode;
    }

    [Fact]
    public async Task A_copied_cookie_is_refused_on_every_node_once_its_owner_has_signed_out()
    {
        var database = await databases.CreateAsync();
        await using var one = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        await using var two = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        await one.CreateUserAsync(Role.Attorney, "maria");
        using var maria = one.NewClient();
        var copy = await CookieAsync(maria);
        Assert.Equal(HttpStatusCode.OK, await OpenWithAsync(one, copy));
        Assert.Equal(HttpStatusCode.OK, await OpenWithAsync(two, copy));

        using (var gone = await maria.SendFormAsync((await maria.OpenAsync("/leads")).Form("/signout")))
            Assert.Equal("\"cache\"", Assert.Single(gone.Headers.GetValues("Clear-Site-Data")));

        Assert.Equal(HttpStatusCode.Found, await OpenWithAsync(one, copy));
        Assert.Equal(HttpStatusCode.Found, await OpenWithAsync(two, copy));
        Assert.Equal(
            "maria signed out",
            await one.ValueAsync<string>("select actor || ' ' || summary from audit order by id desc limit 1")
        );
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_that_the_browser_had()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var maria = app.NewClient();
        var form = (await maria.OpenAsync("/signin")).Form("/signin");
        var first = await CookieAsync(maria);
        var again = await maria.OpenAsync("/me");
        form.QuerySelector("[name=__RequestVerificationToken]")!
            .SetAttribute("value", again.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!);

        using (var second = await maria.SendFormAsync(form, ("username", "maria"), ("password", AnteroomApp.Password)))
            Assert.Equal(HttpStatusCode.SeeOther, second.StatusCode);

        await maria.OpenAsync("/leads");
        Assert.Equal(HttpStatusCode.Found, await OpenWithAsync(app, first));
    }

    [Fact]
    public async Task A_session_ends_after_seven_days_however_busy_it_is()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(clock);
        using var maria = await app.SignedInAsync();

        for (var hours = 8; hours < 7 * 24; hours += 8)
        {
            clock.AdjustTime(clock.GetUtcNow().AddHours(8));
            using var busy = await maria.GetAsync(Leads);
            Assert.Equal(HttpStatusCode.OK, busy.StatusCode);
        }

        clock.AdjustTime(clock.GetUtcNow().AddHours(8));
        using var late = await maria.GetAsync(Leads);
        Assert.Equal(HttpStatusCode.Found, late.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_in_which_a_page_only_kept_itself_fresh()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(clock);
        using var maria = await app.SignedInAsync();

        for (var hours = 0; hours < 12; hours += 4)
        {
            clock.AdjustTime(clock.GetUtcNow().AddHours(4));
            using var request = new HttpRequestMessage(HttpMethod.Get, Leads);
            request.Headers.Add("X-Live", "1");
            using (await maria.SendAsync(request)) { }
        }

        clock.AdjustTime(clock.GetUtcNow().AddMinutes(6));
        using var late = await maria.GetAsync(Leads);
        Assert.Equal(HttpStatusCode.Found, late.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_of_the_API_ends_after_thirty_days_however_often_it_is_refreshed()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(clock);
        await app.CreateUserAsync(Role.Attorney, "maria");
        var token = (await app.Client.TokensAsync("maria")).GetProperty("refresh_token").GetString()!;

        for (var day = 10; day < 30; day += 10)
        {
            clock.AdjustTime(clock.GetUtcNow().AddDays(10));
            using var refreshed = await app.Client.RefreshesAsync(token);
            Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
            using var body = JsonDocument.Parse(await refreshed.Content.ReadAsStringAsync());
            token = body.RootElement.GetProperty("refresh_token").GetString()!;
        }

        clock.AdjustTime(clock.GetUtcNow().AddDays(10));
        using var late = await app.Client.RefreshesAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }
}
