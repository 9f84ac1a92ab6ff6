using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Anteroom.Tests.Accounts;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Web;

/// <summary>What every answer tells a browser to refuse, and how requests are taken apart.</summary>
public sealed class BrowserGuardsTests(TestDatabases databases)
{
    /// <summary>An event stream is UTF-8 always.</summary>
    private static readonly string[] Uncharted = ["text/event-stream"];

    [Trait("Category", "Slow")]
    [Fact]
    public async Task Every_answer_says_what_a_browser_may_do_with_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var wrong = new List<string>();
        string[] strangers = ["/leads", "/me", "/admin", "/nothing/here", "/api/v1/leads", "/api/leads/"];
        foreach (var address in Addresses(app))
            await LookAsync(root, address);
        foreach (var address in strangers)
            await LookAsync(app.Client, address);

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));

        async Task LookAsync(HttpClient client, string address)
        {
            // One of the answers has no end.
            using var answer = await client.GetAsync(
                new Uri(address, UriKind.Relative),
                HttpCompletionOption.ResponseHeadersRead
            );
            var policy = Header(answer, "Content-Security-Policy");
            var isFramed = policy.Contains("frame-ancestors 'self'", StringComparison.Ordinal);
            Check(
                isFramed || policy.Contains("frame-ancestors 'none'", StringComparison.Ordinal),
                "says nothing of frames"
            );
            Check(
                !isFramed
                    || address.EndsWith("/preview", StringComparison.Ordinal)
                    || address.EndsWith("/frame", StringComparison.Ordinal),
                "may be framed"
            );
            Check(
                policy.Contains("default-src 'none'; ", StringComparison.Ordinal)
                    || (
                        policy.Contains("default-src 'self'; ", StringComparison.Ordinal)
                        && policy.Contains("object-src 'none'", StringComparison.Ordinal)
                        && policy.Contains("base-uri 'none'", StringComparison.Ordinal)
                    ),
                $"may load what others have made: {policy}"
            );
            Check(!policy.Contains("script-src", StringComparison.Ordinal), "has rules of its own for scripts");
            Check(Header(answer, "X-Content-Type-Options") == "nosniff", "may be sniffed");
            Check(Header(answer, "Referrer-Policy") is "same-origin" or "no-referrer", "tells others our addresses");
            Check(Header(answer, "Cross-Origin-Resource-Policy") == "same-origin", "may be loaded by other sites");
            var type = answer.Content.Headers.ContentType;
            var isEmpty = answer.Content.Headers.ContentLength == 0 || (int)answer.StatusCode is 302 or 303 or 304;
            Check(isEmpty || type?.MediaType is not null, "has no type");
            Check(
                type?.MediaType?.StartsWith("text/", StringComparison.Ordinal) != true
                    || Uncharted.Contains(type.MediaType)
                    || type.CharSet == "utf-8",
                $"has no charset: {type}"
            );

            void Check(bool holds, string problem)
            {
                if (!holds)
                    wrong.Add($"{address} ({(int)answer.StatusCode}) {problem}");
            }
        }
    }

    [Fact]
    public async Task Every_cookie_is_out_of_reach_of_scripts_and_of_other_sites()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        await app.CreateUserAsync(Role.Staff, "zoe");
        await LostFactorTests.HaveFactorAsync(app, "zoe");
        using var client = app.NewClient();
        using var other = app.NewClient();
        var cookies = new List<string>();

        Keep(await client.GetAsync(new Uri("/?lang=es", UriKind.Relative)));
        Keep(await client.GetAsync(new Uri("/signin", UriKind.Relative)));
        Keep(await client.SignInAsync("maria", AnteroomApp.Password));
        Keep(await other.SignInAsync("zoe", AnteroomApp.Password));
        var page = await client.OpenAsync("/me");
        Keep(await client.SendFormAsync(page.Form("/me/appearance"), ("appearance", "dark")));
        Keep(await client.SendFormAsync(page.Form("/signout")));

        Assert.InRange(cookies.Select(cookie => cookie.Split('=')[0]).Distinct(StringComparer.Ordinal).Count(), 5, 20);
        Assert.All(
            cookies,
            cookie =>
            {
                Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
                Assert.Matches("(?i)samesite=(lax|strict)", cookie);
                Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
            }
        );

        void Keep(HttpResponseMessage answer)
        {
            using (answer)
                if (answer.Headers.TryGetValues("Set-Cookie", out var set))
                    cookies.AddRange(set.Where(cookie => !cookie.Contains("=;", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("Content-Length: 3\r\nContent-Length: 4\r\n", "x=1")]
    [InlineData("Content-Length : 3\r\n", "x=1")]
    [InlineData("Content-Length: 3\r\n Content-Length: 0\r\n", "x=1")]
    [InlineData("Transfer-Encoding: identity\r\nContent-Length: 3\r\n", "x=1")]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "3\r\nx=1\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n", "3\r\nx=1\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "zz\r\nx=1\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "3;a\nxx\r\nx=1\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "2\r\nx=1\r\n0\r\n\r\n")]
    public async Task A_request_whose_end_is_unclear_is_refused_with_what_follows(string headers, string body)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var answers = await SendAsync(app, headers, body);

        Assert.StartsWith("HTTP/1.1 400", answers, StringComparison.Ordinal);
        Assert.DoesNotContain("\"status\":\"healthy\"", answers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 3\r\n", "x=1")]
    [InlineData("Transfer-Encoding: chunked\r\n", "3\r\nx=1\r\n0\r\n\r\n")]
    public async Task Two_requests_in_a_row_get_two_answers(string headers, string body)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        var answers = await SendAsync(app, headers, body);

        Assert.Equal(2, Regex.Count(answers, "HTTP/1.1 ", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Contains("\"status\":\"healthy\"", answers, StringComparison.Ordinal);
    }

    /// <summary>Sends a form with these headers and this body, and a health check behind it; all that comes back until the line is closed.</summary>
    private static async Task<string> SendAsync(AnteroomApp app, string headers, string body)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, app.Address.Port);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/v1/auth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}"
                    + "GET /api/v1/healthcheck HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
        );
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        var answers = new StringBuilder();
        var piece = new char[4096];
        try
        {
            for (int read; (read = await reader.ReadAsync(piece)) > 0; )
                answers.Append(piece, 0, read);
        }
        catch (IOException)
        {
            // closed with what was not read
        }

        return answers.ToString();
    }

    private static IEnumerable<string> Addresses(AnteroomApp app) =>
        app.GetAddresses(lead: Guid.Empty, document: "x")
            .Concat(["/openapi/v1.json", "/openapi/compat.json", "/swagger/index.html", "/redoc/index.html"])
            .Where(address => !address.EndsWith(".gz", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
