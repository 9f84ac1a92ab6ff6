using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api.V1;

/// <summary>What clients of the JWT API do to sign in.</summary>
public static class ApiClient
{
    /// <summary>Sends the OAuth2 password form as FastAPI clients do.</summary>
    public static async Task<HttpResponseMessage> AsksForTokenAsync(
        this HttpClient client,
        string userName,
        string password
    ) =>
        await SendFormAsync(
            client,
            ("grant_type", "password"),
            ("username", userName),
            ("password", password),
            ("scope", "")
        );

    /// <summary>Signs a user of <see cref="AnteroomApp.CreateUserAsync"/> in; the answer.</summary>
    public static async Task<JsonElement> TokensAsync(this HttpClient client, string userName)
    {
        using var answer = await client.AsksForTokenAsync(userName, AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Exchanges a refresh token, in JSON.</summary>
    public static Task<HttpResponseMessage> RefreshesAsync(this HttpClient client, string refreshToken) =>
        client.PostAsJsonAsync("/api/v1/auth/refresh", new { refresh_token = refreshToken });

    /// <summary>Exchanges a refresh token by the OAuth2 form.</summary>
    public static Task<HttpResponseMessage> RefreshesByFormAsync(this HttpClient client, string refreshToken) =>
        SendFormAsync(client, ("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    /// <summary>Asks who it is.</summary>
    public static Task<HttpResponseMessage> MeAsync(this HttpClient client, string accessToken) =>
        client.SendsAsync(HttpMethod.Get, "me", accessToken);

    /// <summary>Sends a request without a body to <c>/api/v1/auth/</c>…</summary>
    public static async Task<HttpResponseMessage> SendsAsync(
        this HttpClient client,
        HttpMethod method,
        string address,
        string? accessToken
    )
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1/auth/{address}", UriKind.Relative));
        if (accessToken is not null)
            request.Headers.Authorization = new("Bearer", accessToken);
        return await client.SendAsync(request);
    }

    /// <summary>Asserts what the app says to the access tokens of these answers.</summary>
    public static async Task AssertMeAsync(
        this AnteroomApp app,
        HttpStatusCode expected,
        params IEnumerable<JsonElement> answers
    )
    {
        foreach (var tokens in answers)
        {
            using var me = await app.Client.MeAsync(tokens.Text("access_token"));
            Assert.Equal(expected, me.StatusCode);
        }
    }

    /// <summary>A field's text.</summary>
    public static string Text(this JsonElement element, string field) => element.GetProperty(field).GetString()!;

    /// <summary>Executes a statement.</summary>
    public static async Task ExecuteAsync(this AnteroomApp app, string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<HttpResponseMessage> SendFormAsync(
        HttpClient client,
        params IEnumerable<(string Name, string Value)> fields
    )
    {
        using var form = new FormUrlEncodedContent(
            fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))
        );
        return await client.PostAsync(new Uri("/api/v1/auth/token", UriKind.Relative), form);
    }
}
