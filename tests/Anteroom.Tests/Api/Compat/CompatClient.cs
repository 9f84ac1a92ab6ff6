using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api.Compat;

/// <summary>A program that was written for the Django-style service.</summary>
internal static class CompatClient
{
    /// <summary>Makes a user and logs in: a client that sends its token.</summary>
    public static async Task<HttpClient> LoggedInAsync(
        this AnteroomApp app,
        Role role = Role.Attorney,
        string userName = "attorney1"
    )
    {
        await app.CreateUserAsync(role, userName);
        return app.WithToken(await app.TokenAsync(userName, AnteroomApp.Password));
    }

    /// <summary>Logs in; the token.</summary>
    public static async Task<string> TokenAsync(this AnteroomApp app, string userName, string password)
    {
        var (status, body) = await app.Client.SendAsync(
            "POST",
            "/api/auth/login/",
            new { username = userName, password }
        );
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body.GetProperty("token").GetString()!;
    }

    /// <summary>A client that sends a token.</summary>
    public static HttpClient WithToken(this AnteroomApp app, string token)
    {
        var client = app.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", token);
        return client;
    }

    /// <summary>Sends JSON, or nothing, and reads JSON.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        this HttpClient client,
        string method,
        string address,
        object? body = null
    )
    {
        using var answer = await client.SendRawAsync(
            method,
            address,
            body is null ? null : JsonSerializer.Serialize(body),
            "application/json"
        );
        return (answer.StatusCode, await answer.JsonAsync());
    }

    /// <summary>Sends a body as it is.</summary>
    public static async Task<HttpResponseMessage> SendRawAsync(
        this HttpClient client,
        string method,
        string address,
        string? body,
        string contentType
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return await client.SendAsync(request);
    }

    /// <summary>The JSON of an answer.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    /// <summary>Asserts an answer with <c>detail</c>.</summary>
    public static void IsDetail(
        this (HttpStatusCode Status, JsonElement Body) answer,
        HttpStatusCode status,
        string detail
    )
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal($$"""{"detail":{{JsonSerializer.Serialize(detail)}}}""", JsonSerializer.Serialize(answer.Body));
    }

    /// <summary>Asserts a 400 with exactly these fields, a sentence each; null for any sentence.</summary>
    public static void IsInvalid(
        this (HttpStatusCode Status, JsonElement Body) answer,
        params (string Field, string? Sentence)[] fields
    )
    {
        Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{answer.Status} {answer.Body}");
        Assert.Equal(
            fields.Select(field => field.Field).Order(),
            answer.Body.EnumerateObject().Select(field => field.Name).Order()
        );
        foreach (var (field, sentence) in fields)
            Assert.Equal(
                sentence ?? answer.Body.GetProperty(field)[0].GetString(),
                answer.Body.GetProperty(field)[0].GetString()
            );
    }
}
