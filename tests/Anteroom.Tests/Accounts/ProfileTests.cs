using System.Globalization;
using System.Net;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Accounts;

/// <summary>One's own profile.</summary>
[Trait("Category", "Slow")]
public sealed class ProfileTests(TestDatabases databases)
{
    private static async Task<HttpResponseMessage> SaveAsync(HttpClient client, params (string, string)[] values)
    {
        var page = await client.OpenAsync("/me");
        return await client.SendFormAsync(page.Form("/me"), values);
    }

    [Fact]
    public async Task An_attorney_says_what_they_take_and_the_new_name_shows_at_once()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var back = DateTime.UtcNow.AddDays(20).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        using (
            var saved = await SaveAsync(
                maria,
                ("full_name", "  María   López "),
                ("available", "true"),
                ("away_until", back),
                ("capacity", "7"),
                ("practice_area", "Family")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);

        Assert.Equal(
            $"María López true {back} 7 Family",
            await app.ValueAsync<string>(
                "select concat_ws(' ', full_name, available::text, (away_until at time zone 'UTC')::date, capacity, array_to_string(practice_areas, ',')) from users"
            )
        );
        var page = await maria.OpenAsync("/me");
        Assert.Equal("María López", page.QuerySelector(".usermenu-name")!.Words());
        Assert.Equal(back, page.QuerySelector("#f-away-until")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("full_name", "")]
    [InlineData("email", "nonsense")]
    [InlineData("email", "a@firm.example, b@firm.example")]
    [InlineData("email", "TAKEN@firm.example")]
    [InlineData("away_until", "2001-01-01")]
    [InlineData("away_until", "tomorrow")]
    [InlineData("away_until", "9999-12-31")]
    [InlineData("capacity", "-1")]
    [InlineData("capacity", "100001")]
    [InlineData("capacity", "")]
    [InlineData("capacity", "99999999999999999999")]
    [InlineData("practice_area", "Maritime law")]
    public async Task What_does_not_fit_is_refused_beside_its_field(string field, string value)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Staff, "taken");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        const string Kept = "select row_to_json(users)::text from users where user_name = 'maria'";
        var before = await app.ValueAsync<string>(Kept);

        using var refused = await SaveAsync(maria, ("practice_area", ""), (field, value));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var error = (await refused.PageAsync()).QuerySelector($"#f-{field.Replace('_', '-')}-error")!;
        Assert.NotEmpty(error.Words());
        Assert.Equal(before, await app.ValueAsync<string>(Kept));
    }

    [Fact]
    public async Task Another_address_signs_out_everywhere_else_and_spends_links_to_the_old_one()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var here = await app.SignedInAsync(Role.Staff, "maria");
        using var there = app.NewClient();
        using (await there.SignInAsync("maria", AnteroomApp.Password)) { }
        var forgot = await there.OpenAsync("/forgot");
        using (await there.SendFormAsync(forgot.Form("/forgot"), ("username", "maria"))) { }

        using (
            var saved = await SaveAsync(
                here,
                ("email", "lopez@firm.example"),
                ("current_password", AnteroomApp.Password)
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        Assert.Equal("maria@firm.example", await app.ValueAsync<string>("select email from users"));
        await there.OpenAsync("/me");
        var confirm = await here.OpenAsync(await app.LinkAsync("address_change"));
        using (var confirmed = await here.SendFormAsync(confirm.Form("/email")))
            Assert.Equal("/me", confirmed.Headers.Location?.ToString());

        await here.OpenAsync("/me");
        using var out_ = await there.GetAsync(new Uri("/me", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Found, out_.StatusCode);
        using var link = await there.GetAsync(new Uri(await app.LinkAsync("password_reset"), UriKind.Relative));
        Assert.Equal(HttpStatusCode.Gone, link.StatusCode);
        using var byNew = await app.NewClient().SignInAsync("lopez@firm.example", AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.SeeOther, byNew.StatusCode);
    }

    [Fact]
    public async Task Staff_take_no_leads_and_cannot_slip_in_a_capacity()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        Assert.Null((await staff.OpenAsync("/me")).QuerySelector("#f-capacity"));

        using var saved = await SaveAsync(staff, ("capacity", "3"), ("role", "administrator"));

        Assert.Equal("50 staff", await app.ValueAsync<string>("select concat_ws(' ', capacity, role) from users"));
    }
}
