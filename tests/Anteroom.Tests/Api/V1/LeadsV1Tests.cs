using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Api.V1;

/// <summary>Leads through the JWT door, as a program of the firm sees them.</summary>
public sealed class LeadsV1Tests(TestDatabases databases)
{
    [Fact]
    public async Task A_lead_submitted_as_json_is_listed_read_and_its_resume_downloaded()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        using var sent = await app.Client.PostAsJsonAsync(
            "/api/v1/leads",
            new
            {
                first_name = "John",
                last_name = "Doe",
                email = "john.doe@example.com",
                resume = Convert.ToBase64String(SampleFiles.Pdf()),
                resume_filename = "cv.pdf",
            }
        );
        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);

        var lead = await maria.GetFromJsonAsync<JsonElement>(sent.Headers.Location);
        var list = await maria.GetFromJsonAsync<JsonElement>("/api/v1/leads?limit=10&offset=0");
        using var resume = await maria.GetAsync(new Uri($"{sent.Headers.Location}/resume", UriKind.Relative));

        Assert.Equal("registered", lead.GetProperty("status").GetString());
        Assert.Equal("cv.pdf", lead.GetProperty("resume").GetProperty("file_name").GetString());
        var item = Assert.Single(list.GetProperty("items").EnumerateArray());
        Assert.Equal(lead.GetProperty("id").GetGuid(), item.GetProperty("id").GetGuid());
        Assert.Equal("attachment", resume.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(SampleFiles.Pdf(), await resume.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Pages_by_cursor_show_every_lead_once_in_either_order()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        for (var i = 1; i <= 7; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);

        Assert.Equal([7, 6, 5, 4, 3, 2, 1], await WalkAsync("-created_at"));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], await WalkAsync("created_at"));
        var third = await maria.GetFromJsonAsync<JsonElement>("/api/v1/leads?limit=2&offset=4");
        Assert.Equal([3, 2], Numbers(third));

        async Task<List<long>> WalkAsync(string sort)
        {
            List<long> seen = [];
            string? cursor = null;
            do
            {
                var page = await maria.GetFromJsonAsync<JsonElement>(
                    $"/api/v1/leads?limit=3&sort={sort}{(cursor is null ? "" : $"&cursor={cursor}")}"
                );
                seen.AddRange(Numbers(page));
                cursor = page.GetProperty("next_cursor").GetString();
            } while (cursor is not null);
            return seen;
        }
    }

    [Fact]
    public async Task The_list_is_filtered_by_status_owner_time_and_search()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        await new Prospect { FirstName = "Zoë", Email = "zoe@example.com" }.IsAcceptedAsync(app);
        await new Prospect { FirstName = "Bob", Email = "bob@example.com" }.IsAcceptedAsync(app);
        var bob = await app.ValueAsync<Guid>("select id from leads where number = 2");
        var me = (await maria.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("id").GetGuid();
        using var patched = await maria.PatchAsJsonAsync(
            $"/api/v1/leads/{bob}",
            new { status = "reached_out", assigned_to = me }
        );
        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);

        foreach (
            var (query, expected) in ((string, long[])[])
                [
                    ("status=reached_out", [2]),
                    ("status=reached_out,registered", [2, 1]),
                    ("status=reached_out&status=registered", [2, 1]),
                    ("status[]=reached_out&status[]=registered", [2, 1]), // as axios writes it
                    ("status=retained", []),
                    ("assigned_to=me", [2]),
                    ($"assigned_to={me}", [2]),
                    ("assigned_to=none", [1]),
                    ("q=zoe", [1]),
                    ("q=bob@exa", [2]),
                    ("created_from=2000-01-01T00:00:00Z", [2, 1]),
                    ("created_to=2000-01-01T00:00:00%2B01:00", []),
                ]
        )
            Assert.Equal(expected, Numbers(await maria.GetFromJsonAsync<JsonElement>($"/api/v1/leads?{query}")));
    }

    [Fact]
    public async Task A_page_says_how_many_leads_match_and_links_to_its_neighbors_in_each_way_of_paging()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        for (var i = 1; i <= 5; i++)
            await new Prospect { Email = $"P{i}@example.com" }.IsAcceptedAsync(app);
        await maria.PatchAsJsonAsync(
            $"/api/v1/leads/{await app.ValueAsync<Guid>("select id from leads where number = 1")}",
            new { status = "declined" }
        );

        foreach (
            var (query, expected, total, next, prev) in ((string, long[], int, string?, string?)[])
                [
                    ("limit=2", [5, 4], 5, "?limit=2&offset=2", null),
                    ("limit=2&offset=2", [3, 2], 5, "?limit=2&offset=4", "?limit=2&offset=0"),
                    ("page=2&page_size=2", [3, 2], 5, "?page_size=2&page=3", "?page_size=2&page=1"),
                    ("page=3&page_size=2&sort=created_at", [5], 5, null, "?page_size=2&page=2&sort=created_at"),
                    ("status=registered&limit=3", [5, 4, 3], 4, "?limit=3&offset=3&status=registered", null),
                    ("status=registered&q=p3", [3], 1, null, null),
                    ("email=p4@EXAMPLE.com", [4], 1, null, null),
                    ("created_to=2000-01-01T00:00:00Z", [], 0, null, null),
                    ("status=retained", [], 0, null, null),
                    ("offset=9", [], 5, null, "?limit=50&offset=0"),
                ]
        )
        {
            using var answer = await maria.GetAsync(new Uri($"/api/v1/leads?{query}", UriKind.Relative));
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(expected, Numbers(page));
            Assert.Equal(
                (total, true),
                (page.GetProperty("total").GetInt32(), page.GetProperty("total_is_exact").GetBoolean())
            );
            Assert.Equal(
                total.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Assert.Single(answer.Headers.GetValues("X-Total-Count"))
            );
            var links = answer.Headers.TryGetValues("Link", out var values) ? string.Join(", ", values) : "";
            foreach (var (relation, address) in new[] { ("next", next), ("prev", prev) })
                if (address is null)
                    Assert.DoesNotContain($"rel=\"{relation}\"", links, StringComparison.Ordinal);
                else
                    Assert.Contains($"/api/v1/leads{address}>; rel=\"{relation}\"", links, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=2&offset=3", "page")]
    [InlineData("page_size=201", "page_size")]
    [InlineData("statuss=registered", "statuss")]
    [InlineData("statuss=registered&utm_campaign=a&fbclid=b&_=1", "statuss")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("offset=-1", "offset")]
    [InlineData("status=PENDING", "status")]
    [InlineData("assigned_to=maria", "assigned_to")]
    [InlineData("created_from=2026-01-31", "created_from")]
    [InlineData("created_to=2026-01-31T09:00:00", "created_to")]
    [InlineData("sort=email", "sort")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("cursor=zzz", "cursor")]
    [InlineData("q=%00", "q")]
    public async Task A_wrong_filter_is_named(string query, string field)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");

        using var answer = await maria.GetAsync(new Uri($"/api/v1/leads?{query}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Every_error_has_a_code_a_title_and_a_detail()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        var id = await SubmittedAsync(app);
        using var wrongToken = new HttpClient { BaseAddress = app.Client.BaseAddress };
        wrongToken.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");

        foreach (
            var (client, method, path, body, status, code) in ((HttpClient, string, string, string?, int, string)[])
                [
                    (maria, "GET", "leads?limit=0", null, 400, "invalid_fields"),
                    (maria, "PATCH", $"leads/{id}", "{", 400, "invalid_request"),
                    (maria, "PATCH", $"leads/{id}", """{"status":"retained"}""", 409, "move_not_allowed"),
                    (maria, "GET", $"leads/{Guid.Empty}", null, 404, "not_found"),
                    (maria, "DELETE", "leads", null, 405, "method_not_allowed"),
                    (app.Client, "GET", "leads", null, 401, "unauthenticated"),
                    (wrongToken, "GET", "leads", null, 401, "invalid_token"),
                    (app.Client, "POST", "leads", "{}", 400, "invalid_fields"),
                    (app.Client, "POST", "auth/refresh", "{}", 400, "invalid_fields"),
                    (app.Client, "POST", "auth/refresh", """{"refresh_token":"x"}""", 401, "invalid_grant"),
                    (app.Client, "POST", "auth/token", "{}", 415, "invalid_request"),
                ]
        )
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/{path}");
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal((status, code), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
            Assert.NotEmpty(problem.GetProperty("title").GetString()!);
            Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        }
    }

    [Fact]
    public async Task A_firm_can_have_what_does_not_validate_answered_as_FastAPI_does()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Api:FastApiValidation", "true")],
            role: "web"
        );
        using var maria = await app.BearerAsync(Role.Attorney, "maria");

        using var list = await maria.GetAsync(new Uri("/api/v1/leads?limit=0", UriKind.Relative));
        using var sent = await new Prospect { Email = "nonsense" }.SubmitsAsync(app, "/api/v1/leads");
        using var missing = await maria.GetAsync(new Uri($"/api/v1/leads/{Guid.Empty}", UriKind.Relative));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "query limit"), await FirstAsync(list));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "body email"), await FirstAsync(sent));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(
            "There is no lead with this id.",
            (await missing.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()
        );

        static async Task<(HttpStatusCode, string)> FirstAsync(HttpResponseMessage answer)
        {
            var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail")[0];
            Assert.NotEmpty(detail.GetProperty("msg").GetString()!);
            Assert.Equal("value_error", detail.GetProperty("type").GetString());
            return (answer.StatusCode, string.Join(' ', detail.GetProperty("loc").EnumerateArray()));
        }
    }

    [Fact]
    public async Task The_example_of_the_service_marks_a_lead_as_reached_out_by_an_attorney()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var staff = await app.BearerAsync(Role.Staff, "sam");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        var id = await SubmittedAsync(app);

        using var answer = await staff.PatchAsJsonAsync(
            $"/api/v1/leads/{id}",
            new { status = "reached_out", reached_out_by = maria.Id }
        );

        var lead = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("reached_out", lead.GetProperty("status").GetString());
        Assert.Equal(maria.Id, lead.GetProperty("reached_out_by").GetGuid());
        var timeline = await staff.GetFromJsonAsync<JsonElement>($"/api/v1/leads/{id}/timeline");
        Assert.Equal(
            ["status_changed", "submitted"],
            timeline.EnumerateArray().Select(line => line.GetProperty("kind").GetString())
        );
        Assert.Equal("sam", timeline[0].GetProperty("actor").GetString());
    }

    [Theory]
    [InlineData("""{"status":"retained"}""", HttpStatusCode.Conflict, null)]
    [InlineData("""{"status":"PENDING"}""", HttpStatusCode.BadRequest, "status")]
    [InlineData("""{"status":7}""", HttpStatusCode.BadRequest, "status")]
    [InlineData("""{"assigned_to":"maria"}""", HttpStatusCode.BadRequest, "assigned_to")]
    [InlineData("""{"assigned_to":"01a16dc9-0c26-74db-96a9-49da5b5b0434"}""", HttpStatusCode.BadRequest, "assigned_to")]
    [InlineData(
        """{"status":"reached_out","reached_out_by":"01a16dc9-0c26-74db-96a9-49da5b5b0434"}""",
        HttpStatusCode.BadRequest,
        "reached_out_by"
    )]
    [InlineData("[]", HttpStatusCode.BadRequest, null)]
    [InlineData("{", HttpStatusCode.BadRequest, null)]
    public async Task A_wrong_change_is_explained_and_changes_nothing(string body, HttpStatusCode status, string? field)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        var id = await SubmittedAsync(app);

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await maria.PatchAsync(new Uri($"/api/v1/leads/{id}", UriKind.Relative), content);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        if (field is not null)
            Assert.True(
                (await answer.Content.ReadFromJsonAsync<JsonElement>())
                    .GetProperty("errors")
                    .TryGetProperty(field, out _)
            );
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));
    }

    [Fact]
    public async Task Who_has_read_an_older_version_overwrites_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        var id = await SubmittedAsync(app);
        using var read = await maria.GetAsync(new Uri($"/api/v1/leads/{id}", UriKind.Relative));
        var tag = read.Headers.ETag!;
        using var unchanged = await SendAsync(HttpMethod.Get, request => request.Headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var first = await SendAsync(HttpMethod.Patch, request => request.Headers.IfMatch.Add(tag), "declined");
        using var second = await SendAsync(HttpMethod.Patch, request => request.Headers.IfMatch.Add(tag), "lost");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.NotEqual(tag, first.Headers.ETag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        Assert.Equal("declined", await app.ValueAsync<string>("select status from leads"));

        async Task<HttpResponseMessage> SendAsync(
            HttpMethod method,
            Action<HttpRequestMessage> prepare,
            string? status = null
        )
        {
            using var request = new HttpRequestMessage(method, $"/api/v1/leads/{id}");
            if (status is not null)
                request.Content = JsonContent.Create(new { status });
            prepare(request);
            return await maria.SendAsync(request);
        }
    }

    [Fact]
    public async Task Notes_are_kept_in_the_timeline()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        var id = await SubmittedAsync(app);

        using var added = await maria.PostAsJsonAsync(
            $"/api/v1/leads/{id}/notes",
            new { text = "Called,\nno answer." }
        );
        using var empty = await maria.PostAsJsonAsync($"/api/v1/leads/{id}/notes", new { text = "  " });

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        var notes = await maria.GetFromJsonAsync<JsonElement>($"/api/v1/leads/{id}/notes");
        Assert.Equal("Called,\nno answer.", Assert.Single(notes.EnumerateArray()).GetProperty("summary").GetString());
        var emails = await maria.GetFromJsonAsync<JsonElement>($"/api/v1/leads/{id}/emails");
        Assert.Contains(emails.EnumerateArray(), email => email.GetProperty("kind").GetString() == "confirmation");
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_same_lead_and_refuses_another_submission()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var first = await SubmitAsync("key-1", "Ada");
        using var again = await SubmitAsync("key-1", "Ada");
        using var other = await SubmitAsync("key-1", "Grace");
        using var wrong = await SubmitAsync("two words", "Ada");

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(1, await app.CountAsync("leads"));
        Assert.Single(app.KeptFiles());

        var many = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SubmitAsync("key-2", "Ada")));
        Assert.All(many, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(2, await app.CountAsync("leads"));
        Assert.Equal(2, app.KeptFiles().Count);

        async Task<HttpResponseMessage> SubmitAsync(string key, string firstName)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/leads");
            request.Content = new Prospect { FirstName = firstName }.ToForm();
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            return await app.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Attorneys_are_listed_with_their_workload_and_change_only_their_own_availability()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        var daniel = await app.CreateUserAsync(Role.Attorney, "daniel");
        var me = (await maria.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("id").GetGuid();
        var id = await SubmittedAsync(app);
        using var mine = await maria.PatchAsJsonAsync($"/api/v1/leads/{id}", new { assigned_to = me });

        using var own = await maria.PatchAsJsonAsync(
            $"/api/v1/attorneys/{me}",
            new
            {
                available = false,
                capacity = 7,
                away_until = "2030-01-31T09:00:00+01:00",
            }
        );
        using var others = await maria.PatchAsJsonAsync($"/api/v1/attorneys/{daniel.Id}", new { capacity = 1 });
        using var wrong = await maria.PatchAsJsonAsync($"/api/v1/attorneys/{me}", new { capacity = -1 });

        var changed = await own.Content.ReadFromJsonAsync<JsonElement>();
        Assert.False(changed.GetProperty("available").GetBoolean());
        Assert.Equal(1, changed.GetProperty("workload").GetInt32());
        Assert.Equal("2030-01-31T08:00:00+00:00", changed.GetProperty("away_until").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, others.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var all = await maria.GetFromJsonAsync<JsonElement>("/api/v1/attorneys");
        Assert.Equal([0, 1], all.EnumerateArray().Select(one => one.GetProperty("workload").GetInt32()));
    }

    [Fact]
    public async Task A_firm_can_restrict_attorneys_to_their_own_leads_and_the_unassigned()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        using var staff = await app.BearerAsync(Role.Staff, "sam");
        var daniel = await app.CreateUserAsync(Role.Attorney, "daniel");
        var theirs = await SubmittedAsync(app);
        await new Prospect { Email = "second@example.com" }.IsAcceptedAsync(app);
        using var assigned = await staff.PatchAsJsonAsync($"/api/v1/leads/{theirs}", new { assigned_to = daniel.Id });

        Assert.Equal([2], Numbers(await maria.GetFromJsonAsync<JsonElement>("/api/v1/leads")));
        Assert.Equal([2, 1], Numbers(await staff.GetFromJsonAsync<JsonElement>("/api/v1/leads")));
        using var hidden = await maria.GetAsync(new Uri($"/api/v1/leads/{theirs}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        using var refused = await maria.PatchAsJsonAsync($"/api/v1/leads/{theirs}", new { status = "declined" });
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task The_list_costs_two_statements_whatever_the_number_of_leads()
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(
            databases,
            adjust: AnteroomApp.WithoutBackgroundWork
        );
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        for (var i = 0; i < 12; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        for (var i = 0; i < 4; i++)
            await maria.GetStringAsync(new Uri("/api/v1/leads", UriKind.Relative));

        var before = app.Proxy.Statements;
        await maria.GetStringAsync(new Uri("/api/v1/leads", UriKind.Relative));

        Assert.InRange(app.Proxy.Statements - before, 1, 2);
    }

    [Theory]
    [InlineData("PUT", "/api/v1/leads", HttpStatusCode.MethodNotAllowed, "GET, HEAD, POST, OPTIONS")]
    [InlineData(
        "DELETE",
        "/api/v1/leads/01a16dc9-0c26-74db-96a9-49da5b5b0434",
        HttpStatusCode.MethodNotAllowed,
        "GET, HEAD, PATCH, OPTIONS"
    )]
    [InlineData("GET", "/api/v1/nothing", HttpStatusCode.NotFound, null)]
    public async Task Another_method_or_address_is_answered_as_a_problem(
        string method,
        string address,
        HttpStatusCode status,
        string? allowed
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var request = new HttpRequestMessage(new HttpMethod(method), address);

        using var answer = await app.Client.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(allowed, allowed is null ? null : string.Join(", ", answer.Content.Headers.Allow));
    }

    private static IEnumerable<long> Numbers(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetInt64());

    private static async Task<Guid> SubmittedAsync(AnteroomApp app)
    {
        await new Prospect().IsAcceptedAsync(app);
        return await app.ValueAsync<Guid>("select id from leads order by number desc limit 1");
    }
}
