using System.Net;
using System.Text.Json;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Api.Seeds;

/// <summary>Every curl command and the list of endpoints in the document of the FastAPI-style service. It shows no answers.</summary>
public sealed class FastApiStyleSeedTests(TestDatabases databases)
{
    private const string CreateALead = """
        curl -X POST "http://localhost:8000/api/v1/leads" \
          -H "Content-Type: application/json" \
          -d '{
            "first_name": "John",
            "last_name": "Doe", 
            "email": "john.doe@example.com",
            "resume": "base64_encoded_resume_data"
          }'
        """;

    private const string GetLeads = """
        curl -X GET "http://localhost:8000/api/v1/leads?limit=10&offset=0" \
          -H "Authorization: Bearer your_jwt_token"
        """;

    private const string UpdateLeadStatus = """
        curl -X PATCH "http://localhost:8000/api/v1/leads/{lead_id}" \
          -H "Authorization: Bearer your_jwt_token" \
          -H "Content-Type: application/json" \
          -d '{
            "status": "reached_out",
            "reached_out_by": "attorney_uuid"
          }'
        """;

    [Fact]
    public async Task Create_a_lead_by_the_curl_command_of_the_document()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var resume = SampleFiles.Pdf();

        var answer = await Example.CurlAsync(app, CreateALead, ResumeIs(resume));

        Assert.Equal("HTTP/1.1 201 Created", answer.Status);
        var lead = answer.Json();
        Assert.Equal("John", lead.Text("first_name"));
        Assert.Equal("Doe", lead.Text("last_name"));
        Assert.Equal("john.doe@example.com", lead.Text("email"));
        Assert.Equal("registered", lead.Text("status"));
        Assert.True(Guid.TryParse(lead.Text("id"), out var id));
        Assert.Equal($"/api/v1/leads/{id}", answer.Header("Location"));
        using var attorney = await app.BearerAsync(Role.Attorney, "attorney1");
        Assert.Equal(resume, await attorney.GetByteArrayAsync(new Uri($"/api/v1/leads/{id}/resume", UriKind.Relative)));
    }

    [Fact]
    public async Task Create_a_lead_with_the_placeholder_left_in_names_the_resume_and_leaves_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var answer = await Example.CurlAsync(app, CreateALead);

        AssertFieldError("resume", answer);
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Get_leads_by_the_curl_command_of_the_document()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var token = await AttorneyTokenAsync(app);
        for (var i = 1; i <= 12; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);

        var answer = await Example.CurlAsync(app, GetLeads, ("your_jwt_token", token));

        Assert.Equal("HTTP/1.1 200 OK", answer.Status);
        var page = answer.Json();
        Assert.Equal(10, page.GetProperty("limit").GetInt32());
        Assert.Equal(0, page.GetProperty("offset").GetInt32());
        Assert.Equal([12, 11, 10, 9, 8, 7, 6, 5, 4, 3], Numbers(page));
        var next = await Example.CurlAsync(app, GetLeads, ("your_jwt_token", token), ("offset=0", "offset=10"));
        Assert.Equal([2, 1], Numbers(next.Json()));
        foreach (var lead in page.GetProperty("items").EnumerateArray())
        {
            Assert.True(Guid.TryParse(lead.Text("id"), out _));
            Assert.Equal("registered", lead.Text("status"));
        }
    }

    [Fact]
    public async Task Get_leads_with_the_placeholder_left_in_is_refused()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var answer = await Example.CurlAsync(app, GetLeads);

        Assert.Equal("HTTP/1.1 401 Unauthorized", answer.Status);
        Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", answer.Header("Content-Type"));
    }

    [Fact]
    public async Task Update_lead_status_by_the_curl_command_of_the_document()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var token = await AttorneyTokenAsync(app);
        using var me = await app.Client.MeAsync(token);
        using var attorney = JsonDocument.Parse(await me.Content.ReadAsStringAsync());
        var created = await Example.CurlAsync(app, CreateALead, ResumeIs(SampleFiles.Pdf()));
        var id = created.Json().Text("id");

        var answer = await Example.CurlAsync(
            app,
            UpdateLeadStatus,
            ("{lead_id}", id),
            ("your_jwt_token", token),
            ("attorney_uuid", attorney.RootElement.Text("id"))
        );

        Assert.Equal("HTTP/1.1 200 OK", answer.Status);
        Assert.Equal(id, answer.Json().Text("id"));
        Assert.Equal("reached_out", answer.Json().Text("status"));
        Assert.Equal(attorney.RootElement.Text("id"), answer.Json().Text("reached_out_by"));
    }

    [Fact]
    public async Task Update_lead_status_with_the_placeholder_left_in_names_the_attorney_and_changes_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var token = await AttorneyTokenAsync(app);
        var created = await Example.CurlAsync(app, CreateALead, ResumeIs(SampleFiles.Pdf()));

        var answer = await Example.CurlAsync(
            app,
            UpdateLeadStatus,
            ("{lead_id}", created.Json().Text("id")),
            ("your_jwt_token", token)
        );

        AssertFieldError("reached_out_by", answer);
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));
    }

    [Fact]
    public async Task Every_endpoint_of_the_list_is_there_and_asks_for_a_token_where_the_document_says_so()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.BearerAsync(Role.Attorney, "attorney1");
        var created = await Example.CurlAsync(app, CreateALead, ResumeIs(SampleFiles.Pdf()));
        var lead = $"/api/v1/leads/{created.Json().Text("id")}";

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(app.Client, "POST", "/api/v1/leads"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app.Client, "GET", "/api/v1/healthcheck"));
        foreach (
            var (method, address) in ((string, string)[])[("GET", "/api/v1/leads"), ("GET", lead), ("PATCH", lead)]
        )
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app.Client, method, address));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(attorney, method, address));
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative));
        if (method != "GET")
            request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static (string, string) ResumeIs(byte[] resume) =>
        ("base64_encoded_resume_data", Convert.ToBase64String(resume));

    private static async Task<string> AttorneyTokenAsync(AnteroomApp app)
    {
        await app.CreateUserAsync(Role.Attorney, "attorney1");
        return (await app.Client.TokensAsync("attorney1")).Text("access_token");
    }

    private static void AssertFieldError(string field, ShownAnswer answer)
    {
        Assert.Equal("HTTP/1.1 400 Bad Request", answer.Status);
        Assert.Equal("application/problem+json", answer.Header("Content-Type"));
        Assert.Equal([field], answer.Json().GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private static IEnumerable<long> Numbers(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(lead => lead.GetProperty("number").GetInt64());
}
