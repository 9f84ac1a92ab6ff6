using System.Globalization;
using System.Net;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Web;

/// <summary>Addresses that browsers, search engines and password managers ask for without being told.</summary>
public sealed class WellKnownTests(TestDatabases databases)
{
    [Fact]
    public async Task The_icon_is_one_that_every_browser_can_show()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await app.Client.GetAsync(new Uri("/favicon.ico", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("image/x-icon", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal([0, 0, 1, 0, 3, 0], (await answer.Content.ReadAsByteArrayAsync())[..6]);
    }

    [Fact]
    public async Task Search_engines_may_find_the_form_and_nothing_else()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await app.Client.GetAsync(new Uri("/robots.txt", UriKind.Relative));
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');

        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("User-agent: *", lines);
        Assert.Contains("Allow: /$", lines);
        Assert.Contains("Allow: /apply$", lines);
        Assert.Contains("Disallow: /", lines);
        // The longest rule that fits counts (RFC 9309 section 2.2.2).
        foreach (var found in (string[])["/", "/?lang=es", "/apply"])
            Assert.True(IsAllowed(found), found);
        foreach (var hidden in (string[])["/signin", "/leads", "/thanks/7", "/unsubscribe/x", "/admin", "/api/leads/"])
            Assert.False(IsAllowed(hidden), hidden);

        bool IsAllowed(string address) =>
            lines
                .Select(line => line.Split(": ", 2))
                .Where(rule =>
                    rule is ["Allow" or "Disallow", var path]
                    && (path.EndsWith('$') ? address == path[..^1] : address.StartsWith(path, StringComparison.Ordinal))
                )
                .MaxBy(rule => rule[1].Length)
                is ["Allow", _];
    }

    [Theory]
    [InlineData(null, "mailto:leads@firm.example")]
    [InlineData("security@firm.example", "mailto:security@firm.example")]
    [InlineData("https://firm.example/security", "https://firm.example/security")]
    public async Task Whoever_finds_a_weakness_is_told_whom_to_tell(string? setting, string contact)
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Security:Contact", setting),
                new("Mail:From", "The Firm <leads@firm.example>"),
                new("Firm:PublicUrl", "https://leads.firm.example"),
                new("AllowedHosts", "*"),
            ],
            role: "web"
        );

        using var answer = await app.Client.GetAsync(new Uri("/.well-known/security.txt", UriKind.Relative));
        var fields = (await answer.Content.ReadAsStringAsync())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(line => line.Split(": ", 2)[0], line => line.Split(": ", 2)[1], StringComparer.Ordinal);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(contact, fields["Contact"]);
        Assert.Equal("https://leads.firm.example/.well-known/security.txt", fields["Canonical"]);
        // Less than a year from now (RFC 9116 section 2.5.5).
        Assert.InRange(
            DateTimeOffset.Parse(fields["Expires"], CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow,
            TimeSpan.FromDays(30),
            TimeSpan.FromDays(365)
        );
    }

    [Fact]
    public async Task A_password_manager_is_led_to_where_the_password_is_changed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();

        foreach (var client in (HttpClient[])[app.Client, maria])
        {
            using var answer = await client.GetAsync(new Uri("/.well-known/change-password", UriKind.Relative));
            Assert.Equal(
                (HttpStatusCode.Found, "/me/password"),
                (answer.StatusCode, answer.Headers.Location?.ToString())
            );
        }

        Assert.NotNull((await maria.OpenAsync("/me/password")).QuerySelector("input[type=password]"));
    }
}
