using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Anteroom.Resumes;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Resumes;

/// <summary>A resume as clients download it: named, in parts, and not again when they have it.</summary>
public sealed class DownloadTests(TestDatabases databases)
{
    private static readonly byte[] File = SampleFiles.Pdf();
    private static readonly string Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(File))}\"";

    [Theory]
    [InlineData(
        "Doe_John_resume.pdf",
        "attachment; filename=\"Doe_John_resume.pdf\"; filename*=UTF-8''Doe_John_resume.pdf"
    )]
    [InlineData(
        "Müller_Zoë_resume.pdf",
        "attachment; filename=\"Muller_Zoe_resume.pdf\"; filename*=UTF-8''M%C3%BCller_Zo%C3%AB_resume.pdf"
    )]
    [InlineData("王_resume.pdf", "attachment; filename=\"__resume.pdf\"; filename*=UTF-8''%E7%8E%8B_resume.pdf")]
    public void Its_name_is_quoted_and_the_exact_one_stands_beside_it(string name, string header) =>
        Assert.Equal(header, ResumeFile.Disposition(name));

    [Fact]
    public async Task Every_address_gives_name_digest_time_and_parts()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var began = DateTimeOffset.UtcNow.AddSeconds(-2);
        foreach (var (client, address) in await EverywhereAsync(app))
            using (client)
            {
                using var whole = await GetAsync(client, address);
                Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
                Assert.Equal(
                    "attachment; filename=\"Doe_John_resume.pdf\"; filename*=UTF-8''Doe_John_resume.pdf",
                    Assert.Single(whole.Content.Headers.GetValues("Content-Disposition"))
                );
                Assert.Equal(Tag, whole.Headers.ETag?.ToString());
                Assert.InRange(whole.Content.Headers.LastModified!.Value, began, DateTimeOffset.UtcNow);
                Assert.Equal("bytes", Assert.Single(whole.Headers.AcceptRanges));
                Assert.True(whole.Headers.CacheControl?.NoStore);
                Assert.Equal(File, await whole.Content.ReadAsByteArrayAsync());

                using var part = await GetAsync(client, address, request => request.Range = new(5, 9));
                Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
                Assert.Equal($"bytes 5-9/{File.Length}", part.Content.Headers.ContentRange?.ToString());
                Assert.Equal(File[5..10], await part.Content.ReadAsByteArrayAsync());

                using var beyond = await GetAsync(client, address, request => request.Range = new(File.Length, null));
                Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);

                foreach (var seen in (EntityTagHeaderValue[])[new(Tag), EntityTagHeaderValue.Any])
                {
                    using var same = await GetAsync(client, address, request => request.IfNoneMatch.Add(seen));
                    Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
                }

                using var other = await GetAsync(client, address, request => request.IfMatch.Add(new("\"other\"")));
                Assert.Equal(HttpStatusCode.PreconditionFailed, other.StatusCode);
            }
    }

    [Fact]
    public async Task The_path_of_a_resume_may_come_with_its_slashes_escaped()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await JohnAsync(app);
        var key = await app.ValueAsync<string>("select storage_key from resumes");
        using var client = await app.LoggedInAsync();

        foreach (var escaped in (string[])["%2F", "%2f"])
        {
            using var answer = await GetAsync(
                client,
                $"/media/resumes/{key.Replace("/", escaped, StringComparison.Ordinal)}"
            );
            Assert.Equal(File, await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_lead_that_a_client_has_in_any_version_is_not_sent_again()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await JohnAsync(app);
        var id = await app.ValueAsync<Guid>("select id from leads");
        using var client = await app.BearerAsync(Role.Attorney, "bearer");

        using var answer = await GetAsync(
            client,
            $"/api/v1/leads/{id}",
            request => request.IfNoneMatch.Add(EntityTagHeaderValue.Any)
        );

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.NotNull(answer.Headers.ETag);
    }

    [Fact]
    public async Task It_is_read_beside_its_text_with_the_words_marked_and_the_timeline_says_who_looked()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await JohnAsync(app);
        const string text = "Resume  of Ann <b>Example</b>,  Annapolis";
        await app.ExecuteAsync(
            $"insert into resume_words (resume_id, text, read_at) select id, '{text}', now() from resumes"
        );
        using var maria = await app.SignedInAsync(Role.Staff, "maria");
        var view = $"/leads/{number}/resume/view";
        using (await GetAsync(maria, view, request => request.Add("Sec-Purpose", "prefetch;prerender"))) { }
        Assert.Equal(0, await LooksAsync());

        var addresses = new[] { view, $"/leads/{number}/resume/preview", $"/leads/{number}/resume" };
        foreach (var answer in await Task.WhenAll(addresses.Select(address => GetAsync(maria, address))))
            using (answer)
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, await LooksAsync());
        Assert.Contains(
            "maria looked at the resume",
            (await maria.OpenAsync($"/leads/{number}")).QuerySelector(".history")!.Words(),
            StringComparison.OrdinalIgnoreCase
        );
        using (var john = await app.SignedInAsync(Role.Staff, "john"))
        using (await GetAsync(john, view)) { }
        Assert.Equal(2, await LooksAsync());

        // By its own question, or by the one of the list that led here.
        foreach (var query in (string[])["?q=ann", "?view=status%3Dregistered%26q%3Dann"])
        {
            var page = await maria.OpenAsync(view + query);
            Assert.Equal(text, page.QuerySelector(".resume-text")!.TextContent);
            Assert.Equal(
                ["Ann", "Ann"],
                page.QuerySelectorAll(".resume-text mark").Select(mark => mark.TextContent).ToArray()
            );
            Assert.Equal(addresses[1], page.QuerySelector("iframe")!.GetAttribute("src"));
        }

        using var part = await GetAsync(maria, addresses[1], request => request.Range = new(5, 9));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(File[5..10], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal(Tag, part.Headers.ETag?.ToString());
        Assert.EndsWith(
            "sandbox",
            Assert.Single(part.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal
        );
        using var same = await GetAsync(maria, addresses[1], request => request.IfNoneMatch.Add(new(Tag)));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        Task<long> LooksAsync() => app.CountAsync("activities where kind = 'resume_viewed'");
    }

    private static Task<long> JohnAsync(AnteroomApp app) =>
        new Prospect
        {
            FirstName = "John",
            LastName = "Doe",
            Resume = File,
        }.IsAcceptedAsync(app);

    private static async Task<(HttpClient Client, string Address)[]> EverywhereAsync(AnteroomApp app)
    {
        var number = await JohnAsync(app);
        var id = await app.ValueAsync<Guid>("select id from leads");
        var key = await app.ValueAsync<string>("select storage_key from resumes");
        return
        [
            (await app.SignedInAsync(), $"/leads/{number}/resume"),
            (await app.LoggedInAsync(), $"/api/leads/{number}/resume/"),
            (await app.LoggedInAsync(userName: "attorney2"), $"/media/resumes/{key}"),
            (await app.BearerAsync(Role.Attorney, "bearer"), $"/api/v1/leads/{id}/resume"),
        ];
    }

    private static async Task<HttpResponseMessage> GetAsync(
        HttpClient client,
        string address,
        Action<HttpRequestHeaders>? adjust = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        adjust?.Invoke(request.Headers);
        return await client.SendAsync(request);
    }
}
