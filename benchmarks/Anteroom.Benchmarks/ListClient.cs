using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Anteroom.Benchmarks;

/// <summary>How a call says who it is from.</summary>
internal enum Door
{
    /// <summary>A JWT, at <c>/api/v1</c>.</summary>
    Jwt,

    /// <summary>A token, at <c>/api</c>.</summary>
    Token,

    /// <summary>A cookie, at the pages.</summary>
    Page,
}

/// <summary>Somebody signed in to one app through all three doors; one call after the other.</summary>
internal sealed partial class ListClient : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly Dictionary<Door, HttpClient> _clients;

    private ListClient(AppProcess app) =>
        _clients = Enum.GetValues<Door>()
            .ToDictionary(
                door => door,
                door => new HttpClient(
                    new SocketsHttpHandler
                    {
                        AllowAutoRedirect = false,
                        UseCookies = door == Door.Page,
                        CookieContainer = _cookies,
                    }
                )
                {
                    BaseAddress = new Uri($"http://{app.Address}"),
                }
            );

    /// <summary>Signs in as the administrator.</summary>
    public static async Task<ListClient> SignInAsync(AppProcess app, CancellationToken cancellation)
    {
        var client = new ListClient(app);
        using (
            var form = new FormUrlEncodedContent([
                new("username", AppProcess.Administrator),
                new("password", AppProcess.Password),
            ])
        )
        {
            var tokens = await client.PostAsync(Door.Jwt, "/api/v1/auth/token", form, cancellation);
            client.Authorize(Door.Jwt, "Bearer", tokens.GetProperty("access_token").GetString());
        }
        using (
            var login = JsonContent.Create(new { username = AppProcess.Administrator, password = AppProcess.Password })
        )
        {
            var token = await client.PostAsync(Door.Token, "/api/auth/login/", login, cancellation);
            client.Authorize(Door.Token, "Token", token.GetProperty("token").GetString());
        }

        var pages = client._clients[Door.Page];
        var page = await pages.GetStringAsync(new Uri("/signin", UriKind.Relative), cancellation);
        // The first form's: the page has another, for passkeys, with the same token.
        var fields = Hidden()
            .Matches(page[..page.IndexOf("</form>", StringComparison.Ordinal)])
            .Select(field =>
                KeyValuePair.Create(
                    Name().Match(field.Value).Groups["text"].Value,
                    WebUtility.HtmlDecode(Value().Match(field.Value).Groups["text"].Value)
                )
            );
        using var signIn = new FormUrlEncodedContent([
            .. fields,
            new("username", AppProcess.Administrator),
            new("password", AppProcess.Password),
        ]);
        using var answer = await pages.PostAsync(new Uri("/signin", UriKind.Relative), signIn, cancellation);
        return answer.StatusCode == HttpStatusCode.SeeOther
            ? client
            : throw new BenchmarkException($"Signing in was answered with {answer.StatusCode}.");
    }

    /// <summary>Calls and reads the whole answer; milliseconds.</summary>
    public async Task<double> CallAsync(Door door, string address, CancellationToken cancellation)
    {
        var clock = Stopwatch.GetTimestamp();
        using var answer = await _clients[door].GetAsync(new Uri(address, UriKind.Relative), cancellation);
        var took = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        return answer.StatusCode == HttpStatusCode.OK
            ? took
            : throw new BenchmarkException($"{address} was answered with {answer.StatusCode}.");
    }

    /// <summary>The line in a request's head that says who it is from.</summary>
    public string Header(Door door) =>
        door == Door.Page
            ? "Cookie: " + _cookies.GetCookieHeader(_clients[door].BaseAddress!)
            : $"Authorization: {_clients[door].DefaultRequestHeaders.Authorization}";

    /// <summary>The cursor that goes on after so many leads.</summary>
    public async Task<string> CursorAsync(int after, CancellationToken cancellation)
    {
        var page = await _clients[Door.Jwt]
            .GetFromJsonAsync<JsonElement>(
                new Uri(
                    string.Create(CultureInfo.InvariantCulture, $"/api/v1/leads?limit=1&offset={after - 1}"),
                    UriKind.Relative
                ),
                cancellation
            );
        return page.GetProperty("next_cursor").GetString()!;
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private void Authorize(Door door, string scheme, string? token) =>
        _clients[door].DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, token);

    private async Task<JsonElement> PostAsync(
        Door door,
        string address,
        HttpContent body,
        CancellationToken cancellation
    )
    {
        using var answer = await _clients[door].PostAsync(new Uri(address, UriKind.Relative), body, cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
    }

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex(" name=\"(?<text>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex(" value=\"(?<text>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();
}
