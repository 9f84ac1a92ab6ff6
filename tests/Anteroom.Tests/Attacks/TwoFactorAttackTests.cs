using System.Net;
using System.Net.Http.Json;
using Anteroom.Accounts;
using Anteroom.Tests.Accounts;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody knows the password and lacks the code. Limits by address are off: what holds here has to hold without them.</summary>
[Trait("Category", "Slow")]
public sealed class TwoFactorAttackTests(TestDatabases databases)
{
    private const string Key = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int Tries = 5;

    private static readonly Dictionary<string, string?> NoLimits = new() { ["RateLimits:Enabled"] = "false" };

    private async Task<AnteroomApp> StartAsync(FakeTimeProvider? clock = null)
    {
        var app = await AnteroomApp.StartAsync(
            databases,
            NoLimits,
            adjust: clock is null ? null : services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        await app.CreateUserAsync(Role.Attorney, "maria");
        await LostFactorTests.HaveFactorAsync(app, "maria");
        return app;
    }

    /// <summary>Doors that take a password and a code: whether this one let in.</summary>
    private static async Task<bool> EnterAsync(AnteroomApp app, string door, string code)
    {
        using var client = app.NewClient();
        switch (door)
        {
            case "page":
                return await (await BeforeCodeAsync(client))(code);
            case "/api/v1/auth/token":
                using (
                    var form = new FormUrlEncodedContent([
                        new("username", "maria"),
                        new("password", AnteroomApp.Password),
                        new("code", code),
                    ])
                )
                using (var token = await client.PostAsync(new Uri(door, UriKind.Relative), form))
                    return token.StatusCode == HttpStatusCode.OK;
            default:
                using (
                    var login = await client.PostAsJsonAsync(
                        door,
                        new
                        {
                            username = "maria",
                            password = AnteroomApp.Password,
                            code,
                        }
                    )
                )
                    return login.StatusCode == HttpStatusCode.OK;
        }
    }

    /// <summary>The password is given on the page; what is left to give is the code.</summary>
    private static async Task<Func<string, Task<bool>>> BeforeCodeAsync(HttpClient client)
    {
        using (await client.SignInAsync("maria", AnteroomApp.Password)) { }
        var form = (await client.OpenAsync("/signin/code")).Form("/signin/code");
        return async code =>
        {
            using var answer = await client.SendFormAsync(form, ("code", code));
            return answer.StatusCode == HttpStatusCode.SeeOther;
        };
    }

    private static Task<long> ComparedAsync(AnteroomApp app) =>
        app.ValueAsync<long>("select count(*) from audit where summary like '%with a wrong code'");

    [Theory]
    [InlineData("page")]
    [InlineData("/api/v1/auth/token")]
    [InlineData("/api/auth/login/")]
    public async Task Thirty_wrong_codes_at_once_are_thirty_and_after_five_not_even_the_right_one_is_compared(
        string door
    )
    {
        await using var app = await StartAsync();
        var wrong = Authenticator.Wrong(Authenticator.Code(Key));

        using var client = app.NewClient();
        var enter = door == "page" ? await BeforeCodeAsync(client) : code => EnterAsync(app, door, code);

        var entered = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => enter(wrong)));

