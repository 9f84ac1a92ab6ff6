using System.Net;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api.Compat;

/// <summary>Logging in and out, passwords and users, as a client of the Django-style service does it.</summary>
public sealed class CompatAuthTests(TestDatabases databases)
{
    private const string NewPassword = "another battery of horses";

    [Theory]
    [InlineData("/api/auth/login/")]
    [InlineData("/api/auth/login")]
    [InlineData("/api/auth/token/")]
    [InlineData("/api/auth/token")]
    public async Task Logging_in_answers_as_the_document_shows_whichever_way_the_body_is_written(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "attorney1");
        using var multipart = new MultipartFormDataContent();
        multipart.Add(new StringContent("attorney1"), "username");
        multipart.Add(new StringContent(AnteroomApp.Password), "password");

        using var json = await app.Client.SendRawAsync(
            "POST",
            address,
            $$"""{"username": "attorney1", "password": "{{AnteroomApp.Password}}"}""",
            "application/json"
        );
        using var form = await app.Client.SendRawAsync(
            "POST",
            address,
            $"username=attorney1%40firm.example&password={Uri.EscapeDataString(AnteroomApp.Password)}",
            "application/x-www-form-urlencoded"
        );
        using var parts = await app.Client.PostAsync(new Uri(address, UriKind.Relative), multipart);

