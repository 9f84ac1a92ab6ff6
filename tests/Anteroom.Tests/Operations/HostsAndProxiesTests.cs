using System.Net;
using Anteroom.Host;
using Anteroom.Http;
using Anteroom.Tests.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Anteroom.Tests.Operations;

/// <summary>Which names Anteroom answers to, and whose word it takes for a client's address.</summary>
[Trait("Category", "Slow")]
public sealed class HostsAndProxiesTests(TestDatabases databases)
{
    [Theory]
    [InlineData("leads.firm.example", HttpStatusCode.OK)]
    [InlineData("leads.firm.example:8080", HttpStatusCode.OK)]
    [InlineData("LEADS.Firm.example", HttpStatusCode.OK)]
    [InlineData("other.example", HttpStatusCode.OK)]
    [InlineData("www.other.example", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:8000", HttpStatusCode.OK)]
    [InlineData("[::1]:8000", HttpStatusCode.OK)]
    [InlineData("firm.example", HttpStatusCode.BadRequest)]
    [InlineData("evilother.example", HttpStatusCode.BadRequest)]
    [InlineData("leads.firm.example.evil.example", HttpStatusCode.BadRequest)]
    public async Task Only_the_names_of_the_setting_and_this_machines_own_are_answered(
        string host,
        HttpStatusCode status
    )
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("AllowedHosts", "leads.firm.example;.other.example")],
            role: "web"
        );
        foreach (var path in (string[])["/", "/health/", "/api/v1/healthcheck"])
        {
            using var answer = await AskAsync(app, host, path);
            Assert.Equal(status, answer.StatusCode);
            if (status == HttpStatusCode.BadRequest)
                Assert.StartsWith(
                    "This server does not answer to the host name",
                    await answer.Content.ReadAsStringAsync(),
                    StringComparison.Ordinal
                );
        }
    }

    [Theory]
    [InlineData("leads.firm.example", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:8000", HttpStatusCode.OK)]
    [InlineData("firm.example", HttpStatusCode.BadRequest)]
    [InlineData("anything.example", HttpStatusCode.BadRequest)]
    public async Task Without_names_that_of_the_public_address_is_the_one(string host, HttpStatusCode status)
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:PublicUrl", "https://leads.firm.example/intake")],
            role: "web"
        );

        using var answer = await AskAsync(app, host, "/");

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("firm.example;*")]
    public async Task A_star_is_any_name(string? setting)
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("AllowedHosts", setting)], role: "web");

        using var answer = await AskAsync(app, "anything.example", "/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("localhost", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::", true)]
    [InlineData("203.0.113.7", false)]
    public void Loopback_names_are_allowed_where_loopback_is_listened_on(string listensOn, bool allowed) =>
        Assert.Equal(
            allowed,
            AllowedHosts.Read("firm.example", listensOn).Contains("localhost", StringComparer.Ordinal)
        );

    [Theory]
    [InlineData("https://firm.example")]
    [InlineData("firm.example/")]
    [InlineData("firm.example:8000")]
    [InlineData("*.*.example")]
    [InlineData("fi rm")]
    public void A_name_that_is_none_is_refused_by_name(string name)
    {
        var problem = Assert.Throws<CannotStartException>(() => AllowedHosts.Read($"a.example,{name}", "127.0.0.1"));

        Assert.Contains($"names {name};", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.7, 10.1.0.0/16;2001:db8::/32", 1, 2)]
    [InlineData("", 0, 0)]
    public void Proxies_are_addresses_and_networks(string setting, int addresses, int networks)
    {
        var options = new ForwardedHeadersOptions();

        TrustedProxies.Trust(options, setting);

        Assert.Equal((addresses, networks), (options.KnownProxies.Count, options.KnownIPNetworks.Count));
        Assert.Equal(addresses + networks == 0, options.ForwardedHeaders == ForwardedHeaders.None);
    }

    [Theory]
    [InlineData("proxy.example")]
    [InlineData("10.0.0.0/33")]
    public void A_proxy_that_is_no_address_is_refused_by_name(string proxy)
    {
        var problem = Assert.Throws<CannotStartException>(() => TrustedProxies.Trust(new(), $"10.0.0.1,{proxy}"));

        Assert.Contains(proxy, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.0/8, ::1", true)]
    [InlineData("203.0.113.7", false)]
    [InlineData("", false)]
    public async Task Only_a_named_proxy_says_who_a_client_is_and_that_it_came_by_HTTPS(string proxies, bool believed)
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Web:TrustedProxies", proxies),
                new("RateLimits:Enabled", "true"),
                new("RateLimits:Submissions:PerMinute", "0.01"),
                new("RateLimits:Submissions:Burst", "1"),
            ],
            role: "web"
        );
        await app.CreateUserAsync(Role.Attorney, "maria");
        var statuses = new List<HttpStatusCode>();
        foreach (var client in (string[])["203.0.113.1", "203.0.113.2", "6.6.6.6, 203.0.113.2"])
        {
            using var form = new Prospect().ToForm();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/leads", UriKind.Relative));
            request.Content = form;
            request.Headers.Add("X-Forwarded-For", client);
            using var answer = await app.Client.SendAsync(request);
            statuses.Add(answer.StatusCode);
        }

        // The last one made up the first address; what the proxy saw is the second client again.
        Assert.Equal(
            believed
                ? [HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.TooManyRequests]
                : [HttpStatusCode.Created, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests],
            statuses
        );

        using var visitor = app.NewClient();
        visitor.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        visitor.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var page = await visitor.GetAsync(new Uri("/signin", UriKind.Relative));
        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        Assert.Equal(believed, cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_frameworks_switch_that_believes_everybody_is_refused()
    {
        var problem = Assert.Throws<CannotStartException>(() =>
            EnvironmentSettings.ToConfiguration(
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true",
                }
            )
        );

        Assert.Contains("TRUSTED_PROXIES", problem.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> AskAsync(AnteroomApp app, string host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Host = host;
        return await app.Client.SendAsync(request);
    }
}
