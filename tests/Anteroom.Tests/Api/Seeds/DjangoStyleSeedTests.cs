using System.Net;
using System.Text.Json;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Api.Seeds;

/// <summary>Every curl command, every JSON and both tables of endpoints in the document of the Django-style service.</summary>
public sealed class DjangoStyleSeedTests(TestDatabases databases)
{
    [Fact]
    public async Task Verify_services_are_healthy_by_the_curl_command_of_the_quick_start()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        // The document does not show what is answered.
        var answer = await Example.CurlAsync(app, "curl http://localhost:8000/health/");

        Assert.Equal("HTTP/1.1 200 OK", answer.Status);
        Assert.Equal("healthy", answer.Json().GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_lead_submission_response_is_the_one_of_the_document()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var submitted = await JohnDoe.SubmitsAsync(app, "/api/leads/");

        Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
        var answer = Example.AssertFits(
            """
            {
              "first_name": "John",
              "last_name": "Doe",
              "email": "john.doe@example.com",
              "resume": "/media/resumes/resume_xyz.pdf"
            }
            """,
            await submitted.JsonAsync()
        );
        Assert.Equal("John", answer.GetProperty("first_name").GetString());
        Assert.Equal("Doe", answer.GetProperty("last_name").GetString());
        Assert.Equal("john.doe@example.com", answer.GetProperty("email").GetString());

        // What comes between is not determined: the service makes names unique, Anteroom has folders by day.
        var address = answer.GetProperty("resume").GetString()!;
        Assert.Matches(@"^/media/resumes/[A-Za-z0-9_/-]+\.pdf$", address);
        var (status, _) = await app.Client.SendAsync("GET", address);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        using var attorney = await app.LoggedInAsync();
        Assert.Equal(JohnDoe.Resume, await attorney.GetByteArrayAsync(new Uri(address, UriKind.Relative)));
    }

    [Fact]
    public async Task The_lead_list_response_is_the_one_of_the_document()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        using var submitted = await JohnDoe.SubmitsAsync(app, "/api/leads/");

        var (status, list) = await attorney.SendAsync("GET", "/api/leads/");

        Assert.Equal(HttpStatusCode.OK, status);
        Example.AssertFits(
            """
            [
              {
                "id": 1,
                "first_name": "John",
                "last_name": "Doe", 
                "email": "john.doe@example.com",
                "state": "PENDING",
                "created_at": "2024-01-15T10:30:00Z",
                "updated_at": "2024-01-15T10:30:00Z"
              }
            ]
            """,
            list
        );
        var lead = Assert.Single(list.EnumerateArray());
        Assert.Equal(1, lead.GetProperty("id").GetInt64());
        Assert.Equal("John", lead.GetProperty("first_name").GetString());
        Assert.Equal("Doe", lead.GetProperty("last_name").GetString());
        Assert.Equal("john.doe@example.com", lead.GetProperty("email").GetString());
        Assert.Equal("PENDING", lead.GetProperty("state").GetString());
        foreach (var time in (string[])["created_at", "updated_at"])
            Assert.Matches(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", lead.GetProperty(time).GetString());

        // The other state that the document names.
        var (_, changed) = await attorney.SendAsync("PATCH", "/api/leads/1/", new { state = "REACHED_OUT" });
        Assert.Equal("REACHED_OUT", changed.GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("/api/auth/login/")]
    // Django REST framework's own view answers with the token only; the document shows one answer for both.
    [InlineData("/api/auth/token/")]
    public async Task The_authentication_response_is_the_one_of_the_document(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.LoggedInAsync(Role.Administrator, "admin");
        var (made, user) = await admin.SendAsync(
            "POST",
            "/api/auth/create-user/",
            new
            {
                username = "attorney1",
                email = "attorney1@example.com",
                password = AnteroomApp.Password,
            }
        );
        Assert.Equal(HttpStatusCode.Created, made);

        var (status, answer) = await app.Client.SendAsync(
            "POST",
            address,
            new { username = "attorney1", password = AnteroomApp.Password }
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Example.AssertFits(
            """
            {
              "token": "abc123def456ghi789",
              "user_id": 1,
              "username": "attorney1",
              "email": "attorney1@example.com"
            }
            """,
            answer
        );
        Assert.Equal(user.GetProperty("user_id").GetInt64(), answer.GetProperty("user_id").GetInt64());
        Assert.Equal("attorney1", answer.GetProperty("username").GetString());
        Assert.Equal("attorney1@example.com", answer.GetProperty("email").GetString());
        using var attorney = app.WithToken(answer.GetProperty("token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await attorney.SendAsync("GET", "/api/leads/")).Status);
    }

    [Fact]
    public async Task Every_endpoint_of_the_three_tables_is_there_and_asks_for_a_token_where_the_document_says_so()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Administrator, "admin");
        using var submitted = await JohnDoe.SubmitsAsync(app, "/api/leads/");
        var login = new { username = "admin", password = AnteroomApp.Password };
        var user = new
        {
            username = "attorney2",
            email = "attorney2@example.com",
            password = AnteroomApp.Password,
        };
        var passwords = new { old_password = AnteroomApp.Password, new_password = "another battery of horses" };

        // An empty submission is told what is missing: the endpoint is public.
        (await app.Client.SendAsync("POST", "/api/leads/", new { })).IsInvalid(
            ("first_name", null),
            ("last_name", null),
            ("email", null),
            ("resume", null)
        );
        Assert.Equal(HttpStatusCode.OK, (await app.Client.SendAsync("POST", "/api/auth/token/", login)).Status);
        var (loggedIn, session) = await app.Client.SendAsync("POST", "/api/auth/login/", login);
        Assert.Equal(HttpStatusCode.OK, loggedIn);

        await AssertInternalAsync("GET", "/api/leads/", HttpStatusCode.OK);
        await AssertInternalAsync("GET", "/api/leads/1/", HttpStatusCode.OK);
        await AssertInternalAsync("PATCH", "/api/leads/1/", HttpStatusCode.OK, new { state = "REACHED_OUT" });
        await AssertInternalAsync("GET", "/api/leads/1/resume/", HttpStatusCode.OK);
        await AssertInternalAsync("POST", "/api/auth/create-user/", HttpStatusCode.Created, user);
        session = await AssertInternalAsync("POST", "/api/auth/change-password/", HttpStatusCode.OK, passwords);
        await AssertInternalAsync("POST", "/api/auth/logout/", HttpStatusCode.OK);

        async Task<JsonElement> AssertInternalAsync(
            string method,
            string address,
            HttpStatusCode expected,
            object? body = null
        )
        {
            (await app.Client.SendAsync(method, address, body)).IsDetail(
                HttpStatusCode.Unauthorized,
                "Authentication credentials were not provided."
            );
            using var client = app.WithToken(session.GetProperty("token").GetString()!);
            using var answer = await client.SendRawAsync(
                method,
                address,
                body is null ? null : JsonSerializer.Serialize(body),
                "application/json"
            );
            Assert.Equal(expected, answer.StatusCode);
            return answer.Content.Headers.ContentType?.MediaType == "application/json"
                ? await answer.JsonAsync()
                : default;
        }
    }

    private static Prospect JohnDoe { get; } =
        new()
        {
            FirstName = "John",
            LastName = "Doe",
            Email = "john.doe@example.com",
            Resume = SampleFiles.Pdf(),
            FileName = "resume_xyz.pdf",
        };
}
