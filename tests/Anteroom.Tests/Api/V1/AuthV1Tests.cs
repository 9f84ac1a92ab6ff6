using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Anteroom.Accounts;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Anteroom.Tests.Api.V1;

/// <summary>Signing in to the JWT API, as OAuth2 clients do.</summary>
[Trait("Category", "Slow")]
public sealed class AuthV1Tests(TestDatabases databases)
{
    [Theory]
    [InlineData("maria")]
    [InlineData("maria@firm.example")]
    public async Task A_password_gives_tokens_and_the_access_token_tells_who_it_is(string userName)
    {
        await using var app = await StartAsync();
        var maria = await app.CreateUserAsync(Role.Attorney, "maria", "María del Mar 王");

        using var answer = await app.Client.AsksForTokenAsync(userName, AnteroomApp.Password);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ["access_token", "token_type", "expires_in", "refresh_token"],
            tokens.EnumerateObject().Select(field => field.Name)
        );
        Assert.Equal("bearer", tokens.GetProperty("token_type").GetString());
        Assert.Equal(900, tokens.GetProperty("expires_in").GetInt32());
        using var me = await app.Client.MeAsync(tokens.Text("access_token"));
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        var user = await me.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ["id", "number", "username", "email", "full_name", "role", "available", "away_until", "capacity"],
            user.EnumerateObject().Select(field => field.Name)
        );
        Assert.Equal(maria.Id, user.GetProperty("id").GetGuid());
        Assert.Equal(("maria", "attorney"), (user.Text("username"), user.Text("role")));
        Assert.Equal("María del Mar 王", user.Text("full_name"));
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_user_and_one_who_has_left_get_the_same_answer()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");
        await app.CreateUserAsync(Role.Attorney, "gone");
        await app.ExecuteAsync("update users set active = false where user_name = 'gone'");

        HashSet<string> bodies = [];
        foreach (
            var (name, password) in new[]
            {
                ("maria", "guess"),
                ("nobody", "guess"),
                ("gone", AnteroomApp.Password),
                (new string('x', 4000), "guess"),
            }
        )
        {
            using var answer = await app.Client.AsksForTokenAsync(name, password);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
            AssertProblem(answer);
            var request = Assert.Single(answer.Headers.GetValues("X-Request-ID"));
            bodies.Add((await answer.Content.ReadAsStringAsync()).Replace(request, "", StringComparison.Ordinal));
        }

        Assert.Single(bodies);
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_does_not_help_for_a_while()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");
        for (var i = 0; i < 5; i++)
            using (await app.Client.AsksForTokenAsync("maria", "guess")) { }

        using var answer = await app.Client.AsksForTokenAsync("maria", AnteroomApp.Password);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(
            "tried to sign in as maria with a password after too many wrong ones",
            await app.ValueAsync<string>("select summary from audit order by id desc limit 1")
        );
    }

    [Theory]
    [InlineData("grant_type=client_credentials", 400, "unsupported_grant_type")]
    [InlineData("grant_type=Password&username=a&password=b", 400, "unsupported_grant_type")]
    [InlineData("", 400, "invalid_request")]
    [InlineData("username=maria", 400, "invalid_request")]
    [InlineData("grant_type=refresh_token", 400, "invalid_request")]
    [InlineData("grant_type=refresh_token&refresh_token=x", 401, "invalid_grant")]
    [InlineData("grant_type=refresh_token&refresh_token=%ff%ed%a0%80", 401, "invalid_grant")]
    [InlineData("username=%00&password=%00", 400, "invalid_request")]
    public async Task Another_form_is_refused_with_what_would_be_right(string form, int status, string error)
    {
        await using var app = await StartAsync();
        using var content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded");

        using var answer = await app.Client.PostAsync(Token, content);

        Assert.Equal(status, (int)answer.StatusCode);
        AssertProblem(answer);
        Assert.Equal(error, (await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("error"));
    }

    [Theory]
    [InlineData("token", "application/json", "{\"username\":\"maria\"}", 415)]
    [InlineData("token", "multipart/form-data", "nonsense", 400)]
    [InlineData("token", "multipart/form-data; boundary=x", "--x\r\nnonsense", 400)]
    [InlineData("refresh", "application/x-www-form-urlencoded", "refresh_token=x", 415)]
    [InlineData("refresh", "application/json", "", 400)]
    [InlineData("refresh", "application/json", "[]", 400)]
    [InlineData("refresh", "application/json", "null", 400)]
    [InlineData("refresh", "application/json", "{}", 400)]
    [InlineData("refresh", "application/json", "{\"refresh_token\":7}", 400)]
    [InlineData("refresh", "application/json", "{\"refresh_token\":\"\\ud800\"}", 400)]
    [InlineData("refresh", "application/json", "{\"refresh_token\":\"\\u0000\"}", 401)]
    [InlineData("logout", "text/plain", "x", 415)]
    [InlineData("logout", "application/json", "{\"refresh_token\":\"x\"", 400)]
    public async Task A_body_that_makes_no_sense_is_a_problem_and_no_fault(
        string address,
        string type,
        string body,
        int status
    )
    {
        await using var app = await StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await app.Client.PostAsync(new Uri($"/api/v1/auth/{address}", UriKind.Relative), content);

        Assert.Equal(status, (int)answer.StatusCode);
        AssertProblem(answer);
    }

    [Fact]
    public async Task More_than_a_form_is_not_read()
    {
        await using var app = await StartAsync();
        using var content = new StringContent(
            $"username={new string('x', 100_000)}",
            Encoding.ASCII,
            "application/x-www-form-urlencoded"
        );

        using var answer = await app.Client.PostAsync(Token, content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        AssertProblem(answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refresh_token_gives_the_next_tokens(bool asForm)
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");
        var first = await app.Client.TokensAsync("maria");

        using var answer = asForm
            ? await app.Client.RefreshesByFormAsync(first.Text("refresh_token"))
            : await app.Client.RefreshesAsync(first.Text("refresh_token"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var next = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.NotEqual(first.Text("refresh_token"), next.Text("refresh_token"));
        Assert.NotEqual(first.Text("access_token"), next.Text("access_token"));
        await app.AssertMeAsync(HttpStatusCode.OK, first, next);
        using var again = await app.Client.RefreshesAsync(next.Text("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_refresh_token_that_comes_twice_ends_its_sign_in_and_no_other()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");
        var stolen = await app.Client.TokensAsync("maria");
        var other = await app.Client.TokensAsync("maria");
        using var used = await app.Client.RefreshesAsync(stolen.Text("refresh_token"));
        var next = await used.Content.ReadFromJsonAsync<JsonElement>();

        using var twice = await app.Client.RefreshesAsync(stolen.Text("refresh_token"));

        Assert.Equal(HttpStatusCode.Unauthorized, twice.StatusCode);
        using var after = await app.Client.RefreshesAsync(next.Text("refresh_token"));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        await app.AssertMeAsync(HttpStatusCode.Unauthorized, stolen, next);
        await app.AssertMeAsync(HttpStatusCode.OK, other);
    }

    [Fact]
    public async Task Of_many_exchanges_of_one_token_at_the_same_time_one_succeeds_and_the_sign_in_ends()
    {
        var database = await databases.CreateAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        await one.CreateUserAsync(Role.Attorney, "maria");
        for (var round = 0; round < 5; round++)
        {
            var tokens = await one.Client.TokensAsync("maria");

            var answers = await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(i => (i % 2 == 0 ? one : two).Client.RefreshesAsync(tokens.Text("refresh_token")))
                    .ToArray()
            );

            var won = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
            var next = await won.Content.ReadFromJsonAsync<JsonElement>();
            using var after = await two.Client.RefreshesAsync(next.Text("refresh_token"));
            Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
            Assert.Equal(0, await one.CountAsync("refresh_tokens"));
            Array.ForEach(answers, answer => answer.Dispose());
        }
    }

    [Fact]
    public async Task Exchanging_on_and_on_while_an_old_token_comes_again_ends_at_once()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");
        for (var round = 0; round < 5; round++)
        {
            var tokens = await app.Client.TokensAsync("maria");
            using var used = await app.Client.RefreshesAsync(tokens.Text("refresh_token"));
            var thief = (await used.Content.ReadFromJsonAsync<JsonElement>()).Text("refresh_token");

            var replay = app.Client.RefreshesAsync(tokens.Text("refresh_token"));
            var exchanges = 0;
            while (thief.Length > 0)
            {
                using var next = await app.Client.RefreshesAsync(thief);
                thief = next.IsSuccessStatusCode
                    ? (await next.Content.ReadFromJsonAsync<JsonElement>()).Text("refresh_token")
                    : "";
                Assert.True(++exchanges < 1000, "The sign-in has slipped past its end.");
            }

            (await replay).Dispose();
            Assert.Equal(0, await app.CountAsync("refresh_tokens"));
        }
    }

    [Fact]
    public async Task Logging_out_ends_the_sign_in_on_every_node_at_once_and_no_other()
    {
        var database = await databases.CreateAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        await one.CreateUserAsync(Role.Attorney, "maria");
        var leaves = await one.Client.TokensAsync("maria");
        var stays = await one.Client.TokensAsync("maria");
        await two.AssertMeAsync(HttpStatusCode.OK, leaves, stays);

        using var answer = await one.Client.SendsAsync(HttpMethod.Post, "logout", leaves.Text("access_token"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await two.AssertMeAsync(HttpStatusCode.Unauthorized, leaves);
        using var refresh = await two.Client.RefreshesAsync(leaves.Text("refresh_token"));
        Assert.Equal(HttpStatusCode.Unauthorized, refresh.StatusCode);
        await two.AssertMeAsync(HttpStatusCode.OK, stays);
    }

    [Fact]
    public async Task Logging_out_works_with_the_refresh_token_alone_and_needs_one_of_the_two()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");
        var tokens = await app.Client.TokensAsync("maria");

        using var nothing = await app.Client.SendsAsync(HttpMethod.Post, "logout", accessToken: null);
        using var answer = await app.Client.PostAsJsonAsync(
            "/api/v1/auth/logout",
            new { refresh_token = tokens.Text("refresh_token") }
        );

        Assert.Equal(HttpStatusCode.Unauthorized, nothing.StatusCode);
        AssertProblem(nothing);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await app.AssertMeAsync(HttpStatusCode.Unauthorized, tokens);
    }

    [Theory]
    [InlineData("update users set active = false")]
    [InlineData("update users set security_stamp = 'that of a new password'")]
    public async Task Leaving_the_firm_or_a_new_password_signs_out_everywhere_at_once(string sql)
    {
        var database = await databases.CreateAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        await one.CreateUserAsync(Role.Attorney, "maria");
        var tokens = await one.Client.TokensAsync("maria");
        await two.AssertMeAsync(HttpStatusCode.OK, tokens);

        await one.ExecuteAsync(sql);

        await two.AssertMeAsync(HttpStatusCode.Unauthorized, tokens);
        using var refresh = await two.Client.RefreshesAsync(tokens.Text("refresh_token"));
        Assert.Equal(HttpStatusCode.Unauthorized, refresh.StatusCode);
    }

    [Fact]
    public async Task A_change_of_role_counts_at_once()
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Administrator, "maria");
        var tokens = await app.Client.TokensAsync("maria");

        await app.ExecuteAsync("update users set role = 'staff'");

        using var me = await app.Client.MeAsync(tokens.Text("access_token"));
        Assert.Equal("staff", (await me.Content.ReadFromJsonAsync<JsonElement>()).Text("role"));
    }

    [Fact]
    public async Task Tokens_expire()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        await using var app = await StartAsync(clock: clock);
        await app.CreateUserAsync(Role.Attorney, "maria");
        var tokens = await app.Client.TokensAsync("maria");

        clock.Advance(TimeSpan.FromMinutes(14));
        await app.AssertMeAsync(HttpStatusCode.OK, tokens);
        clock.Advance(TimeSpan.FromMinutes(2));
        using var expired = await app.Client.MeAsync(tokens.Text("access_token"));
        Assert.Equal(
            "Bearer error=\"invalid_token\", error_description=\"The access token has expired.\"",
            expired.Headers.WwwAuthenticate.ToString()
        );

        clock.Advance(TimeSpan.FromDays(13));
        using var refreshed = await app.Client.RefreshesAsync(tokens.Text("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
        var next = await refreshed.Content.ReadFromJsonAsync<JsonElement>();
        clock.Advance(TimeSpan.FromDays(14));
        using var late = await app.Client.RefreshesAsync(next.Text("refresh_token"));
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);

        // The next sign-in clears up.
        await app.Client.TokensAsync("maria");
        Assert.Equal(1, await app.CountAsync("refresh_tokens"));
    }

    [Fact]
    public async Task A_rotation_of_keys_signs_nobody_out()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(clock: clock);
        await app.CreateUserAsync(Role.Attorney, "maria");
        var before = await app.Client.TokensAsync("maria");
        await using (var scope = app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<RotateKeys>().RunAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(2));

        var after = await app.Client.TokensAsync("maria");

        Assert.NotEqual(KeyOf(before), KeyOf(after));
        await app.AssertMeAsync(HttpStatusCode.OK, before, after);

        static string KeyOf(JsonElement tokens) => new JsonWebToken(tokens.Text("access_token")).Kid;
    }

    [Fact]
    public async Task A_cookie_and_a_token_of_one_node_are_good_on_another()
    {
        var database = await databases.CreateAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        await one.CreateUserAsync(Role.Attorney, "maria");
        var tokens = await one.Client.TokensAsync("maria");
        using var signedIn = await one.Client.SignInAsync("maria", AnteroomApp.Password);
        var cookie = signedIn
            .Headers.GetValues("Set-Cookie")
            .First(one => one.StartsWith("anteroom=", StringComparison.Ordinal));

        await two.AssertMeAsync(HttpStatusCode.OK, tokens);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(two.Address, "leads"));
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        using var page = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData(null, "Bearer")]
    [InlineData("Token abc", "Bearer")]
    [InlineData("Bearerabc", "Bearer")]
    [InlineData("Bearer", "malformed")]
    [InlineData("Bearer ", "malformed")]
    [InlineData("bearer a.b.c", "malformed")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.e30.", "malformed")]
    [InlineData("Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "signature")]
    [InlineData("Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6ImEifQ.e30.AAAA", "signature")]
    public async Task Without_a_good_token_the_answer_is_a_problem_that_says_why(string? header, string why)
    {
        await using var app = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/auth/me", UriKind.Relative));
        if (header is not null)
            request.Headers.TryAddWithoutValidation("Authorization", header);

        using var answer = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        AssertProblem(answer);
        var challenge = answer.Headers.WwwAuthenticate.ToString();
        Assert.Contains(why, challenge, StringComparison.Ordinal);
        Assert.Equal(why != "Bearer", challenge.Contains("error=\"invalid_token\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cookie_opens_no_api_and_a_token_no_page()
    {
        await using var app = await StartAsync();
        using var browser = await app.SignedInAsync();
        var tokens = await app.Client.TokensAsync("maria");

        using var api = await browser.GetAsync(new Uri("/api/v1/auth/me", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/leads", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", tokens.Text("access_token"));
        using var page = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Found, page.StatusCode);
    }

    [Fact]
    public async Task Without_its_database_the_door_says_when_to_come_back()
    {
        await using var proxy = new DatabaseProxy(await databases.CreateAsync());
        await using var app = await StartAsync(proxy.ConnectionString);
        await app.CreateUserAsync(Role.Attorney, "maria");
        var tokens = await app.Client.TokensAsync("maria");
        proxy.GoDown();

        using var signIn = await app.Client.AsksForTokenAsync("maria", AnteroomApp.Password);
        using var refresh = await app.Client.RefreshesAsync(tokens.Text("refresh_token"));
        using var me = await app.Client.MeAsync(tokens.Text("access_token"));

        foreach (var answer in new[] { signIn, refresh, me })
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            AssertProblem(answer);
        }

        proxy.ComeUp();
        await app.AssertMeAsync(HttpStatusCode.OK, tokens);
    }

    [Fact]
    public async Task The_document_says_what_is_public_and_how_to_sign_in_for_the_rest()
    {
        await using var app = await StartAsync();

        var v1 = await app.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var compat = await app.Client.GetFromJsonAsync<JsonElement>("/openapi/compat.json");

        var schemes = v1.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal("bearer", schemes.GetProperty("Bearer").Text("scheme"));
        Assert.Equal(
            "/api/v1/auth/token",
            schemes.GetProperty("OAuth2").GetProperty("flows").GetProperty("password").Text("tokenUrl")
        );
        var token = compat.GetProperty("components").GetProperty("securitySchemes").GetProperty("Token");
        Assert.Equal(("apiKey", "header", "Authorization"), (token.Text("type"), token.Text("in"), token.Text("name")));

        var me = v1.GetProperty("paths").GetProperty("/api/v1/auth/me").GetProperty("get");
        Assert.Equal(
            ["Bearer", "OAuth2"],
            me.GetProperty("security").EnumerateArray().SelectMany(one => one.EnumerateObject()).Select(one => one.Name)
        );
        Assert.True(me.GetProperty("responses").TryGetProperty("401", out _));
        var submit = v1.GetProperty("paths").GetProperty("/api/v1/auth/token").GetProperty("post");
        Assert.Equal(0, submit.GetProperty("security").GetArrayLength());
        Assert.Equal(
            "application/x-www-form-urlencoded",
            Assert.Single(submit.GetProperty("requestBody").GetProperty("content").EnumerateObject()).Name
        );
    }

    private static readonly Uri Token = new("/api/v1/auth/token", UriKind.Relative);

    private static void AssertProblem(HttpResponseMessage answer) =>
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);

    private Task<AnteroomApp> StartAsync(string? database = null, TimeProvider? clock = null) =>
        AnteroomApp.StartAsync(
            databases,
            connectionString: database,
            adjust: services => services.AddSingleton(clock ?? TimeProvider.System),
            role: "web"
        );
}
