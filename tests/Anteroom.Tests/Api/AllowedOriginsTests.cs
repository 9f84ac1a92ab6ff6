using System.Net;
using Anteroom.Api;
using Anteroom.Host;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api;

/// <summary>Which other sites' scripts may call the APIs from a browser.</summary>
public sealed class AllowedOriginsTests(TestDatabases databases)
{
    private Task<AnteroomApp> StartAsync() =>
        AnteroomApp.StartAsync(
            databases,
            [new("Cors:AllowedOrigins", "https://www.firm.example, http://localhost:3000")],
            role: "web"
        );

    [Theory]
    [InlineData("/api/v1/leads", "https://www.firm.example", true)]
    [InlineData("/api/leads/", "http://localhost:3000", true)]
    [InlineData("/api/leads/", "http://localhost:3001", false)]
    [InlineData("/api/leads/", "https://evil.example", false)]
    [InlineData("/api/leads/", "https://www.firm.example.evil.example", false)]
    [InlineData("/api/leads/", "null", false)]
    [InlineData("/leads", "https://www.firm.example", false)]
    [InlineData("/signin", "https://www.firm.example", false)]
    public async Task A_browser_that_asks_beforehand_is_told_yes_for_named_origins_under_api_only(
        string path,
        string origin,
        bool allowed
    )
    {
        await using var app = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(path, UriKind.Relative));
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "PATCH");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,if-match");

        using var answer = await app.Client.SendAsync(request);

        Assert.Equal(allowed ? origin : null, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
        if (!allowed)
            return;
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Contains("PATCH", Header(answer, "Access-Control-Allow-Methods")!, StringComparison.Ordinal);
        Assert.Contains("if-match", Header(answer, "Access-Control-Allow-Headers")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_can_read_the_answer_the_refusal_and_the_headers_it_needs()
    {
        await using var app = await StartAsync();
        foreach (var address in (string[])["/api/v1/leads", "/api/leads/"])
        {
            using var form = new Prospect
            {
                Email = address == "/api/leads/" ? "nonsense" : "ada@example.com",
            }.ToForm();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, UriKind.Relative));
            request.Content = form;
            request.Headers.Add("Origin", "https://www.firm.example");

            using var answer = await app.Client.SendAsync(request);

            Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.BadRequest]);
            Assert.Equal("https://www.firm.example", Header(answer, "Access-Control-Allow-Origin"));
            var exposed = Header(answer, "Access-Control-Expose-Headers")!;
            foreach (var name in (string[])["X-Total-Count", "Link", "ETag", "Location", "Retry-After"])
                Assert.Contains(name, exposed, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("www.firm.example")]
    [InlineData("https://www.firm.example/")]
    [InlineData("https://www.firm.example/leads")]
    [InlineData("https://*.firm.example")]
    [InlineData("ftp://firm.example")]
    [InlineData("*")]
    [InlineData("null")]
    public void An_origin_that_is_none_is_refused_by_name(string origin)
    {
        var problem = Assert.Throws<CannotStartException>(() => AllowedOrigins.Read($"https://a.example,{origin}"));

        Assert.Contains($"names {origin};", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_setting_has_djangos_name_too()
    {
        var keys = EnvironmentSettings.ToConfiguration(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["CORS_ALLOWED_ORIGINS"] = "https://a.example" }
        );

        Assert.Equal("https://a.example", keys["Cors:AllowedOrigins"]);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
