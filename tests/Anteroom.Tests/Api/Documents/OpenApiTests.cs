using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api.Documents;

/// <summary>The OpenAPI documents and the pages that show them.</summary>
public sealed class OpenApiTests(TestDatabases databases)
{
    [Fact]
    public async Task The_documents_name_every_address_of_their_door()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var v1 = await ReadAsync(app, "v1");
        var compat = await ReadAsync(app, "compat");

        Assert.StartsWith("3.1", v1.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            [
                "/api/v1/attorneys",
                "/api/v1/attorneys/{id}",
                "/api/v1/auth/logout",
                "/api/v1/auth/me",
                "/api/v1/auth/refresh",
                "/api/v1/auth/token",
                "/api/v1/healthcheck",
                "/api/v1/leads",
                "/api/v1/leads/changes",
                "/api/v1/leads/export",
                "/api/v1/leads/{id}",
                "/api/v1/leads/{id}/emails",
                "/api/v1/leads/{id}/notes",
                "/api/v1/leads/{id}/resume",
                "/api/v1/leads/{id}/timeline",
            ],
            v1.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            [
                "/api/auth/change-password/",
                "/api/auth/create-user/",
                "/api/auth/login/",
                "/api/auth/logout/",
                "/api/auth/token/",
                "/api/leads/",
                "/api/leads/{id}/",
                "/api/leads/{id}/mark_reached_out/",
                "/api/leads/{id}/resume/",
                "/health/",
                "/media/resumes/{path}",
            ],
            compat.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal)
        );
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task A_linter_has_nothing_to_say_about_them()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var linter = await NodeScript.StartAsync(
            "node_modules/@redocly/cli/bin/cli.js",
            ["lint", "--max-problems=500", $"{app.Address}openapi/v1.json", $"{app.Address}openapi/compat.json"],
            TestContext.Current.CancellationToken
        );
        linter.StandardInput.Close();
        var said = await Task.WhenAll(
            linter.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            linter.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        await linter.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(linter.ExitCode == 0, string.Concat(said));
        Assert.Contains("valid", string.Concat(said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1", "Bearer", "OAuth2")]
    [InlineData("compat", "Token")]
    public async Task Every_operation_shows_an_example_of_each_answer_and_says_how_to_sign_in(
        string name,
        params string[] schemes
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var document = await ReadAsync(app, name);

        Assert.Equal(
            schemes.Order(StringComparer.Ordinal),
            document
                .GetProperty("components")
                .GetProperty("securitySchemes")
                .EnumerateObject()
                .Select(scheme => scheme.Name)
                .Order(StringComparer.Ordinal)
        );
        foreach (var (where, operation) in Operations(document))
        {
            var contents = operation
                .GetProperty("responses")
                .EnumerateObject()
                .Select(answer => (answer.Name, answer.Value))
                .Append(
                    operation.TryGetProperty("requestBody", out var body) ? ("the body", body) : ("nothing", default)
                );
            foreach (var (part, value) in contents)
                if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var types))
                    foreach (
                        var type in types
                            .EnumerateObject()
                            .Where(type => type.Name.Contains("json", StringComparison.Ordinal))
                    )
                        Assert.True(
                            type.Value.TryGetProperty("example", out _),
                            $"{where}: {part} shows no {type.Name}"
                        );

            // Who is not let in without a token is told so, and everybody is told when the database is away.
            var answers = operation.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).ToList();
            Assert.Contains("503", answers);
            if (operation.GetProperty("security").GetArrayLength() > 0)
                Assert.Superset(new HashSet<string>(["401", "403"]), answers.ToHashSet(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("/swagger/", "/swagger/index.html")]
    [InlineData("/redoc/", "/redoc/index.html")]
    [InlineData("/redoc/compat/", "/redoc/compat/index.html")]
    public async Task They_are_shown_from_files_of_our_own(string address, string page)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await app.Client.GetAsync(new Uri(address, UriKind.Relative));
        var html = await app.Client.GetStringAsync(new Uri(page, UriKind.Relative));

        var there = answer.Headers.Location is { } to
            ? new Uri(new Uri(app.Address, address), to).AbsolutePath
            : address;
        Assert.Equal(page, there);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        foreach (var file in Links(html))
        {
            using var part = await app.Client.GetAsync(new Uri(new Uri(app.Address, page), file));
            Assert.True(part.IsSuccessStatusCode, $"{file}: {part.StatusCode}");
        }
    }

    private static IEnumerable<string> Links(string html)
    {
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html);
        return page.QuerySelectorAll("script[src]")
            .Select(script => script.GetAttribute("src")!)
            .Concat(page.QuerySelectorAll("link[href]").Select(link => link.GetAttribute("href")!));
    }

    private static Task<JsonElement> ReadAsync(AnteroomApp app, string document) =>
        app.Client.GetFromJsonAsync<JsonElement>($"/openapi/{document}.json");

    private static IEnumerable<(string Where, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name} {path.Name}", operation.Value);
}
