using System.Net;
using System.Net.Http.Json;
using Anteroom.Accounts;
using Anteroom.Tests.Accounts;
using Anteroom.Tests.App;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody tries the passwords that people choose.</summary>
[Trait("Category", "Slow")]
public sealed class PasswordAttackTests(TestDatabases databases)
{
    private static async Task<HttpResponseMessage> ChangeAsync(HttpClient client, string old, string wanted)
    {
        var page = await client.OpenAsync("/me/password");
        return await client.SendFormAsync(
            page.Form("/me/password"),
            ("current_password", old),
            ("new_password", wanted)
        );
    }

    [Theory]
    [InlineData("password12")]
    [InlineData("1234567890")]
    [InlineData("letmein123")]
    [InlineData("LetMeIn2026!")]
    [InlineData("P@ssw0rd1234")]
    [InlineData("passwordpassword")]
    [InlineData("qwertyuiop")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcabcabcabc")]
    [InlineData("abcdefghij12345")]
    [InlineData("!!!dragon1999!!!")]
    [InlineData("maria@firm.example")]
    [InlineData("MariaLopez2026")]
    [InlineData("lopezlopez1")]
    [InlineData("Whitfield2026")]
    [InlineData("anteroom2026!")]
    [InlineData("WhitfieldByron")]
    public void What_is_tried_first_is_refused(string password) =>
        Assert.NotNull(
            PasswordStrength.Problem(
                password,
                PasswordStrength.Words("maria", "María López", "maria@firm.example", "Whitfield & Byron", "Anteroom")
            )
        );

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("  Spaces At Both Ends  ")]
    [InlineData("maria likes green umbrellas")]
    [InlineData("kühle Abende im März")]
    [InlineData("tK9#vLq2wZ")]
    [InlineData("пять зелёных зонтов")]
    [InlineData("\ud800 half a character, and more")]
    public void What_nobody_else_would_choose_is_taken_whatever_it_is_made_of(string password) =>
        Assert.Null(
            PasswordStrength.Problem(
                password,
                PasswordStrength.Words("maria", "María López", "maria@firm.example", "Whitfield & Byron", "Anteroom")
            )
        );

    [Fact]
    public void More_than_the_3000_most_common_passwords_that_are_long_enough_are_refused_however_they_are_dressed_up()
    {
        var services = new ServiceCollection();
        services.AddAccounts();
        using var product = services.BuildServiceProvider();
        var shortest = product
            .GetRequiredService<Microsoft.Extensions.Options.IOptions<IdentityOptions>>()
            .Value.Password.RequiredLength;
        var real = PasswordStrength
            .MostCommon()
            .Where(one => one.Length >= shortest)
            .Distinct(StringComparer.Ordinal)
            .ToList();

        Assert.InRange(real.Count, 5_000, int.MaxValue);
        foreach (var one in real)
        foreach (var dressed in Dressed(one))
            Assert.True(PasswordStrength.Problem(dressed, []) is not null, dressed);

        // To what ends in figures already, more of them are a password of one's own.
        static string[] Dressed(string one) =>
            char.IsLetter(one[0]) && char.IsLetter(one[^1])
                ? [one, one.ToUpperInvariant(), $"{one}1", $"{one}2026!", $"!{one}123"]
                : [one, one.ToUpperInvariant()];
    }

    [Theory]
    [InlineData("password12")]
    [InlineData("maria@firm.example")]
    public async Task Every_door_that_sets_a_password_refuses_a_common_one(string common)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Administrator, "maria");
        var before = await app.ValueAsync<string>("select password_hash from users");

        using (var changed = await ChangeAsync(maria, AnteroomApp.Password, common))
            Assert.NotNull(await changed.ErrorAsync("new_password"));

        using var client = app.NewClient();
        var forgot = await client.OpenAsync("/forgot");
        using (await client.SendFormAsync(forgot.Form("/forgot"), ("username", "maria"))) { }
        using (var reset = await client.SetPasswordAsync(await app.LinkAsync("password_reset"), common))
            Assert.NotNull(await reset.ErrorAsync("password"));

        using (
            var login = await client.PostAsJsonAsync(
                "/api/auth/login/",
                new { username = "maria", password = AnteroomApp.Password }
            )
        )
        {
            var session = await login.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
            client.DefaultRequestHeaders.Authorization = new("Token", session.GetProperty("token").GetString());
        }

        using (
            var changed = await client.PostAsJsonAsync(
                "/api/auth/change-password/",
                new { old_password = AnteroomApp.Password, new_password = common }
            )
        )
            Assert.Equal(HttpStatusCode.BadRequest, changed.StatusCode);
        using (
            var made = await client.PostAsJsonAsync(
                "/api/auth/create-user/",
                new
                {
                    username = "maria2",
                    email = "maria@firm.example",
                    password = common,
                }
            )
        )
            Assert.Equal(HttpStatusCode.BadRequest, made.StatusCode);

        // The command and the set-up page make users this way.
        await using var scope = app.Services.CreateAsyncScope();
        var administrator = await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(new("olga", "maria@firm.example", "Olga", common, Role.Administrator), CancellationToken.None);
        var invalid = Assert.IsType<CreateUserResult.Invalid>(administrator);
        Assert.NotNull(invalid.Errors.For("password"));
        Assert.Equal(before, await app.ValueAsync<string>("select string_agg(password_hash, '') from users"));
    }

    [Fact]
    public async Task A_password_has_up_to_128_characters_and_counts_exactly_as_it_was_sent()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var longest = "  Spaces At Both Ends, Capitals, Ünïcödé … and so on ".PadRight(126, 'x') + "  ";

        using (var tooLong = await ChangeAsync(maria, AnteroomApp.Password, longest + "y"))
            Assert.Contains("128", await tooLong.ErrorAsync("new_password"), StringComparison.Ordinal);
        using (var changed = await ChangeAsync(maria, AnteroomApp.Password, longest))
            Assert.Equal(HttpStatusCode.SeeOther, changed.StatusCode);

        foreach (var other in new[] { longest.Trim(), longest.ToLowerInvariant(), longest[..72], longest[..127] })
            using (var refused = await app.NewClient().SignInAsync("maria", other))
                Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        using var right = await app.NewClient().SignInAsync("maria", longest);
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
    }

    [Fact]
    public async Task Hashes_take_210000_rounds_and_older_ones_are_made_anew_at_the_next_sign_in()
    {
        var services = new ServiceCollection();
        services.AddAccounts();
        await using var product = services.BuildServiceProvider();
        var rounds = product
            .GetRequiredService<Microsoft.Extensions.Options.IOptions<PasswordHasherOptions>>()
            .Value.IterationCount;
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: all => all.Configure<PasswordHasherOptions>(options => options.IterationCount = 2_000),
            role: "web"
        );
        await app.CreateUserAsync(Role.Attorney, "maria");
        var old = new PasswordHasher<User>(
            Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 1_000 })
        ).HashPassword(null!, AnteroomApp.Password);
        await app.ValueAsync<bool>($"update users set password_hash = '{old}' returning true");

        using (await app.NewClient().SignInAsync("maria", AnteroomApp.Password)) { }

        Assert.Equal(210_000, rounds);
        var hash = Convert.FromBase64String(await app.ValueAsync<string>("select password_hash from users"));
        // Version, PRF, then the rounds, big endian.
        Assert.Equal(2_000, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5)));
        using var again = await app.NewClient().SignInAsync("maria", AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
    }
}