        Assert.DoesNotContain(true, entered);
        Assert.Equal(Tries, await ComparedAsync(app));
        Assert.False(await enter(Authenticator.Code(Key)));
        Assert.Equal(Tries, await ComparedAsync(app));
    }

    [Fact]
    public async Task The_right_code_among_wrong_ones_sent_at_once_has_no_more_than_the_tries_that_are_left()
    {
        await using var app = await StartAsync();
        var wrong = Authenticator.Wrong(Authenticator.Code(Key));
        for (var i = 0; i < Tries - 1; i++)
            Assert.False(await EnterAsync(app, "/api/v1/auth/token", wrong));

        // One try is left for 14: the right code gets in only when it is the one that takes it.
        var entered = await Task.WhenAll(
            Enumerable
                .Range(0, 14)
                .Select(i => EnterAsync(app, "/api/v1/auth/token", i == 13 ? Authenticator.Code(Key) : wrong))
        );

        // Who got in has his tries again, so that wrong ones that came later were compared, too.
        if (entered.Any(one => one))
            Assert.InRange(await ComparedAsync(app), Tries - 1, 2 * Tries - 1);
        else
            Assert.Equal(Tries, await ComparedAsync(app));
    }

    [Fact]
    public async Task Once_the_limit_is_reached_right_codes_sent_at_once_do_not_get_in_and_after_a_while_they_do()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(clock);
        var code = Authenticator.Code(Key, now: clock.GetUtcNow());
        for (var i = 0; i < Tries; i++)
            Assert.False(await EnterAsync(app, "/api/v1/auth/token", Authenticator.Wrong(code)));

        var entered = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => EnterAsync(app, "/api/v1/auth/token", code))
        );

        Assert.DoesNotContain(true, entered);
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.True(await EnterAsync(app, "/api/v1/auth/token", Authenticator.Code(Key, now: clock.GetUtcNow())));
    }

    [Theory]
    [InlineData("page")]
    [InlineData("/api/v1/auth/token")]
    [InlineData("/api/auth/login/")]
    public async Task A_code_that_was_seen_over_a_shoulder_is_spent(string door)
    {
        await using var app = await StartAsync();
        var code = Authenticator.Code(Key, later: 1);

        var entered = await Task.WhenAll(
            Enumerable.Range(0, Tries).Select(_ => EnterAsync(app, "/api/v1/auth/token", code))
        );

        Assert.Single(entered, one => one);
        Assert.False(await EnterAsync(app, door, code));
    }

    [Fact]
    public async Task A_recovery_code_that_is_sent_at_once_from_many_places_lets_one_in()
    {
        await using var app = await AnteroomApp.StartAsync(databases, NoLimits, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var (_, codes) = await Authenticator.TurnOnAsync(maria);

        var entered = await Task.WhenAll(
            Enumerable.Range(0, Tries).Select(_ => EnterAsync(app, "/api/v1/auth/token", codes[0]))
        );

        Assert.Single(entered, one => one);
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_code_is_good_for_one_half_minute_before_and_after_its_own(int steps, bool good)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(clock);

        Assert.Equal(good, await EnterAsync(app, "page", Authenticator.Code(Key, steps, clock.GetUtcNow())));
    }

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_examples_of_RFC_6238(long second, string code) =>
        Assert.Equal(
            second / 30,
            AppCode.Step("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", code, DateTimeOffset.FromUnixTimeSeconds(second))
        );

    [Fact]
    public async Task Codes_are_counted_while_the_app_is_set_up()
    {
        await using var app = await AnteroomApp.StartAsync(databases, NoLimits, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        using (await maria.SendFormAsync((await maria.OpenAsync("/me/two-factor")).Form("/me/two-factor/begin"))) { }
        var page = await maria.OpenAsync("/me/two-factor");
        var form = page.Form("/me/two-factor/confirm");
        var code = Authenticator.Code(page.QuerySelector("code.key")!.Words());

        var guesses = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(_ => maria.SendFormAsync(form, ("code", Authenticator.Wrong(code))))
        );
        using var right = await maria.SendFormAsync(form, ("code", code));

        Assert.All(guesses, answer => Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, right.StatusCode);
        Assert.Equal(ConfirmPassword.Locked, await right.ErrorAsync("code"));
        Assert.False(await app.ValueAsync<bool>("select two_factor_enabled from users"));
    }

    [Fact]
    public async Task Passwords_are_counted_where_the_second_factor_is_turned_off()
    {
        await using var app = await AnteroomApp.StartAsync(databases, NoLimits, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        await Authenticator.TurnOnAsync(maria);
        var form = (await maria.OpenAsync("/me/two-factor")).Form("/me/two-factor/codes");
        form.SetAttribute("action", "/me/two-factor/disable");

        await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => maria.SendFormAsync(form, ("password", $"a guess, number {i}")))
        );
        using var right = await maria.SendFormAsync(form, ("password", AnteroomApp.Password));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, right.StatusCode);
        Assert.True(await app.ValueAsync<bool>("select two_factor_enabled from users"));
    }

    [Fact]
    public async Task Saving_a_profile_meanwhile_puts_no_count_back()
    {
        await using var app = await AnteroomApp.StartAsync(databases, NoLimits, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var profile = (await maria.OpenAsync("/me")).Form("/me");
        await LostFactorTests.HaveFactorAsync(app, "maria");
        var wrong = Authenticator.Wrong(Authenticator.Code(Key));

        var saving = Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => maria.SendFormAsync(profile, ("full_name", $"Maria {i}")))
        );
        for (var i = 0; i < Tries; i++)
            Assert.False(await EnterAsync(app, "/api/v1/auth/token", wrong));
        await saving;

        Assert.False(await EnterAsync(app, "/api/v1/auth/token", Authenticator.Code(Key)));
    }
}
