using System.Net;
using Anteroom.Tests.Accounts;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody sits down at an open screen and wants to stay.</summary>
[Trait("Category", "Slow")]
public sealed class OpenScreenAttackTests(TestDatabases databases)
{
    private static Task<bool> PassTimeAsync(AnteroomApp app) =>
        app.ValueAsync<bool>("update user_sessions set confirmed_at = now() - interval '6 minutes' returning true");

    [Fact]
    public async Task A_passkey_is_added_with_the_password_only_and_what_was_refused_is_written_down()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var form = (await maria.OpenAsync("/me/passkeys")).Form(
            "/me/passkeys",
            one => one.HasAttribute("data-options")
        );
        await PassTimeAsync(app);
        form.SetAttribute("action", "/me/passkeys/options");

        foreach (var guess in new[] { "", "not the password" })
            using (var refused = await maria.SendFormAsync(form, ("password", guess)))
                Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        form.SetAttribute("action", "/me/passkeys");
        using (var refused = await maria.SendFormAsync(form, ("credential", "{}"), ("name", "Mine")))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);

        form.SetAttribute("action", "/me/passkeys/options");
        using (var question = await maria.SendFormAsync(form, ("password", AnteroomApp.Password)))
            Assert.Equal(HttpStatusCode.OK, question.StatusCode);
        form.SetAttribute("action", "/me/passkeys");
        using (var refused = await maria.SendFormAsync(form, ("credential", "{}"), ("name", "Mine")))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal(
            "maria tried to add the passkey “Mine”, which was refused",
            await app.ValueAsync<string>("select actor || ' ' || summary from audit order by id desc limit 1")
        );
        Assert.Equal(0, await app.CountAsync("user_passkeys"));
    }

    [Fact]
    public async Task Another_address_needs_the_password_and_the_link_and_the_old_one_is_told()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Staff, "maria");
        var form = (await maria.OpenAsync("/me")).Form("/me");

        foreach (var guess in new[] { "", "not the password" })
            using (
                var refused = await maria.SendFormAsync(
                    form,
                    ("email", "thief@evil.example"),
                    ("current_password", guess)
                )
            )
                Assert.NotNull(await refused.ErrorAsync("current_password"));
        Assert.Equal(0, await app.CountAsync("emails"));

        foreach (var address in new[] { "first@evil.example", "thief@evil.example" })
            using (await maria.SendFormAsync(form, ("email", address), ("current_password", AnteroomApp.Password))) { }
        Assert.Equal(
            ["first@evil.example", "maria@firm.example", "maria@firm.example", "thief@evil.example"],
            await app.TextsAsync("select to_address from emails order by 1")
        );
        Assert.Equal("maria@firm.example", await app.ValueAsync<string>("select email from users"));
        var link = await app.LinkAsync("address_change");
        // Only the newest link works, opening it changes nothing, and a new password ends it.
        await app.NewClient().OpenAsync(link);
        Assert.Equal("maria@firm.example", await app.ValueAsync<string>("select email from users"));
        var password = await maria.OpenAsync("/me/password");
        using (
            await maria.SendFormAsync(
                password.Form("/me/password"),
                ("current_password", AnteroomApp.Password),
                ("new_password", "five green umbrellas")
            )
        ) { }

        using var spent = await app.NewClient().GetAsync(new Uri(link, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Gone, spent.StatusCode);
    }

    [Fact]
    public async Task A_second_factor_is_set_up_with_the_password_only()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var form = (await maria.OpenAsync("/me/two-factor")).Form("/me/two-factor/begin");
        await PassTimeAsync(app);

        foreach (var guess in new[] { "", "not the password" })
            using (var refused = await maria.SendFormAsync(form, ("password", guess)))
                Assert.NotNull(await refused.ErrorAsync("password"));
        Assert.Equal(0, await app.CountAsync("user_tokens"));

        using (var begun = await maria.SendFormAsync(form, ("password", AnteroomApp.Password)))
            Assert.Equal(HttpStatusCode.SeeOther, begun.StatusCode);
        Assert.Equal(1, await app.CountAsync("user_tokens"));
    }

    [Fact]
    public async Task The_owner_sees_every_sign_in_and_ends_it_and_nobody_elses()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        using var other = await app.SignedInAsync(Role.Attorney, "olga");
        using var thief = app.NewClient();
        thief.DefaultRequestHeaders.UserAgent.ParseAdd(
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
        );
        using (await thief.SignInAsync("maria", AnteroomApp.Password)) { }
        var tokens = await app.Client.TokensAsync("maria");

        var page = await maria.OpenAsync("/me/sessions");
        Assert.Equal(3, page.QuerySelectorAll("form[action='/me/sessions/end']").Length);
        Assert.Contains("Firefox on Linux", page.Body!.Words(), StringComparison.Ordinal);
        var stranger = (await other.OpenAsync("/me/sessions")).Form("/me/sessions/end");
        foreach (var form in page.QuerySelectorAll("form[action='/me/sessions/end'] input[name=id]"))
            using (await other.SendFormAsync(stranger, ("id", form.GetAttribute("value")!))) { }
        await thief.OpenAsync("/leads");

        using (await maria.SendFormAsync(page.Form("/me/sessions/others"))) { }

        await maria.OpenAsync("/leads");
        using (var closed = await thief.GetAsync(new Uri("/leads", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Found, closed.StatusCode);
        using (var refreshed = await app.Client.RefreshesAsync(tokens.GetProperty("refresh_token").GetString()!))
            Assert.Equal(HttpStatusCode.Unauthorized, refreshed.StatusCode);
        await other.OpenAsync("/leads");
        Assert.Contains(
            "Earlier sign-ins",
            (await maria.OpenAsync("/me/sessions")).Body!.Words(),
            StringComparison.Ordinal
        );
    }
}
