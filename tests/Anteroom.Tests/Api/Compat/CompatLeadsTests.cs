using System.Globalization;
using System.Net;
using System.Text.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Api.Compat;

/// <summary>What the document of the Django-style service says about leads, and what its framework does where it is silent.</summary>
public sealed class CompatLeadsTests(TestDatabases databases)
{
    [Theory]
    [InlineData("/api/leads")]
    [InlineData("/api/leads/")]
    public async Task A_lead_is_submitted_and_stands_in_the_list_as_the_document_shows(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        using (
            var sent = await new Prospect
            {
                FirstName = "John",
                LastName = "Doe",
                Email = "john.doe@example.com",
            }.SubmitsAsync(app, address)
        )
            Assert.Equal(HttpStatusCode.Created, sent.StatusCode);

        var (status, list) = await attorney.SendAsync("GET", address);
        var (_, one) = await attorney.SendAsync("GET", $"{address.TrimEnd('/')}/1{address["/api/leads".Length..]}");

        Assert.Equal(HttpStatusCode.OK, status);
        var lead = Assert.Single(list.EnumerateArray());
        Assert.Equal(
            ["id", "first_name", "last_name", "email", "state", "created_at", "updated_at"],
            lead.EnumerateObject().Select(field => field.Name)
        );
        Assert.Equal(1, lead.GetProperty("id").GetInt64());
        Assert.Equal("John", lead.GetProperty("first_name").GetString());
        Assert.Equal("Doe", lead.GetProperty("last_name").GetString());
        Assert.Equal("john.doe@example.com", lead.GetProperty("email").GetString());
        Assert.Equal("PENDING", lead.GetProperty("state").GetString());
        Assert.Matches("^20..-..-..T..:..:..Z$", lead.GetProperty("created_at").GetString());
        Assert.Matches("^20..-..-..T..:..:..Z$", lead.GetProperty("updated_at").GetString());
        // One lead has all of that, and what the service's own code adds.
        var fields = one.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.ToString());
        Assert.All(lead.EnumerateObject(), field => Assert.Equal(field.Value.ToString(), fields[field.Name]));
        Assert.Equal(["full_name", "resume_url"], fields.Keys.Skip(lead.EnumerateObject().Count()));
        Assert.Equal("John Doe", fields["full_name"]);
        Assert.Equal(
            SampleFiles.Pdf(),
            await attorney.GetByteArrayAsync(new Uri(fields["resume_url"], UriKind.Relative))
        );
    }

    [Fact]
    public async Task The_list_is_newest_first_and_its_pages_are_linked()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        await AddLeadsAsync(app, 105);

        Assert.Equal(100, (await attorney.SendAsync("GET", "/api/leads/")).Body.GetArrayLength());
        var seen = new List<long>();
        string? next = "/api/leads/?limit=40&offset=0";
        while (next is not null)
        {
            using var answer = await attorney.GetAsync(new Uri(next, UriKind.RelativeOrAbsolute));
            Assert.Equal("105", Assert.Single(answer.Headers.GetValues("X-Total-Count")));
            seen.AddRange(
                (await answer.JsonAsync()).EnumerateArray().Select(lead => lead.GetProperty("id").GetInt64())
            );
            next = Link(answer, "next");
            Assert.Equal(seen.Count > 40, Link(answer, "prev") is not null);
        }

        Assert.Equal(Enumerable.Range(1, 105).Reverse().Select(number => (long)number), seen);
        using var beyond = await attorney.GetAsync(new Uri("/api/leads/?offset=2147483647", UriKind.Relative));
        Assert.Equal(0, (await beyond.JsonAsync()).GetArrayLength());
    }

    [Fact]
    public async Task The_list_filters_by_state_search_and_email_in_any_case_orders_and_pages_and_counts_what_matches()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        await AddLeadsAsync(app, 5);
        await attorney.SendAsync("POST", "/api/leads/2/mark_reached_out/");
        await new Prospect { FirstName = "Zoë", Email = "Zoe.Q@Example.com" }.IsAcceptedAsync(app);

        foreach (
            var (query, expected, total) in ((string, long[], int)[])
                [
                    ("state=REACHED_OUT", [2], 1),
                    ("state=PENDING&page_size=2&page=2", [4, 3], 5),
                    ("search=zoe", [6], 1),
                    ("email=zoe.q@example.COM", [6], 1),
                    ("email=zoe", [], 0),
                    ("state=", [6, 5, 4, 3, 2, 1], 6),
                    ("ordering=created_at&limit=2", [1, 2], 6),
                    ("ordering=id&page=3&page_size=2&utm_source=mail", [5, 6], 6),
                ]
        )
        {
            using var answer = await attorney.GetAsync(new Uri($"/api/leads/?{query}", UriKind.Relative));
            Assert.Equal(
                expected,
                (await answer.JsonAsync()).EnumerateArray().Select(lead => lead.GetProperty("id").GetInt64())
            );
            Assert.Equal(
                total.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Assert.Single(answer.Headers.GetValues("X-Total-Count"))
            );
        }

        Assert.Equal(
            "Zoe.Q@Example.com",
            (await attorney.SendAsync("GET", "/api/leads/6/")).Body.GetProperty("email").GetString()
        );
    }

    [Theory]
    [InlineData("limit=0", "limit", "Ensure this value is greater than or equal to 1.")]
    [InlineData("limit=1001", "limit", "Ensure this value is less than or equal to 1000.")]
    [InlineData("limit=ten", "limit", "A valid integer is required.")]
    [InlineData("limit=", "limit", "A valid integer is required.")]
    [InlineData("offset=-1", "offset", "Ensure this value is greater than or equal to 0.")]
    [InlineData("offset=99999999999999999999", "offset", "A valid integer is required.")]
    [InlineData("offset=1.5", "offset", "A valid integer is required.")]
    [InlineData("page=0", "page", "Ensure this value is greater than or equal to 1.")]
    [InlineData("state=pending", "state", "Select a valid choice. pending is not one of the available choices.")]
    [InlineData("ordering=name", "ordering", "Select a valid choice. name is not one of the available choices.")]
    [InlineData(
        "stat=PENDING&utm_source=x",
        "stat",
        "There is no such parameter here. Known are limit, offset, page, page_size, state, search, email, ordering."
    )]
    public async Task A_page_that_cannot_be_is_named(string query, string field, string sentence)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();

        (await attorney.SendAsync("GET", $"/api/leads/?{query}")).IsInvalid((field, sentence));
    }

    [Fact]
    public async Task The_state_goes_there_and_back_and_other_fields_are_ignored()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        await AddLeadsAsync(app, 1);

        var (status, body) = await attorney.SendAsync(
            "PATCH",
            "/api/leads/1/",
            new
            {
                state = "REACHED_OUT",
                id = 9,
                email = "other@example.com",
                first_name = 7,
            }
        );
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("REACHED_OUT", State(body));
        Assert.Equal("lead1@example.com", body.GetProperty("email").GetString());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("resume_url").ValueKind); // these leads have none
        Assert.Equal("reached_out", await app.ValueAsync<string>("select status from leads"));
        Assert.Equal(
            "attorney1",
            await app.ValueAsync<string>("select user_name from users join leads on users.id = reached_out_by")
        );

        Assert.Equal(
            "REACHED_OUT",
            State((await attorney.SendAsync("PATCH", "/api/leads/1", new { state = "REACHED_OUT" })).Body)
        );
        Assert.Equal("REACHED_OUT", State((await attorney.SendAsync("PATCH", "/api/leads/1", new { })).Body));
        Assert.Equal(
            "PENDING",
            State((await attorney.SendAsync("PATCH", "/api/leads/1", new { state = "PENDING" })).Body)
        );
        using (
            var form = await attorney.SendRawAsync(
                "PATCH",
                "/api/leads/1/",
                "state=REACHED_OUT",
                "application/x-www-form-urlencoded"
            )
        )
            Assert.Equal("REACHED_OUT", State(await form.JsonAsync()));
        // The change that changed nothing has no line.
        Assert.Equal(3, await app.CountAsync("activities where kind = 'status_changed'"));
    }

    [Theory]
    [InlineData("/api/leads/1/mark_reached_out")]
    [InlineData("/api/leads/1/mark_reached_out/")]
    public async Task A_lead_is_marked_as_reached_out_once_however_often_it_is_said(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        await AddLeadsAsync(app, 1);

        for (var i = 0; i < 2; i++)
        {
            var (status, body) = await attorney.SendAsync("POST", address);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal("REACHED_OUT", State(body));
        }

        Assert.Equal(1, await app.CountAsync("activities where kind = 'status_changed'"));
    }

    [Theory]
    [InlineData("consultation", HttpStatusCode.OK)]
    [InlineData("retained", HttpStatusCode.OK)]
    [InlineData("declined", HttpStatusCode.Conflict)]
    [InlineData("lost", HttpStatusCode.Conflict)]
    public async Task A_lead_that_is_further_on_is_left_there_and_a_closed_one_has_to_be_reopened(
        string now,
        HttpStatusCode expected
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        await AddLeadsAsync(app, 1);
        await using (var command = app.Database.CreateCommand($"update leads set status = '{now}'"))
            await command.ExecuteNonQueryAsync();

        Assert.Equal("REACHED_OUT", State((await attorney.SendAsync("GET", "/api/leads/1/")).Body));
        // What GET shows is never a conflict.
        var same = await attorney.SendAsync("PATCH", "/api/leads/1/", new { state = "REACHED_OUT" });
        Assert.Equal((HttpStatusCode.OK, "REACHED_OUT"), (same.Status, State(same.Body)));
        var (status, body) = await attorney.SendAsync("POST", "/api/leads/1/mark_reached_out/");
        Assert.Equal(expected, status);
        Assert.True(body.TryGetProperty(status == HttpStatusCode.OK ? "state" : "detail", out _));

        Assert.Equal(now, await app.ValueAsync<string>("select status from leads"));
        Assert.Equal(
            "PENDING",
            State((await attorney.SendAsync("PATCH", "/api/leads/1/", new { state = "PENDING" })).Body)
        );
    }

    [Fact]
    public async Task Administrators_delete_a_lead_into_the_trash_and_nobody_else_does()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        using var admin = await app.LoggedInAsync(Role.Administrator, "boss");
        await AddLeadsAsync(app, 1);

        using var refused = await attorney.DeleteAsync(new Uri("/api/leads/1/", UriKind.Relative));
        using var deleted = await admin.DeleteAsync(new Uri("/api/leads/1/", UriKind.Relative));
        using var again = await admin.DeleteAsync(new Uri("/api/leads/1/", UriKind.Relative));

        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.NoContent, HttpStatusCode.NotFound),
            (refused.StatusCode, deleted.StatusCode, again.StatusCode)
        );
        Assert.Equal(1, await app.CountAsync("leads where deleted_at is not null"));
    }

    [Fact]
    public async Task A_plain_form_is_taken_without_a_resume_only_where_the_firm_says_so()
    {
        await using var strict = await AnteroomApp.StartAsync(databases, role: "web");
        await using var lenient = await AnteroomApp.StartAsync(
            databases,
            [new("Api:ResumeOptional", "true")],
            role: "web"
        );
        const string form = "first_name=John&last_name=Doe&email=john.doe%40example.com";
        const string type = "application/x-www-form-urlencoded";

        using var refused = await strict.Client.SendRawAsync("POST", "/api/leads/", form, type);
        using var taken = await lenient.Client.SendRawAsync("POST", "/api/leads/", form, type);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(["resume"], (await refused.JsonAsync()).EnumerateObject().Select(field => field.Name));
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        var lead = await taken.JsonAsync();
        Assert.Equal("john.doe@example.com", lead.GetProperty("email").GetString());
        Assert.Equal(JsonValueKind.Null, lead.GetProperty("resume").ValueKind);
    }

    [Theory]
    [InlineData("""{"state":"X"}""", "\"X\" is not a valid choice.")]
    [InlineData("""{"state":"pending"}""", "\"pending\" is not a valid choice.")]
    [InlineData("""{"state":""}""", "\"\" is not a valid choice.")]
    [InlineData("""{"state":5}""", "\"5\" is not a valid choice.")]
    [InlineData("""{"state":null}""", "This field may not be null.")]
    public async Task A_state_that_there_is_not_is_named(string body, string sentence)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        await AddLeadsAsync(app, 1);

        using var answer = await attorney.SendRawAsync("PATCH", "/api/leads/1/", body, "application/json");

        (answer.StatusCode, await answer.JsonAsync()).IsInvalid(("state", sentence));
    }

    [Fact]
    public async Task The_resume_comes_back_as_an_attachment_by_both_addresses_for_those_who_may_see_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        var file = SampleFiles.Docx();
        using var sent = await new Prospect
        {
            FirstName = "Zoë",
            LastName = "O'Neill",
            Resume = file,
        }.SubmitsAsync(app, "/api/leads/");
        var media = (await sent.JsonAsync()).GetProperty("resume").GetString()!;

        foreach (var address in (string[])["/api/leads/1/resume/", "/api/leads/1/resume", media, media + "/"])
        {
            (await app.Client.SendAsync("GET", address)).IsDetail(
                HttpStatusCode.Unauthorized,
                "Authentication credentials were not provided."
            );
            using var answer = await attorney.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
            Assert.Equal("O-Neill_Zoë_resume.docx", answer.Content.Headers.ContentDisposition?.FileNameStar);
            Assert.True(answer.Headers.CacheControl?.NoStore);
            Assert.Equal(file, await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("GET", "/api/leads/2/")]
    [InlineData("GET", "/api/leads/0/")]
    [InlineData("GET", "/api/leads/abc/")]
    [InlineData("GET", "/api/leads/99999999999999999999/")]
    [InlineData("GET", "/api/leads/2/resume/")]
    [InlineData("PATCH", "/api/leads/2/")]
    [InlineData("POST", "/api/leads/2/mark_reached_out/")]
    [InlineData("GET", "/media/resumes/2026/11/21/nothing.pdf")]
    [InlineData("GET", "/media/resumes/..%2F..%2Fetc%2Fpasswd")]
    [InlineData("GET", "/media/")]
    [InlineData("POST", "/api/nothing/here")]
    public async Task What_is_not_there_is_not_found(string method, string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();

        (await attorney.SendAsync(method, address, method == "PATCH" ? new { state = "PENDING" } : null)).IsDetail(
            HttpStatusCode.NotFound,
            "Not found."
        );
    }

    [Theory]
    [InlineData("/api/leads/", "PUT", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/api/leads", "DELETE", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/api/leads/1/", "PUT", "GET, HEAD, PATCH, DELETE, OPTIONS")]
    [InlineData("/api/leads/1/", "POST", "GET, HEAD, PATCH, DELETE, OPTIONS")]
    [InlineData("/api/leads/1/resume/", "POST", "GET, HEAD, OPTIONS")]
    [InlineData("/api/leads/1/mark_reached_out/", "GET", "POST, OPTIONS")]
    [InlineData("/api/auth/login/", "GET", "POST, OPTIONS")]
    [InlineData("/api/auth/token/", "PUT", "POST, OPTIONS")]
    [InlineData("/api/auth/logout/", "GET", "POST, OPTIONS")]
    [InlineData("/api/auth/change-password/", "PATCH", "POST, OPTIONS")]
    [InlineData("/api/auth/create-user/", "GET", "POST, OPTIONS")]
    public async Task Another_method_is_refused_with_those_that_are_right_and_OPTIONS_describes(
        string address,
        string method,
        string allow
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var refused = await app.Client.SendRawAsync(method, address, null, "");
        using var options = await app.Client.SendRawAsync("OPTIONS", address, null, "");

        (refused.StatusCode, await refused.JsonAsync()).IsDetail(
            HttpStatusCode.MethodNotAllowed,
            $"Method \"{method}\" not allowed."
        );
        Assert.Equal(allow, string.Join(", ", refused.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.OK, options.StatusCode);
        Assert.Equal(allow, string.Join(", ", options.Content.Headers.Allow));
        Assert.Equal(
            ["name", "description", "renders", "parses"],
            (await options.JsonAsync()).EnumerateObject().Select(field => field.Name)
        );
    }

    [Fact]
    public async Task HEAD_answers_as_GET_does_without_the_body()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.LoggedInAsync();
        await AddLeadsAsync(app, 1);

        using var answer = await attorney.SendRawAsync("HEAD", "/api/leads/", null, "");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-Total-Count")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(null, "Authentication credentials were not provided.")]
    [InlineData("Bearer abc", "Authentication credentials were not provided.")]
    [InlineData("Token", "Invalid token header. No credentials provided.")]
    [InlineData("Token a b", "Invalid token header. Token string should not contain spaces.")]
    [InlineData("Token abc123def456ghi789", "Invalid token.")]
    public async Task Without_a_good_token_nothing_of_the_firm_is_shown(string? authorization, string detail)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var client = app.NewClient();
        if (authorization is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);

        foreach (
            var (method, address) in ((string, string)[])
                [
                    ("GET", "/api/leads/"),
                    ("GET", "/api/leads/1/"),
                    ("PATCH", "/api/leads/1/"),
                    ("GET", "/api/leads/1/resume/"),
                    ("POST", "/api/leads/1/mark_reached_out/"),
                    ("GET", "/media/resumes/2026/11/21/some.pdf"),
                    ("POST", "/api/auth/logout/"),
                    ("POST", "/api/auth/change-password/"),
                    ("POST", "/api/auth/create-user/"),
                ]
        )
        {
            using var answer = await client.SendRawAsync(method, address, null, "");
            (answer.StatusCode, await answer.JsonAsync()).IsDetail(HttpStatusCode.Unauthorized, detail);
            Assert.Equal("Token", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        }
    }

    [Theory]
    [InlineData(Role.Administrator)]
    [InlineData(Role.Attorney)]
    [InlineData(Role.Staff)]
    public async Task Everybody_of_the_firm_works_leads(Role role)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var client = await app.LoggedInAsync(role);
        await AddLeadsAsync(app, 1);

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", "/api/leads/")).Status);
        Assert.Equal(
            HttpStatusCode.OK,
            (await client.SendAsync("PATCH", "/api/leads/1/", new { state = "REACHED_OUT" })).Status
        );
    }

    [Fact]
    public async Task Without_its_database_everything_says_when_to_come_back()
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(databases);
        app.Proxy.GoDown();
        using var client = app.WithToken("abc");

        using var answer = await client.GetAsync(new Uri("/api/leads/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.True((await answer.JsonAsync()).TryGetProperty("detail", out _));
    }

    private static string? State(JsonElement lead) => lead.GetProperty("state").GetString();

    /// <summary>The address of a relation in the Link header.</summary>
    private static string? Link(HttpResponseMessage answer, string relation) =>
        answer.Headers.TryGetValues("Link", out var links)
            ? links
                .SelectMany(line => line.Split(", "))
                .Where(link => link.EndsWith($"; rel=\"{relation}\"", StringComparison.Ordinal))
                .Select(link => link[1..link.IndexOf('>', StringComparison.Ordinal)])
                .SingleOrDefault()
            : null;

    private static async Task AddLeadsAsync(AnteroomApp app, int count)
    {
        await using var command = app.Database.CreateCommand(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                insert into leads (id, number, first_name, last_name, email, source, search_text, created_at, updated_at)
                select gen_random_uuid(), nextval('lead_numbers'), 'Lead', 'Nr', 'lead' || i || '@example.com', 'demo', '', now(), now()
                from generate_series(1, {count}) i
                """
            )
        );
        await command.ExecuteNonQueryAsync();
    }
}
