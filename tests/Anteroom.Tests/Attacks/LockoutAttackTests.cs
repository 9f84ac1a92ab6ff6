using System.Net;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody guesses passwords, or wants to keep an owner out, or to know who has an account.</summary>
[Trait("Category", "Slow")]
public sealed class LockoutAttackTests(TestDatabases databases)
{
    // Everybody here comes from one address; whose tries they are, the proxy's header tells.
    private static readonly Dictionary<string, string?> Settings = new() { ["Web:TrustedProxies"] = "127.0.0.1,::1" };

    private static readonly Dictionary<string, string?> Limits = new() { ["RateLimits:Enabled"] = "true" };

    private static HttpClient From(AnteroomApp app, string address)
    {
        var client = app.NewClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return client;
    }

    [Fact]
    public async Task A_stranger_who_guesses_shuts_out_neither_the_owners_device_nor_the_owner_elsewhere()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web", alone: true);
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var desk = From(app, "203.0.113.7");
        using (await desk.SignInAsync("maria", AnteroomApp.Password)) { }
        using (await desk.SendFormAsync((await desk.OpenAsync("/leads")).Form("/signout"))) { }
        using var stranger = From(app, "203.0.113.7");

        for (var i = 0; i < 20; i++)
            using (await stranger.SignInAsync("maria", $"a guess, number {i}")) { }

        using (var same = await stranger.SignInAsync("maria", AnteroomApp.Password))
            Assert.NotEqual(HttpStatusCode.SeeOther, same.StatusCode);
        using (var known = await desk.SignInAsync("maria", AnteroomApp.Password))
            Assert.Equal(HttpStatusCode.SeeOther, known.StatusCode);
        using var elsewhere = From(app, "198.51.100.9");
        using var phone = await elsewhere.SignInAsync("maria@firm.example", AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.SeeOther, phone.StatusCode);
    }

    [Fact]
    public async Task Strangers_everywhere_use_up_the_limit_of_the_account_and_the_owners_device_goes_on()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Limits, role: "web", alone: true);
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var desk = app.NewClient();
        using (await desk.SignInAsync("maria", AnteroomApp.Password)) { }
        using (await desk.SendFormAsync((await desk.OpenAsync("/leads")).Form("/signout"))) { }
        using var stranger = app.NewClient();
        var throttled = HttpStatusCode.OK;
        for (var i = 0; i < 12; i++)
            using (var answer = await stranger.SignInAsync("maria", $"a guess, number {i}"))
                throttled = answer.StatusCode;
        Assert.Equal(HttpStatusCode.TooManyRequests, throttled);

        using var known = await desk.SignInAsync("maria", AnteroomApp.Password);

        Assert.Equal(HttpStatusCode.SeeOther, known.StatusCode);
    }

    [Fact]
    public async Task Thirty_passwords_at_once_are_thirty_and_the_right_one_after_five_is_not_compared()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web", alone: true);
        await app.CreateUserAsync(Role.Attorney, "maria");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => app.Client.AsksForTokenAsync("maria", $"a guess, number {i}"))
        );
        using var right = await app.Client.AsksForTokenAsync("maria", AnteroomApp.Password);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Equal(HttpStatusCode.Unauthorized, right.StatusCode);
        Assert.Equal(
            5,
            await app.ValueAsync<long>("select count(*) from audit where summary like '%with a wrong password%'")
        );
    }

    [Fact]
    public async Task A_made_up_device_is_a_stranger()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Limits, role: "web", alone: true);
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        var throttled = 0;
        for (var i = 0; i < 12; i++)
        {
            using var client = app.NewClient();
            client.DefaultRequestHeaders.Add("Cookie", "anteroom.device=CfDJ8made-up");
            using var answer = await client.SignInAsync("maria", $"a guess, number {i}");
            throttled += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.NotEqual(0, throttled);
    }

    [Fact]
    public async Task After_five_tries_an_account_that_there_is_answers_like_one_that_there_is_not()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web", alone: true);
        await app.CreateUserAsync(Role.Attorney, "maria");

        foreach (var name in new[] { "maria", "nobody" })
            for (var i = 0; i < 8; i++)
                using (var answer = await app.NewClient().SignInAsync(name, "a guess of mine"))
                {
                    Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
                    Assert.Contains(
                        "The username and password do not match",
                        (await answer.PageAsync()).QuerySelector("[role=alert]")!.Words(),
                        StringComparison.Ordinal
                    );
                }
    }
}
