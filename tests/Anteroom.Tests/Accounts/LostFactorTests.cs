using System.Net;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Accounts;

/// <summary>Somebody has lost phone and recovery codes.</summary>
public sealed class LostFactorTests(TestDatabases databases)
{
    [Fact]
    public async Task An_administrator_takes_off_the_factors_of_somebody_who_lost_them_and_it_is_written_down()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria", "Maria Ruiz");
        await HaveFactorAsync(app, "maria");
        using var root = await app.SignedInAsync(Role.Administrator, "root", "Ruth Byron");
        using (var before = await app.NewClient().SignInAsync("maria", AnteroomApp.Password))
            Assert.StartsWith("/signin/code", before.Headers.Location?.ToString(), StringComparison.Ordinal);

        var page = await root.OpenAsync($"/admin/users/{maria.Number}");
        using (var reset = await root.SendFormAsync(page.Form($"/admin/users/{maria.Number}/two-factor")))
            Assert.Equal(HttpStatusCode.SeeOther, reset.StatusCode);

        using var after = await app.NewClient().SignInAsync("maria", AnteroomApp.Password);
        Assert.Equal("/leads", after.Headers.Location?.ToString());
        Assert.Equal(0, await app.CountAsync("user_tokens"));
        Assert.Equal(
            "Ruth Byron turned off two-factor sign-in for Maria Ruiz",
            await app.ValueAsync<string>(
                "select actor || ' ' || summary from audit where kind = 'credentials_changed' order by id desc limit 1"
            )
        );
    }

    /// <summary>Gives somebody an authenticator app that nobody has.</summary>
    internal static async Task HaveFactorAsync(AnteroomApp app, string userName)
    {
        await using var set = app.Database.CreateCommand(
            $"""
            insert into user_tokens (user_id, login_provider, name, value)
                select id, '[AspNetUserStore]', 'AuthenticatorKey', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567' from users where user_name = '{userName}';
            update users set two_factor_enabled = true where user_name = '{userName}'
            """
        );
        await set.ExecuteNonQueryAsync();
    }
}
