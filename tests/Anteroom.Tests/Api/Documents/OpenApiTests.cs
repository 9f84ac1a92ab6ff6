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
                "/api/v1/leads/{id}/files",
                "/api/v1/leads/{id}/files/{file}",
                "/api/v1/leads/{id}/files/{file}/content",
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

    [Fact]
    public async Task The_addresses_where_people_and_programs_look_first_lead_there()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        foreach (var address in (string[])["/docs", "/api/", "/api", "/api/v1"])
            Assert.Equal("/swagger/", await LeadsToAsync(app, address));
        foreach (var address in (string[])["/openapi.json", "/swagger.json"])
            Assert.Equal("/openapi/v1.json", await LeadsToAsync(app, address));
    }

    [Theory]
    [InlineData("v1", "leads", "multipart/form-data", "application/json")]
    [InlineData("v1-json", "leads", "application/json")]
    [InlineData("v1-multipart", "leads", "multipart/form-data")]
    [InlineData(
        "compat",
        "auth/login/",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data"
    )]
    [InlineData("compat-json", "auth/login/", "application/json")]
    [InlineData("compat-form", "auth/login/", "application/x-www-form-urlencoded")]
    [InlineData("compat-multipart", "auth/login/", "multipart/form-data")]
    public async Task There_is_one_with_all_kinds_of_bodies_and_one_for_each(
        string name,
        string address,
        params string[] kinds
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var document = await ReadAsync(app, name);

        var path = (name.StartsWith("v1", StringComparison.Ordinal) ? "/api/v1/" : "/api/") + address;
        Assert.Equal(
            kinds,
            document
                .GetProperty("paths")
                .GetProperty(path)
                .GetProperty("post")
                .GetProperty("requestBody")
                .GetProperty("content")
                .EnumerateObject()
                .Select(type => type.Name)
        );
        Assert.NotEmpty(document.GetProperty("info").GetProperty("license").GetProperty("name").GetString()!);
        Assert.Equal(
            app.Address.ToString(),
            document.GetProperty("info").GetProperty("contact").GetProperty("url").GetString()
        );
    }

    [Fact]
    public async Task They_say_what_holds_with_the_settings_in_force()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Api:FastApiValidation", "true"), new("Api:ResumeOptional", "true")],
            role: "web"
        );

        var v1 = (await ReadAsync(app, "v1")).GetProperty("paths").GetProperty("/api/v1/leads").GetProperty("post");
        var form = await ReadAsync(app, "compat-form");

        var answers = v1.GetProperty("responses");
        Assert.False(answers.TryGetProperty("400", out _));
        Assert.Equal(
            ["application/json", "application/problem+json"],
            answers.GetProperty("422").GetProperty("content").EnumerateObject().Select(type => type.Name).Order()
        );
        Assert.True(
            form.GetProperty("paths")
                .GetProperty("/api/leads/")
                .GetProperty("post")
                .GetProperty("requestBody")
                .GetProperty("content")
                .TryGetProperty("application/x-www-form-urlencoded", out _)
        );
        Assert.Equal(
            ["first_name", "last_name", "email"],
            form.GetProperty("components")
                .GetProperty("schemas")
                .GetProperty("SubmissionPlainForm")
                .GetProperty("required")
                .EnumerateArray()
                .Select(field => field.GetString())
        );
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("compat")]
    public async Task Everything_is_described_and_what_is_one_of_a_few_words_lists_them(string name)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var document = await ReadAsync(app, name);

        var silent = new List<string>();
        foreach (var (where, operation) in Operations(document))
        {
            foreach (var part in (string[])["operationId", "summary", "description"])
                if (!operation.TryGetProperty(part, out _))
                    silent.Add($"{where}: {part}");
            if (operation.TryGetProperty("parameters", out var parameters))
                silent.AddRange(
                    parameters
                        .EnumerateArray()
                        .Where(parameter => !parameter.TryGetProperty("description", out _))
                        .Select(parameter => $"{where}: {parameter.GetProperty("name")}")
                );
            // Who signs in is told that it can be too often.
            if (where is "post /api/v1/auth/token" or "post /api/v1/auth/refresh" or "post /api/auth/login/")
                Assert.True(operation.GetProperty("responses").TryGetProperty("429", out _), where);
        }

        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            if (!schema.Value.TryGetProperty("properties", out var properties))
                continue;
            foreach (var property in properties.EnumerateObject())
            {
                var text = property.Value.GetRawText();
                if (!text.Contains("\"description\"", StringComparison.Ordinal))
                    silent.Add($"{schema.Name}.{property.Name}");
                // The status of a problem is a number.
                if (
                    property.Name is "status" or "state" or "role" or "kind"
                    && !text.Contains("\"integer\"", StringComparison.Ordinal)
                    && !text.Contains("\"enum\"", StringComparison.Ordinal)
                )
                    Assert.True(
                        Enums(document).Any(words => text.Contains($"schemas/{words}\"", StringComparison.Ordinal)),
                        $"{schema.Name}.{property.Name} is any text"
                    );
            }
        }

        Assert.True(silent.Count == 0, string.Join(Environment.NewLine, silent));
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

    private static async Task<string?> LeadsToAsync(AnteroomApp app, string address)
    {
        using var answer = await app.Client.GetAsync(new Uri(address, UriKind.Relative));
        Assert.Contains(
            "rel=\"service-desc\"",
            string.Concat(answer.Headers.GetValues("Link")),
            StringComparison.Ordinal
        );
        using var there = await app.Client.GetAsync(answer.Headers.Location);
        Assert.True((int)there.StatusCode < 400, $"{answer.Headers.Location} is {there.StatusCode}");
        return answer.Headers.Location?.OriginalString;
    }

    private static IEnumerable<string> Enums(JsonElement document) =>
        document
            .GetProperty("components")
            .GetProperty("schemas")
            .EnumerateObject()
            .Where(schema => schema.Value.TryGetProperty("enum", out _))
            .Select(schema => schema.Name);

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
