using System.Net;
using Anteroom.Accounts;
using Anteroom.Tests.App;
using static Anteroom.Tests.Accounts.Authenticator;

namespace Anteroom.Tests.Accounts;

/// <summary>The second factor: an authenticator app and recovery codes.</summary>
[Trait("Category", "Slow")]
public sealed class TwoFactorTests(TestDatabases databases)
{
    [Fact]
    public async Task With_it_on_signing_in_takes_the_apps_code_too()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var (key, codes) = await TurnOnAsync(maria);
        Assert.Equal(TwoFactor.RecoveryCodes, codes.Distinct().Count());
        using (var once = await maria.GetAsync(new Uri("/me/two-factor/codes", UriKind.Relative)))
            Assert.Equal("/me/two-factor", once.Headers.Location?.ToString());

        using (var wrong = await GiveCodeAsync(app.NewClient(), Wrong(Code(key))))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var client = app.NewClient();
        using var right = await GiveCodeAsync(client, Code(key, later: 1).Insert(3, " "));
        Assert.Equal("/me", right.Headers.Location?.ToString());
        await client.OpenAsync("/me");
    }

    [Fact]
    public async Task A_recovery_code_works_once()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var (_, codes) = await TurnOnAsync(maria);

        using (var first = await GiveCodeAsync(app.NewClient(), codes[3].ToLowerInvariant()))
            Assert.Equal("/me", first.Headers.Location?.ToString());
        using (var second = await GiveCodeAsync(app.NewClient(), codes[3]))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, second.StatusCode);

        Assert.Contains("9 unused", (await maria.OpenAsync("/me/two-factor")).Body!.Words(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("000000")]
    [InlineData("AAAAA-AAAAA")]
    public async Task Wrong_codes_of_either_kind_lock_the_account(string guess)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var (key, codes) = await TurnOnAsync(maria);
        using var client = app.NewClient();
        using (await GiveCodeAsync(client, guess)) { }
        var page = await client.OpenAsync("/signin/code");
        for (var i = 0; i < 5; i++)
            using (await client.SendFormAsync(page.Form("/signin/code"), ("code", guess))) { }

        foreach (var right in new[] { Code(key, later: 1), codes[0] })
            using (var answer = await client.SendFormAsync(page.Form("/signin/code"), ("code", right)))
                Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact]
    public async Task It_is_turned_off_with_the_password_only()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        await TurnOnAsync(maria);
        var form = (await maria.OpenAsync("/me/two-factor")).Form("/me/two-factor/codes");
        form.SetAttribute("action", "/me/two-factor/disable");

        using (var refused = await maria.SendFormAsync(form, ("password", "wrong")))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        using (var off = await maria.SendFormAsync(form, ("password", AnteroomApp.Password)))
            Assert.Equal(HttpStatusCode.SeeOther, off.StatusCode);

        using var signIn = await app.NewClient().SignInAsync("maria", AnteroomApp.Password);
        Assert.Equal("/leads", signIn.Headers.Location?.ToString());
        Assert.Equal(0, await app.CountAsync("user_tokens"));
    }

    [Fact]
    public async Task A_new_password_by_link_does_not_go_past_the_second_factor()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        await TurnOnAsync(maria);
        using var client = app.NewClient();
        var forgot = await client.OpenAsync("/forgot");
        using (await client.SendFormAsync(forgot.Form("/forgot"), ("username", "maria"))) { }

        using var set = await client.SetPasswordAsync(await app.LinkAsync("password_reset"), "a brand new password");

        Assert.Equal("/signin/code", set.Headers.Location?.ToString());
        using var closed = await client.GetAsync(new Uri("/leads", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Found, closed.StatusCode);
    }
}
