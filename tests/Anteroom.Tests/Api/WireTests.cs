using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api;

/// <summary>What both doors for programs say about caches, and what is compressed in either direction.</summary>
public sealed class WireTests(TestDatabases databases)
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Lists_and_documents_are_compressed_for_those_who_ask(string coding)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        using var bearer = await app.BearerAsync(Role.Attorney, "bearer");
        using var token = await app.LoggedInAsync();

        foreach (
            var (client, address) in ((HttpClient, string)[])
                [
                    (bearer, "/api/v1/leads"),
                    (token, "/api/leads/"),
                    (app.Client, "/openapi/v1.json"),
                    (app.Client, "/openapi/compat.json"),
                ]
        )
        {
            using var answer = await AskAsync(client, HttpMethod.Get, address, coding);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(coding, Assert.Single(answer.Content.Headers.ContentEncoding));
            Assert.Contains("Accept-Encoding", answer.Headers.Vary);
            await using var body = await answer.Content.ReadAsStreamAsync();
            await using Stream unpacked =
                coding == "br"
                    ? new BrotliStream(body, CompressionMode.Decompress)
                    : new GZipStream(body, CompressionMode.Decompress);
            using var json = await JsonDocument.ParseAsync(unpacked);
            Assert.NotEqual(JsonValueKind.Null, json.RootElement.ValueKind);

            using var plain = await client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Empty(plain.Content.Headers.ContentEncoding);
        }
    }

    [Fact]
    public async Task Tokens_are_never_compressed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var bearer = await app.BearerAsync(Role.Attorney, "bearer");

        foreach (var address in (string[])["/api/v1/auth/token", "/api/auth/login/"])
        {
            using var form = new FormUrlEncodedContent([
                new("username", "bearer"),
                new("password", AnteroomApp.Password),
            ]);
            using var answer = await AskAsync(app.Client, HttpMethod.Post, address, "gzip", form);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Empty(answer.Content.Headers.ContentEncoding);
        }

        using var me = await AskAsync(bearer, HttpMethod.Get, "/api/v1/auth/me", "gzip");
        Assert.Empty(me.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task No_cache_keeps_what_is_told_about_people()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        var id = await app.ValueAsync<Guid>("select id from leads");
        using var bearer = await app.BearerAsync(Role.Attorney, "bearer");
        using var token = await app.LoggedInAsync();

        foreach (
            var (client, address) in ((HttpClient, string)[])
                [
                    (bearer, "/api/v1/leads"),
                    (bearer, $"/api/v1/leads/{id}"),
                    (bearer, $"/api/v1/leads/{id}/timeline"),
                    (bearer, $"/api/v1/leads/{id}/resume"),
                    (bearer, "/api/v1/attorneys"),
                    (bearer, "/api/v1/auth/me"),
                    (app.Client, "/api/v1/leads"),
                    (token, "/api/leads/"),
                    (token, "/api/leads/1/"),
                    (app.Client, "/api/leads/"),
                ]
        )
        {
            using var answer = await client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.True(answer.Headers.CacheControl?.NoStore, address);
            Assert.Contains("Authorization", answer.Headers.Vary);
        }
    }

    [Theory]
    [InlineData("/api/v1/leads", "gzip", "application/problem+json")]
    [InlineData("/api/v1/auth/token", "br", "application/problem+json")]
    [InlineData("/api/leads/", "deflate", "application/json")]
    [InlineData("/api/auth/login/", "gzip, gzip", "application/json")]
    [InlineData("/", "gzip", "text/html")]
    public async Task A_compressed_body_is_refused_with_what_would_be_right(
        string address,
        string coding,
        string answeredAs
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var content = new ByteArrayContent([0x1F, 0x8B, 8, 0]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);

        using var answer = await app.Client.PostAsync(new Uri(address, UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal(answeredAs, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("identity", Assert.Single(answer.Headers.GetValues("Accept-Encoding")));
        if (address != "/")
            Assert.Contains(
                "Please send it uncompressed.",
                await answer.Content.ReadAsStringAsync(),
                StringComparison.Ordinal
            );
    }

    [Fact]
    public async Task A_body_that_says_it_is_not_compressed_is_read()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", "identity");

        using var answer = await app.Client.PostAsync(new Uri("/api/v1/leads", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(
        HttpClient client,
        HttpMethod method,
        string address,
        string coding,
        HttpContent? content = null
    )
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.AcceptEncoding.Add(new(coding));
        return await client.SendAsync(request);
    }
}
