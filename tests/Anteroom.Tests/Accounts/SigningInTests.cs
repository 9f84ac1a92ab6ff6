using System.Net;
using Anteroom.Accounts;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Accounts;

/// <summary>Signing in and out, and making the first administrator.</summary>
public sealed class SigningInTests(TestDatabases databases)
{
    [Theory]
    [InlineData("maria")]
    [InlineData("MARIA")]
    [InlineData("maria@firm.example")]
    public async Task People_sign_in_with_their_username_or_address_and_go_where_they_wanted(string name)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var client = app.NewClient();

        using var answer = await client.SignInAsync(name, AnteroomApp.Password, "/leads?status=registered");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/leads?status=registered", answer.Headers.Location!.ToString());
        await client.OpenAsync("/leads");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_never_leads_to_another_site(string returnUrl)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var client = app.NewClient();

        using var answer = await client.SignInAsync("maria", AnteroomApp.Password, returnUrl);

        Assert.Equal("/leads", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_user_get_the_same_answer()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");

        using var wrong = await app.NewClient().SignInAsync("maria", "not the password");
        using var unknown = await app.NewClient().SignInAsync("nobody", "not the password");

        Assert.Equal(wrong.StatusCode, unknown.StatusCode);
        Assert.False(wrong.IsSuccessStatusCode);
        Assert.Equal(
            (await wrong.PageAsync()).QuerySelector("[role=alert]")!.TextContent,
            (await unknown.PageAsync()).QuerySelector("[role=alert]")!.TextContent
        );
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_does_not_help_for_a_while()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var client = app.NewClient();
        for (var i = 0; i < 5; i++)
            using (await client.SignInAsync("maria", "guess")) { }

        using var answer = await client.SignInAsync("maria", AnteroomApp.Password);

        Assert.NotEqual(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(
            "tried to sign in as maria with a password after too many wrong ones",
            await app.ValueAsync<string>("select summary from audit order by id desc limit 1")
        );
    }

    [Fact]
    public async Task Somebody_who_has_left_the_firm_cannot_sign_in()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        await using (var command = app.Database.CreateCommand("update users set active = false"))
            await command.ExecuteNonQueryAsync();

        using var answer = await app.NewClient().SignInAsync("maria", AnteroomApp.Password);

        Assert.NotEqual(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task After_signing_out_the_workspace_is_closed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var client = await app.SignedInAsync();
        var page = await client.OpenAsync("/leads");

        using (await client.SendFormAsync(page.Form("/signout"))) { }

        using var answer = await client.GetAsync(new Uri("/leads", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    [Fact]
    public async Task A_cookie_of_one_node_is_good_on_another_and_after_a_restart()
    {
        var database = await databases.CreateAsync();
        var cookies = new CookieContainer();
        await using (var app = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web"))
        {
            await app.CreateUserAsync(Role.Attorney, "maria");
            using var client = new HttpClient(
                new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }
            )
            {
                BaseAddress = app.Address,
            };
            using (await client.SignInAsync("maria", AnteroomApp.Password)) { }
        }

        await using var other = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        using var again = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }
        )
        {
            BaseAddress = other.Address,
        };

        using var answer = await again.GetAsync(new Uri("/leads", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_set_up_link_makes_one_administrator_and_is_then_spent()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var link = $"/setup?token={await NewLinkAsync(app)}";
        using var client = app.NewClient();
        var page = await client.OpenAsync(link);

        using (
            var refused = await client.SendFormAsync(
                page.Form("/setup"),
                ("username", "olga"),
                ("email", "olga@firm.example"),
                ("full_name", "Olga"),
                ("password", "short")
            )
        )
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("10", await refused.ErrorAsync("password"), StringComparison.Ordinal);
        }

        using (
            var made = await client.SendFormAsync(
                page.Form("/setup"),
                ("username", "olga"),
                ("email", "olga@firm.example"),
                ("full_name", "Olga Petrova"),
                ("password", AnteroomApp.Password),
                ("time_zone", "America/New_York")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);

        await client.OpenAsync("/leads");
        Assert.Equal("administrator", await app.ValueAsync<string>("select role from users"));
        Assert.Equal(
            "America/New_York",
            await app.ValueAsync<string>("select value from settings where key = 'Firm:TimeZone'")
        );
        using var spent = await app.NewClient().GetAsync(new Uri(link, UriKind.Relative));
        Assert.Contains(spent.StatusCode, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.Gone]);
    }

    [Fact]
    public async Task Of_two_people_with_the_link_at_the_same_moment_one_becomes_administrator()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var token = await NewLinkAsync(app);

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => SetUpAsync(i)));

        Assert.Single(results, result => result is SetUpResult.Created);
        Assert.Equal(1, await app.CountAsync("users"));

        async Task<SetUpResult> SetUpAsync(int i)
        {
            await using var scope = app.Services.CreateAsyncScope();
            return await scope
                .ServiceProvider.GetRequiredService<SetUpFirm>()
                .RunAsync(
                    token,
                    new($"admin{i}", $"a{i}@firm.example", "Admin", AnteroomApp.Password),
                    CancellationToken.None
                );
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task A_made_up_set_up_link_opens_nothing(string token)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await NewLinkAsync(app);

        using var answer = await app.Client.GetAsync(new Uri($"/setup?token={token}", UriKind.Relative));

        Assert.False(answer.IsSuccessStatusCode);
    }

    private static async Task<string> NewLinkAsync(AnteroomApp app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SetUpFirm>().MakeLinkAsync(CancellationToken.None);
    }
}
