using System.Net;
using Anteroom.Tests.Accounts;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody asks for links in another's name, or finds an old one.</summary>
[Trait("Category", "Slow")]
public sealed class ForgottenPasswordAttackTests(TestDatabases databases)
{
    private static async Task AskAsync(AnteroomApp app)
    {
        using var client = app.NewClient();
        var page = await client.OpenAsync("/forgot");
        using var answer = await client.SendFormAsync(page.Form("/forgot"), ("username", "maria"));
        Assert.Equal("/forgot/sent", answer.Headers.Location?.ToString());
    }

    private static async Task<HttpStatusCode> OpenAsync(AnteroomApp app, string link)
    {
        using var answer = await app.Client.GetAsync(new Uri(link, UriKind.Relative));
        return answer.StatusCode;
    }

    [Fact]
    public async Task Twenty_requests_at_once_are_one_email()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(app)));

        Assert.Equal(1, await app.CountAsync("emails"));
    }

    [Fact]
    public async Task Only_the_newest_link_works_and_for_one_hour()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        await app.CreateUserAsync(Role.Attorney, "maria");
        await AskAsync(app);
        var first = await app.LinkAsync("password_reset");
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(app, first));
        clock.AdjustTime(clock.GetUtcNow().AddMinutes(4));
        await AskAsync(app);
        var second = await app.LinkAsync("password_reset");

        Assert.Equal(HttpStatusCode.Gone, await OpenAsync(app, first));
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(app, second));
        clock.AdjustTime(clock.GetUtcNow().AddMinutes(61));
        Assert.Equal(HttpStatusCode.Gone, await OpenAsync(app, second));
    }
}