        foreach (var answer in (HttpResponseMessage[])[json, form, parts])
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.CacheControl?.NoStore);
            var body = await answer.JsonAsync();
            Assert.Equal(["token", "user_id", "username", "email"], body.EnumerateObject().Select(field => field.Name));
            Assert.Equal(1, body.GetProperty("user_id").GetInt64());
            Assert.Equal("attorney1", body.GetProperty("username").GetString());
            Assert.Equal("attorney1@firm.example", body.GetProperty("email").GetString());
            using var client = app.WithToken(body.GetProperty("token").GetString()!);
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", "/api/leads/")).Status);
        }

        Assert.Equal(0, await app.CountAsync("api_tokens where length(hash) <> 32"));
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_user_one_who_has_left_and_a_locked_one_get_the_same_answer()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        await app.CreateUserAsync(Role.Attorney, "gone");
        await app.CreateUserAsync(Role.Attorney, "locked");
        await using (
            var command = app.Database.CreateCommand("update users set active = false where user_name = 'gone'")
        )
            await command.ExecuteNonQueryAsync();
        // Guesses sent at the same moment count one by one.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => LogInAsync(app, "locked", "guess")));

        foreach (
            var (name, password) in ((string, string)[])
                [
                    ("maria", "not the password"),
                    ("nobody", AnteroomApp.Password),
                    ("nobody@firm.example", AnteroomApp.Password),
                    ("no\0body", AnteroomApp.Password),
                    ("gone", AnteroomApp.Password),
                    ("locked", AnteroomApp.Password),
                    ("maria", new string('x', 2000)),
                    (new string('x', 2000), AnteroomApp.Password),
                ]
        )
            (await LogInAsync(app, name, password)).IsInvalid(
                ("non_field_errors", "Unable to log in with provided credentials.")
            );
        Assert.Equal(0, await app.CountAsync("api_tokens"));
    }

    [Fact]
    public async Task Wrong_bodies_are_refused_as_the_framework_does()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        const string Required = "This field is required.";

        await AssertInvalidAsync("{}", ("username", Required), ("password", Required));
        await AssertInvalidAsync("""{"username": "maria"}""", ("password", Required));
        await AssertInvalidAsync(
            """{"username": "  ", "password": null}""",
            ("username", "This field may not be blank."),
            ("password", "This field may not be null.")
        );
        await AssertInvalidAsync(
            """{"username": ["maria"], "password": true}""",
            ("username", "Not a valid string."),
            ("password", "Not a valid string.")
        );
        await AssertInvalidAsync("[]", ("non_field_errors", "Invalid data. Expected a dictionary, but got list."));
        (await app.Client.SendAsync("POST", "/api/auth/login/")).IsInvalid(
            ("username", Required),
            ("password", Required)
        );

        foreach (var broken in (string[])["", "{", "username=maria", "{\"username\": \"\\ud800\"}"])
        {
            using var answer = await SendAsync(broken, "application/json");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.StartsWith(
                "JSON parse error - ",
                (await answer.JsonAsync()).GetProperty("detail").GetString(),
                StringComparison.Ordinal
            );
        }

        using var text = await SendAsync("maria", "text/plain");
        (text.StatusCode, await text.JsonAsync()).IsDetail(
            HttpStatusCode.UnsupportedMediaType,
            "Unsupported media type \"text/plain\" in request."
        );
        using var large = await SendAsync($"{{\"username\": \"{new string('x', 100_000)}\"}}", "application/json");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.True((await large.JsonAsync()).TryGetProperty("detail", out _));

        Task<HttpResponseMessage> SendAsync(string body, string type) =>
            app.Client.SendRawAsync("POST", "/api/auth/login/", body, type);

        async Task AssertInvalidAsync(string body, params (string, string?)[] fields)
        {
            using var answer = await SendAsync(body, "application/json");
            (answer.StatusCode, await answer.JsonAsync()).IsInvalid(fields);
        }
    }

    [Theory]
    [InlineData("/api/auth/logout")]
    [InlineData("/api/auth/logout/")]
    public async Task Logging_out_ends_this_token_at_once_on_every_node_and_no_other(string address)
    {
        var database = await databases.CreateAsync();
        await using var app = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        await using var otherNode = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        var token = await app.TokenAsync("maria", AnteroomApp.Password);
        using var client = app.WithToken(token);
        using var elsewhere = otherNode.WithToken(token);
        using var other = app.WithToken(await app.TokenAsync("maria", AnteroomApp.Password));
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.SendAsync("GET", "/api/leads/")).Status);

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("POST", address)).Status);

        (await client.SendAsync("GET", "/api/leads/")).IsDetail(HttpStatusCode.Unauthorized, "Invalid token.");
        (await elsewhere.SendAsync("GET", "/api/leads/")).IsDetail(HttpStatusCode.Unauthorized, "Invalid token.");
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync("GET", "/api/leads/")).Status);
    }

    [Fact]
    public async Task A_new_password_ends_every_token_and_answers_a_new_one()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var client = await app.LoggedInAsync(userName: "maria");
        using var other = app.WithToken(await app.TokenAsync("maria", AnteroomApp.Password));
        using var colleague = await app.LoggedInAsync(userName: "olga");
        await using (
            var command = app.Database.CreateCommand(
                "insert into refresh_tokens (hash, user_id, family, stamp, created_at, expires_at) select 'x', id, id, security_stamp, now(), now() + '1 day' from users where user_name = 'maria'"
            )
        )
            await command.ExecuteNonQueryAsync();
        var stamp = await app.ValueAsync<string>("select security_stamp from users where user_name = 'maria'");

        var (status, body) = await client.SendAsync(
            "POST",
            "/api/auth/change-password/",
            new { old_password = AnteroomApp.Password, new_password = NewPassword }
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("maria", body.GetProperty("username").GetString());
        foreach (var old in (HttpClient[])[client, other])
            (await old.SendAsync("GET", "/api/leads/")).IsDetail(HttpStatusCode.Unauthorized, "Invalid token.");
        using var fresh = app.WithToken(body.GetProperty("token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await fresh.SendAsync("GET", "/api/leads/")).Status);
        Assert.Equal(HttpStatusCode.OK, (await colleague.SendAsync("GET", "/api/leads/")).Status);
        Assert.Equal(0, await app.CountAsync("refresh_tokens"));
        Assert.NotEqual(
            stamp,
            await app.ValueAsync<string>("select security_stamp from users where user_name = 'maria'")
        );
        (await LogInAsync(app, "maria", AnteroomApp.Password)).IsInvalid(("non_field_errors", null));
        Assert.NotEmpty(await app.TokenAsync("maria", NewPassword));
    }

    [Fact]
    public async Task A_password_that_cannot_be_changed_stays_and_so_do_the_tokens()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var client = await app.LoggedInAsync(userName: "maria");

        (await ChangeAsync("wrong", NewPassword)).IsInvalid(("old_password", "Wrong password."));
        (await ChangeAsync(AnteroomApp.Password, "short")).IsInvalid(("new_password", null));
        (await ChangeAsync(AnteroomApp.Password, "aaaaaaaaaaaaaaa")).IsInvalid(("new_password", null));
        (await ChangeAsync(AnteroomApp.Password, new string('x', 500) + new string('y', 501) + "ab")).IsInvalid(
            ("new_password", null)
        );
        (await client.SendAsync("POST", "/api/auth/change-password", new { })).IsInvalid(
            ("old_password", "This field is required."),
            ("new_password", "This field is required.")
        );

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", "/api/leads/")).Status);
        Assert.NotEmpty(await app.TokenAsync("maria", AnteroomApp.Password));

        Task<(HttpStatusCode, System.Text.Json.JsonElement)> ChangeAsync(string old, string next) =>
            client.SendAsync("POST", "/api/auth/change-password/", new { old_password = old, new_password = next });
    }

    [Theory]
    [InlineData("/api/auth/create-user", "staff")]
    [InlineData("/api/auth/create-user/", null)]
    public async Task An_administrator_makes_users_who_can_log_in(string address, string? role)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.LoggedInAsync(Role.Administrator, "admin");

        var (status, body) = await admin.SendAsync(
            "POST",
            address,
            role is null
                ? new
                {
                    username = "attorney2",
                    email = "attorney2@example.com",
                    password = NewPassword,
                }
                : new
                {
                    username = "attorney2",
                    email = "attorney2@example.com",
                    password = NewPassword,
                    role,
                }
        );

        Assert.True(status == HttpStatusCode.Created, body.ToString());
        Assert.Equal("attorney2", body.GetProperty("username").GetString());
        Assert.Equal("attorney2@example.com", body.GetProperty("email").GetString());
        Assert.Equal(role ?? "attorney", body.GetProperty("role").GetString());
        Assert.Equal(2, body.GetProperty("user_id").GetInt64());
        Assert.NotEmpty(await app.TokenAsync("attorney2", NewPassword));
    }

    [Fact]
    public async Task A_user_who_cannot_be_made_is_explained()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.LoggedInAsync(Role.Administrator, "admin");

        (await MakeAsync(new { })).IsInvalid(
            ("username", "This field is required."),
            ("email", "This field is required."),
            ("password", "This field is required.")
        );
        (await MakeAsync(User(email: "nonsense"))).IsInvalid(("email", null));
        (await MakeAsync(User(password: "short"))).IsInvalid(("password", null));
        (await MakeAsync(User(role: "king"))).IsInvalid(("role", "\"king\" is not a valid choice."));
        (await MakeAsync(User(name: "ADMIN"))).IsInvalid(("username", null));
        (await MakeAsync(User(name: new string('x', 300)))).IsInvalid(("username", null));
        (await MakeAsync(User(email: "admin@firm.example"))).IsInvalid(("email", null));

        var twins = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MakeAsync(User())));
        Assert.Single(twins, twin => twin.Status == HttpStatusCode.Created);
        Assert.Equal(3, twins.Count(twin => twin.Status == HttpStatusCode.BadRequest));

        static object User(
            string name = "new",
            string email = "new@firm.example",
            string password = NewPassword,
            string role = "staff"
        ) =>
            new
            {
                username = name,
                email,
                password,
                role,
            };

        Task<(HttpStatusCode Status, System.Text.Json.JsonElement)> MakeAsync(object user) =>
            admin.SendAsync("POST", "/api/auth/create-user/", user);
    }

    [Fact]
    public async Task Users_are_made_with_the_names_that_django_has_for_them()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.LoggedInAsync(Role.Administrator, "boss");

        var plain = await MakeAsync(
            "ada",
            new
            {
                first_name = "Ada",
                last_name = "Lovelace",
                is_staff = false,
            }
        );
        var staff = await MakeAsync(
            "grace",
            new
            {
                first_name = "",
                last_name = "Hopper",
                is_staff = true,
            }
        );
        var contrary = await MakeAsync("eve", new { role = "attorney", is_staff = true });
        var unclear = await MakeAsync("eve", new { is_staff = "perhaps" });

        Assert.Equal((HttpStatusCode.Created, "attorney"), (plain.Status, plain.Body.GetProperty("role").GetString()));
        Assert.Equal(
            (HttpStatusCode.Created, "administrator"),
            (staff.Status, staff.Body.GetProperty("role").GetString())
        );
        Assert.True(contrary.Body.TryGetProperty("is_staff", out _));
        unclear.IsInvalid(("is_staff", "Must be a valid boolean."));
        Assert.Equal(
            "Ada Lovelace, Hopper",
            await app.ValueAsync<string>(
                "select string_agg(full_name, ', ' order by number) from users where user_name in ('ada', 'grace')"
            )
        );

        Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> MakeAsync(string name, object more)
        {
            var user = System.Text.Json.JsonSerializer.SerializeToNode(more)!.AsObject();
            user["username"] = name;
            user["email"] = $"{name}@firm.example";
            user["password"] = NewPassword;
            return admin.SendAsync("POST", "/api/auth/create-user/", user);
        }
    }

    [Theory]
    [InlineData(Role.Attorney)]
    [InlineData(Role.Staff)]
    public async Task Nobody_else_makes_users(Role role)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var client = await app.LoggedInAsync(role);

        (await client.SendAsync("POST", "/api/auth/create-user/", new { username = "x" })).IsDetail(
            HttpStatusCode.Forbidden,
            "You do not have permission to perform this action."
        );
    }

    private static Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> LogInAsync(
        AnteroomApp app,
        string userName,
        string password
    ) => app.Client.SendAsync("POST", "/api/auth/login/", new { username = userName, password });
}
