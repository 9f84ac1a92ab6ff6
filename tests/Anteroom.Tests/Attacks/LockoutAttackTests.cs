using System.Net;
using System.Net.Http.Json;
using Anteroom.Accounts;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task Signing_in_costs_the_same_hashes_and_statements_whether_the_account_exists_is_closed_locked_or_does_not_exist()
    {
        var hashes = new CountedHashes();
        await using var app = await AnteroomApp.StartBehindProxyAsync(
            databases,
            adjust: services =>
            {
                AnteroomApp.WithoutBackgroundWork(services);
                services.AddSingleton<IPasswordHasher<User>>(hashes);
            }
        );
        foreach (var name in new[] { "maria", "john", "olga", "pete", "maria2", "john2", "olga2", "pete2" })
            await app.CreateUserAsync(Role.Attorney, name);
        await app.ExecuteAsync(
            """
            update users set active = false where user_name like 'john%';
            update users set lockout_end = now() + interval '1 day' where user_name like 'olga%';
            update users set password_hash = null where user_name like 'pete%'
            """
        );
        using var client = app.NewClient();
        var form = (await client.OpenAsync("/signin")).Form("/signin");
        var doors = new Func<string, Task<HttpResponseMessage>>[]
        {
            name => client.SendFormAsync(form, ("username", name), ("password", "a wrong password")),
            name => client.PostAsJsonAsync("/api/auth/login/", new { username = name, password = "a wrong password" }),
            name =>
                client.PostAsync(
                    new Uri("/api/v1/auth/token", UriKind.Relative),
                    new FormUrlEncodedContent([new("username", name), new("password", "a wrong password")])
                ),
        };

        foreach (var door in doors)
        {
            // Other accounts by address: the tries of an account are counted together.
            foreach (var ending in new[] { "", "2@firm.example" })
            {
                await CostAsync(door, "nobody" + ending);
                var nobody = await CostAsync(door, "someone" + ending);
                Assert.Equal(1, nobody.Hashes);
                foreach (var name in new[] { "maria", "john", "olga", "pete" })
                    Assert.Equal((name + ending, nobody), (name + ending, await CostAsync(door, name + ending)));
            }
        }

        async Task<(HttpStatusCode Status, int Length, long Statements, int Hashes)> CostAsync(
            Func<string, Task<HttpResponseMessage>> door,
            string name
        )
        {
            for (var i = 0; i < 3; i++)
                using (await door(name)) { }
            var (statements, made) = (app.Proxy.Statements, hashes.Count);
            using var answer = await door(name);
            var text = (await answer.Content.ReadAsStringAsync()).Replace(name, "", StringComparison.Ordinal);
            return (answer.StatusCode, text.Length, app.Proxy.Statements - statements, hashes.Count - made);
        }
    }

    /// <summary>The product's own hasher, counted. Making a hash takes as long as checking one.</summary>
    private sealed class CountedHashes : IPasswordHasher<User>
    {
        private readonly PasswordHasher<User> _real = new(
            Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 1_000 })
        );

        private int _count;

        public int Count => Volatile.Read(ref _count);

        public string HashPassword(User user, string password)
        {
            Interlocked.Increment(ref _count);
            return _real.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(
            User user,
            string hashedPassword,
            string providedPassword
        )
        {
            Interlocked.Increment(ref _count);
            return _real.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
