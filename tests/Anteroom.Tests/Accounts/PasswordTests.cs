using System.Net;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Accounts;

/// <summary>Forgotten and changed passwords.</summary>
[Trait("Category", "Slow")]
public sealed class PasswordTests(TestDatabases databases)
{
    private const string NewPassword = "a brand new password of mine";

    private static async Task<(HttpStatusCode, string?, string)> ForgetAsync(AnteroomApp app, string name)
    {
        using var client = app.NewClient();
        var page = await client.OpenAsync("/forgot");
        using var answer = await client.SendFormAsync(page.Form("/forgot"), ("username", name));
        var location = answer.Headers.Location?.ToString();
        return (answer.StatusCode, location, (await client.OpenAsync(location!)).Body!.Words());
    }

    [Fact]
    public async Task A_forgotten_password_is_set_by_a_link_that_works_once()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var before = await app.SignedInAsync(Role.Attorney, "maria");
        await ForgetAsync(app, "Maria@firm.example");
        await ForgetAsync(app, "maria");
        var link = await app.LinkAsync("password_reset");
        var open = await app.NewClient().OpenAsync(link);

        using var client = app.NewClient();
        using (var set = await client.SetPasswordAsync(link, NewPassword))
            Assert.Equal(HttpStatusCode.SeeOther, set.StatusCode);

        await client.OpenAsync("/leads");
        using (var old = await before.GetAsync(new Uri("/leads", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Found, old.StatusCode);
        using var late = await app.NewClient().SignInAsync("maria", AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        using var spent = await client.SendFormAsync(
            (await client.OpenAsync("/forgot")).Form("/forgot"),
            ("user", open.QuerySelector("[name=user]")!.GetAttribute("value")!)
        );
        // Asked twice within minutes: one email.
        Assert.Equal(1, await app.CountAsync("emails"));
        using var again = await client.GetAsync(new Uri(link, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Gone, again.StatusCode);
    }

    [Fact]
    public async Task The_answer_is_the_same_whether_or_not_there_is_such_an_account()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        await app.CreateUserAsync(Role.Attorney, "gone");
        await app.ValueAsync<bool>("update users set active = false where user_name = 'gone' returning true");

        var known = await ForgetAsync(app, "maria");
        foreach (var name in new[] { "nobody", "nobody@firm.example", "gone", new string('x', 5000) })
            Assert.Equal(known, await ForgetAsync(app, name));

        Assert.Equal(1, await app.CountAsync("emails"));
    }

    [Theory]
    [InlineData("/password")]
    [InlineData("/password?user=x&token=y")]
    [InlineData("/password?user=00000000000000000000000000000000&token=y")]
    public async Task A_link_that_is_not_complete_says_so(string link)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var answer = await app.Client.GetAsync(new Uri(link, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
    }

    [Fact]
    public async Task Changing_the_password_signs_out_everywhere_else_but_not_here()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var here = await app.SignedInAsync(Role.Attorney, "maria");
        using var there = app.NewClient();
        using (await there.SignInAsync("maria", AnteroomApp.Password)) { }

        using (var done = await ChangeAsync(here, AnteroomApp.Password, NewPassword))
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);

        Assert.Contains(
            "changed",
            (await here.OpenAsync("/me/password")).QuerySelector("[role=status]")!.Words(),
            StringComparison.Ordinal
        );
        using (var out_ = await there.GetAsync(new Uri("/leads", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Found, out_.StatusCode);
        using var again = await app.NewClient().SignInAsync("maria", NewPassword);
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
    }

    [Theory]
    [InlineData("wrong", "a brand new password", "current-password")]
    [InlineData("", "a brand new password", "current-password")]
    [InlineData(AnteroomApp.Password, "short", "new-password")]
    [InlineData(AnteroomApp.Password, "", "new-password")]
    [InlineData(AnteroomApp.Password, AnteroomApp.Password, "new-password")]
    public async Task What_is_wrong_with_a_change_stands_beside_its_field(string old, string wanted, string field)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");

        using var refused = await ChangeAsync(maria, old, wanted);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await refused.PageAsync();
        Assert.NotEmpty(page.QuerySelector($"#f-{field}-error")!.Words());
        Assert.Single(page.QuerySelectorAll("[aria-invalid=true]"));
        using var still = await app.NewClient().SignInAsync("maria", AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.SeeOther, still.StatusCode);
    }

    [Fact]
    public async Task Guessing_the_current_password_locks_the_account()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        for (var i = 0; i < 5; i++)
            using (await ChangeAsync(maria, $"guess {i}", NewPassword)) { }

        using var right = await ChangeAsync(maria, AnteroomApp.Password, NewPassword);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, right.StatusCode);
    }

    private static async Task<HttpResponseMessage> ChangeAsync(HttpClient client, string old, string wanted)
    {
        var page = await client.OpenAsync("/me/password");
        return await client.SendFormAsync(
            page.Form("/me/password"),
            ("current_password", old),
            ("new_password", wanted)
        );
    }
}
