using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api;

/// <summary>The doors for programs lead to the same use case as the form; each answers in its own words.</summary>
public sealed class SubmissionDoorTests(TestDatabases databases)
{
    private const string V1 = "/api/v1/leads";
    private const string Compat = "/api/leads/";

    [Fact]
    public async Task The_Django_style_door_answers_with_what_was_sent_and_the_path_of_the_resume()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await new Prospect { FirstName = "Zoë" }.SubmitsAsync(app, Compat);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["first_name", "last_name", "email", "resume"], body.EnumerateObject().Select(one => one.Name));
        Assert.Equal("Zoë", body.GetProperty("first_name").GetString());
        Assert.Matches("^/media/resumes/.+\\.pdf$", body.GetProperty("resume").GetString());
        Assert.Equal("api", await app.ValueAsync<string>("select source from leads"));
    }

    [Fact]
    public async Task The_v1_door_answers_with_the_lead_and_where_it_is()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await new Prospect().SubmitsAsync(app, V1);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var id = body.GetProperty("id").GetGuid();
        Assert.Equal($"/api/v1/leads/{id}", answer.Headers.Location?.OriginalString);
        Assert.Equal(id, await app.ValueAsync<Guid>("select id from leads"));
        Assert.Equal("registered", body.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("/api/leads")]
    [InlineData("/api/v1/leads/")]
    public async Task A_slash_at_the_end_makes_no_difference(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var answer = await new Prospect().SubmitsAsync(app, address);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task Wrong_fields_are_named_in_the_words_of_each_door_and_leave_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var wrong = new Prospect { Email = "ada at example", Resume = null };

        using var compat = await wrong.SubmitsAsync(app, Compat);
        using var v1 = await wrong.SubmitsAsync(app, V1);

        Assert.Equal(HttpStatusCode.BadRequest, compat.StatusCode);
        AssertFields(await compat.Content.ReadFromJsonAsync<JsonElement>());
        Assert.Equal(HttpStatusCode.BadRequest, v1.StatusCode);
        Assert.Equal("application/problem+json", v1.Content.Headers.ContentType?.MediaType);
        AssertFields((await v1.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors"));
        await app.AssertNothingIsLeftAsync();

        static void AssertFields(JsonElement fields)
        {
            Assert.Equal(["email", "resume"], fields.EnumerateObject().Select(one => one.Name).Order());
            Assert.All(fields.EnumerateObject(), field => Assert.NotEmpty(field.Value[0].GetString()!));
        }
    }

    [Theory]
    [InlineData(V1, "title", "multipart/form-data")]
    [InlineData(Compat, "detail", "Unsupported media type \"text/plain; charset=utf-8\" in request.")]
    public async Task Another_content_type_is_refused_with_the_one_that_is_right(
        string address,
        string field,
        string words
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var text = new StringContent("first_name=Ada");
        using var answer = await app.Client.PostAsync(new Uri(address, UriKind.Relative), text);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(words, body.GetProperty(field).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(V1)]
    [InlineData(Compat)]
    public async Task Without_its_database_a_door_says_when_to_come_back(string address)
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(databases);
        app.Proxy.GoDown();

        using var answer = await new Prospect().SubmitsAsync(app, address);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        app.AssertNoFileIsLeft();
    }
}
