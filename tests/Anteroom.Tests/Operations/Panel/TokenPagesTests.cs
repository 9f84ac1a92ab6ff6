using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Anteroom.Tests.App;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>Administrators see what opens the APIs, make tokens and take them back.</summary>
[Trait("Category", "Slow")]
public sealed class TokenPagesTests(TestDatabases databases)
{
    [Fact]
    public async Task A_token_is_shown_once_opens_the_api_until_it_ends_or_is_revoked_and_says_when_it_was_used()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services =>
                Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(
                    services,
                    clock
                ),
            role: "web"
        );
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await app.CreateUserAsync(Role.Staff, "web", "Website");
        var page = await root.OpenAsync("/admin/tokens");
        Assert.Contains("No API tokens yet", page.Body!.Words(), StringComparison.Ordinal);

        using (
            var refused = await root.SendFormAsync(
                page.Form("/admin/tokens"),
                ("user", "99"),
                ("name", " "),
                ("days", "0")
            )
        )
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Equal(3, (await refused.PageAsync()).QuerySelectorAll("#summary li").Length);
        }

        using var made = await root.SendFormAsync(
            page.Form("/admin/tokens"),
            ("user", "2"),
            ("name", "Website form"),
            ("days", "30")
        );
        var token = (await made.PageAsync()).QuerySelector(".token-key")!.Words();
        Assert.Equal(43, token.Length);
        Assert.DoesNotContain(token, (await root.OpenAsync("/admin/tokens")).Body!.InnerHtml, StringComparison.Ordinal);
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from api_tokens where last_used_at is not null"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from api_tokens where last_used_at is not null"));
        Assert.Contains(
            "Website form",
            (await root.OpenAsync("/admin/tokens")).Body!.Words(),
            StringComparison.Ordinal
        );

        clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
        using var again = app.NewClient();
        using (await again.SignInAsync("root", AnteroomApp.Password)) { }
        page = await again.OpenAsync("/admin/tokens");
        Assert.DoesNotContain("Website form", page.Body!.Words(), StringComparison.Ordinal);
        using var other = await again.SendFormAsync(
            page.Form("/admin/tokens"),
            ("user", "2"),
            ("name", "Second"),
            ("days", "")
        );
        var second = (await other.PageAsync()).QuerySelector(".token-key")!.Words();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(second));
        page = await again.OpenAsync("/admin/tokens");
        using (
            await again.SendFormAsync(
                page.Forms.OfType<AngleSharp.Html.Dom.IHtmlFormElement>()
                    .First(form => form.GetAttribute("action")!.EndsWith("/revoke", StringComparison.Ordinal))
            )
        ) { }
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(second));
        Assert.Equal(
            [
                "made the API token “Website form” for Website, good for 30 days",
                "made the API token “Second” for Website",
                "revoked the API token “Second” of Website",
            ],
            await app.TextsAsync(
                "select summary from audit where kind in ('token_created', 'token_revoked') order by id"
            )
        );

        async Task<HttpStatusCode> AskAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/leads/", UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Token", key);
            using var answer = await app.Client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Everything_of_a_user_is_revoked_at_once_sign_ins_too_and_others_keep_theirs()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        using var daniel = await app.BearerAsync(Role.Attorney, "daniel");
        using (
            await app.Client.PostAsJsonAsync(
                new Uri("/api/auth/login/", UriKind.Relative),
                new { username = "maria", password = AnteroomApp.Password }
            )
        ) { }
        var page = await root.OpenAsync("/admin/tokens");
        Assert.Equal(3, page.QuerySelectorAll(".tokens tbody tr").Length);

        using (await root.SendFormAsync(page.Form("/admin/tokens/of/2/revoke"))) { }

        using var mine = await maria.GetAsync(new Uri("/api/v1/auth/me", UriKind.Relative));
        using var his = await daniel.GetAsync(new Uri("/api/v1/auth/me", UriKind.Relative));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (mine.StatusCode, his.StatusCode));
        Assert.Equal(0, await app.CountAsync("api_tokens"));
        page = await root.OpenAsync("/admin/tokens");
        using (
            await root.SendFormAsync(
                page.Forms.OfType<AngleSharp.Html.Dom.IHtmlFormElement>()
                    .First(form => form.GetAttribute("action")!.EndsWith("/revoke", StringComparison.Ordinal))
            )
        ) { }
        using var gone = await daniel.GetAsync(new Uri("/api/v1/auth/me", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, gone.StatusCode);
    }
}
