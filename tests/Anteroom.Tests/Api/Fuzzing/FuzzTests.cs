using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Api.Fuzzing;

/// <summary>Requests of every kind to every operation of both documents, right and wrong ones.</summary>
[Trait("Category", "Slow")]
public sealed class FuzzTests(TestDatabases databases)
{
    private readonly ConcurrentDictionary<(string Document, Sender Sender), AuthenticationHeaderValue> _tokens = new();
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private int _users;

    [Fact]
    public async Task No_request_gets_an_answer_that_the_document_does_not_name()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var operations = new List<ApiOperation>();
        foreach (var name in (string[])["v1", "compat"])
            operations.AddRange(
                ApiOperation.Of(name, await app.Client.GetFromJsonAsync<JsonElement>($"/openapi/{name}.json"))
            );
        var requests = new FuzzedRequests(await KnownAsync(app)).For(operations);

        // FsCheck prints the seed of a failure, and Replay of its Config repeats it.
        Prop.ForAll(requests.ToArbitrary(), request => SendAsync(app, request))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithQuietOnSuccess(true));

        // Everything was asked for, and nearly everything was also done, so it was not only refusals that were looked at.
        Assert.Equal(operations.Count, _asked.Keys.Count(key => key.EndsWith(" asked", StringComparison.Ordinal)));
        var refused = _asked
            .Keys.Where(key => key.EndsWith(" asked", StringComparison.Ordinal))
            .Where(key => !_asked.ContainsKey(key[..^"asked".Length] + "done"));
        Assert.True(refused.Count() <= operations.Count / 5, string.Join(", ", refused));
    }

    private async Task SendAsync(AnteroomApp app, FuzzedRequest request)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Operation.Method),
            new Uri(request.Address, UriKind.Relative)
        );
        if (request.ContentType is not null)
        {
            message.Content = new ByteArrayContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        if (request.Body.Length > 60_000) // a refusal of so much ends the connection, perhaps while it is sent
            (message.Headers.ExpectContinue, message.Headers.ConnectionClose) = (true, true);
        message.Headers.Authorization = await TokenAsync(app, request);

        using var answer = await app.Client.SendAsync(message);
        var status = (int)answer.StatusCode;
        var body = await answer.Content.ReadAsStringAsync();

        Assert.True(
            request.Operation.Answers.TryGetValue(status, out var types) && status < 500,
            $"{request}\nwas answered {status}, which its document does not name: {body}"
        );
        if (body.Length > 0)
            Assert.True(
                types.Contains(answer.Content.Headers.ContentType?.MediaType, StringComparer.Ordinal),
                $"{request}\nwas answered {status} as {answer.Content.Headers.ContentType}, and the document names {string.Join(", ", types)}: {body}"
            );
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        if (answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
            foreach (var json in JsonOf(answer, body))
                using (JsonDocument.Parse(json)) { }

        var key = $"{request.Operation.Document} {request.Operation}";
        _asked.AddOrUpdate($"{key} asked", 1, (_, count) => count + 1);
        if (status >= 300)
            return;
        _asked.AddOrUpdate($"{key} done", 1, (_, count) => count + 1);
        // A password that was changed and a session that was ended leave their token useless.
        if (request.Address.Contains("/auth/", StringComparison.Ordinal))
            _tokens.TryRemove((request.Operation.Document, request.Sender), out _);
    }

    /// <summary>One, or, where each line is one, as many as there are.</summary>
    private static string[] JsonOf(HttpResponseMessage answer, string body) =>
        answer.Content.Headers.ContentType?.MediaType == "application/x-ndjson"
            ? body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : [body];

    private async Task<AuthenticationHeaderValue?> TokenAsync(AnteroomApp app, FuzzedRequest request)
    {
        var (document, sender) = (request.Operation.Document, request.Sender);
        if (sender == Sender.Nobody)
            return null;
        if (sender == Sender.Impostor)
            return new(document == "v1" ? "Bearer" : "Token", "eyJhbGciOiJub25lIn0.e30.");
        if (_tokens.TryGetValue((document, sender), out var token))
            return token;

        var user = $"fuzz{Interlocked.Increment(ref _users)}";
        var role = Enum.Parse<Role>(sender.ToString());
        if (document == "v1")
        {
            using var client = await app.BearerAsync(role, user);
            token = client.DefaultRequestHeaders.Authorization!;
        }
        else
        {
            using var client = await app.LoggedInAsync(role, user);
            token = client.DefaultRequestHeaders.Authorization!;
        }

        _tokens[(document, sender)] = token;
        return token;
    }

    /// <summary>Nearly as many as a lead can have, for each that is removed is gone.</summary>
    private static async Task<string[]> FilesAsync(AnteroomApp app, string lead)
    {
        using var clerk = await app.BearerAsync(Role.Staff, "clerk");
        for (var i = 0; i < 45; i++)
        {
            using var form = new MultipartFormDataContent
            {
                { new ByteArrayContent(Encoding.UTF8.GetBytes($"Note {i}")), "file", $"note{i}.txt" },
            };
            using var answer = await clerk.PostAsync(new Uri($"/api/v1/leads/{lead}/files", UriKind.Relative), form);
            answer.EnsureSuccessStatusCode();
        }

        return await app.TextsAsync("select id::text from resumes where added_at is not null");
    }

    private static async Task<Dictionary<string, string[]>> KnownAsync(AnteroomApp app)
    {
        for (var i = 0; i < 5; i++)
            await new Prospect { Email = $"known{i}@example.com" }.IsAcceptedAsync(app);
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        await app.CreateUserAsync(Role.Attorney, "daniel");
        var leads = await app.TextsAsync("select id::text from leads");
        var refreshTokens = new List<string>();
        for (var i = 0; i < 60; i++)
            refreshTokens.Add((await app.Client.TokensAsync("maria")).GetProperty("refresh_token").GetString()!);
        var files = await FilesAsync(app, leads[0]);
        return new(StringComparer.Ordinal)
        {
            ["file"] = files,
            ["/api/v1/leads/{id}/files/{file}: id"] = [leads[0]],
            ["/api/v1/leads/{id}/files/{file}/content: id"] = [leads[0]],
            ["id"] = leads,
            ["/api/v1/attorneys/{id}: id"] = [$"{maria.Id}"],
            ["/api/leads/{id}/: id"] = ["1", "2", "3"],
            ["/api/leads/{id}/resume/: id"] = ["1", "2", "3"],
            ["/api/leads/{id}/mark_reached_out/: id"] = ["1", "2", "3"],
            ["/api/auth/create-user/: username"] = Numbered("user"),
            ["/api/auth/create-user/: email"] = Numbered("user", "@firm.example"),
            ["refresh_token"] = [.. refreshTokens],
            ["path"] = await app.TextsAsync("select storage_key from resumes"),
            ["assigned_to"] = [$"{maria.Id}"],
            ["/api/v1/leads: assigned_to"] = [$"{maria.Id}", "me", "none"],
            ["reached_out_by"] = [$"{maria.Id}"],
            ["status"] = ["registered", "reached_out", "consultation", "retained", "declined", "lost"],
            ["state"] = ["PENDING", "REACHED_OUT"],
            ["username"] = ["maria", "daniel", "newcomer"],
            ["password"] = [AnteroomApp.Password],
            ["old_password"] = [AnteroomApp.Password],
            ["role"] = ["administrator", "attorney", "staff"],
            ["grant_type"] = ["password", "refresh_token"],
        };
    }

    private static string[] Numbered(string start, string end = "") =>
        [.. Enumerable.Range(1, 500).Select(number => $"{start}{number}{end}")];
}
