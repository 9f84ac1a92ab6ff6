using System.Net;
using System.Net.Sockets;
using System.Text;
using Anteroom.Accounts;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Web;

/// <summary>HEAD and OPTIONS at every address, and what a node without pages answers.</summary>
public sealed class HeadTests(TestDatabases databases)
{
    /// <summary>Different in two answers to the same question, or only of use with a body.</summary>
    private static readonly string[] OfOneAnswer = ["Date", "Set-Cookie", "X-Request-ID", "Transfer-Encoding"];

    [Trait("Category", "Slow")]
    [Fact]
    public async Task HEAD_answers_as_GET_does_at_every_address_and_has_no_body()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        var lead = await app.ValueAsync<Guid>("select id from leads");
        using var pages = await app.SignedInAsync(Role.Administrator, "root");
        using var bearer = await app.BearerAsync(Role.Administrator, "bearer");
        using var token = await app.LoggedInAsync(Role.Administrator, "token");
        var addresses = app.GetAddresses(lead, document: "v1")
            .Concat(["/swagger/index.html", "/redoc/index.html", "/openapi/compat.json", "/nothing/here"])
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var wrong = new List<string>();
        foreach (var address in addresses)
        {
            var client =
                Schemes.For(address) == Schemes.Bearer ? bearer
                : Schemes.For(address) == Schemes.Token ? token
                : pages;
            var get = await AskAsync(client, HttpMethod.Get, address, HttpCompletionOption.ResponseHeadersRead);
            var head = await AskAsync(client, HttpMethod.Head, address, HttpCompletionOption.ResponseContentRead);
            if (get != head)
                wrong.Add($"{address}: {head}, not {get}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.InRange(addresses.Count, 100, int.MaxValue);
        Assert.Contains("/live", addresses);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health/")]
    [InlineData("/api/v1/healthcheck")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/nothing/here")]
    public async Task Nothing_follows_the_headers_on_the_line(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, app.Address.Port);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"HEAD {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        );
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);

        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        Assert.Equal(answer.Length - 4, answer.IndexOf("\r\n\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HEAD_of_the_stream_of_events_ends_with_its_headers()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/live");

        using var answer = await maria
            .SendAsync(request, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/api/v1/leads", HttpStatusCode.NoContent, "GET, HEAD, POST, OPTIONS")]
    [InlineData(
        "/api/v1/leads/01a16dc9-0c26-74db-96a9-49da5b5b0434",
        HttpStatusCode.NoContent,
        "GET, HEAD, PATCH, OPTIONS"
    )]
    [InlineData("/api/v1/auth/token", HttpStatusCode.NoContent, "POST, OPTIONS")]
    [InlineData("/api/v1/healthcheck", HttpStatusCode.NoContent, "GET, HEAD, OPTIONS")]
    [InlineData("/api/v1/nothing", HttpStatusCode.NotFound, "")]
    public async Task OPTIONS_of_the_JWT_door_lists_what_an_address_takes(
        string address,
        HttpStatusCode status,
        string allowed
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var request = new HttpRequestMessage(HttpMethod.Options, address);

        using var answer = await app.Client.SendAsync(request);

        Assert.Equal((status, allowed), (answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow)));
    }

    [Fact]
    public async Task A_worker_answers_health_checks_and_404_elsewhere()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "worker");

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            foreach (var address in (string[])["/health/live", "/health/", "/api/v1/healthcheck"])
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(method, address));
            foreach (
                var address in (string[])["/", "/signin", "/leads", "/api/v1/leads", "/api/leads/", "/css/app.css"]
            )
                Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(method, address));
        }

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, string address)
        {
            using var request = new HttpRequestMessage(method, address);
            using var answer = await app.Client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    /// <summary>Status, headers and whether a body came with HEAD.</summary>
    private static async Task<string> AskAsync(
        HttpClient client,
        HttpMethod method,
        string address,
        HttpCompletionOption completion
    )
    {
        using var request = new HttpRequestMessage(method, address);
        using var answer = await client.SendAsync(request, completion).WaitAsync(TimeSpan.FromSeconds(30));
        var headers = answer
            .Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => !OfOneAnswer.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {header.Value}")
            .Order(StringComparer.Ordinal);
        var hasBody =
            completion == HttpCompletionOption.ResponseContentRead
            && (await answer.Content.ReadAsByteArrayAsync()).Length > 0;
        return $"{(int)answer.StatusCode} {string.Join(" | ", headers)}{(hasBody ? " with a body" : "")}";
    }
}
