using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Http;
using Anteroom.Tests.App;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>How often one client may submit and sign in.</summary>
[Trait("Category", "Slow")]
public sealed class RateLimitTests(TestDatabases databases)
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private Task<AnteroomApp> StartAsync(
        int burst = 2,
        string? database = null,
        params (string Key, string Value)[] settings
    ) =>
        AnteroomApp.StartAsync(
            databases,
            [
                new("RateLimits:Enabled", "true"),
                new("RateLimits:Submissions:PerMinute", "6"),
                new("RateLimits:Submissions:Burst", burst.ToString(CultureInfo.InvariantCulture)),
                new("RateLimits:SignIns:PerMinute", "6"),
                new("RateLimits:SignIns:Burst", "20"),
                new("RateLimits:SignInsPerAccount:PerMinute", "6"),
                new("RateLimits:SignInsPerAccount:Burst", "3"),
                .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
            ],
            database,
            services => services.AddSingleton<TimeProvider>(_clock),
            role: "web"
        );

    [Theory]
    [InlineData("/", HttpStatusCode.SeeOther)]
    [InlineData("/apply", HttpStatusCode.SeeOther)]
    [InlineData("/api/leads/", HttpStatusCode.Created)]
    [InlineData("/api/v1/leads", HttpStatusCode.Created)]
    public async Task After_the_burst_a_client_waits_as_long_as_it_is_told_and_then_goes_on(
        string door,
        HttpStatusCode taken
    )
    {
        await using var app = await StartAsync();
        for (var i = 0; i < 2; i++)
            using (var answer = await new Prospect().SubmitsAsync(app, door))
                Assert.Equal(taken, answer.StatusCode);

        using var refused = await new Prospect().SubmitsAsync(app, door);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(2, await app.CountAsync("leads"));
        Assert.Empty(app.HalfReceivedFiles());

        _clock.Advance(TimeSpan.FromSeconds(9));
        using (var early = await new Prospect().SubmitsAsync(app, door))
            Assert.Equal(TimeSpan.FromSeconds(1), early.Headers.RetryAfter!.Delta);
        _clock.Advance(TimeSpan.FromSeconds(1));
        using (var again = await new Prospect().SubmitsAsync(app, door))
            Assert.Equal(taken, again.StatusCode);
        using var tooMany = await new Prospect().SubmitsAsync(app, door);
        Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.StatusCode);
    }

    [Fact]
    public async Task Each_door_says_it_in_its_own_words_and_the_form_keeps_what_was_typed()
    {
        await using var app = await StartAsync(burst: 1);
        await new Prospect().IsAcceptedAsync(app);

        using var django = await new Prospect().SubmitsAsync(app, "/api/leads/");
        Assert.Equal(
            """{"detail":"Request was throttled. Expected available in 10 seconds."}""",
            await django.Content.ReadAsStringAsync()
        );
        Assert.Equal("application/json", django.Content.Headers.ContentType!.MediaType);

        using var v1 = await new Prospect().SubmitsAsync(app, "/api/v1/leads");
        Assert.Equal("application/problem+json", v1.Content.Headers.ContentType!.MediaType);
        var problem = await v1.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(429, problem.GetProperty("status").GetInt32());
        Assert.Contains("10 seconds", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        using var form = await new Prospect { Message = "Help with a <visa>" }.SubmitsAsync(app);
        var page = await form.PageAsync();
        Assert.Contains("10 seconds", page.QuerySelector("[role=alert]")!.Words(), StringComparison.Ordinal);
        Assert.Equal("Ada", page.QuerySelector("[name=first_name]")!.GetAttribute("value"));
        Assert.Equal("Help with a <visa>", page.QuerySelector("[name=message]")!.TextContent.Trim());
    }

    [Fact]
    public async Task Of_many_at_once_on_two_nodes_exactly_the_burst_gets_through()
    {
        var database = await databases.CreateAsync();
        await using var one = await StartAsync(burst: 7, database);
        await using var other = await StartAsync(burst: 7, database);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => new Prospect().SubmitsAsync(i % 2 == 0 ? one : other, "/api/v1/leads"))
        );

        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(23, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(7, await one.CountAsync("leads"));
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Theory]
    [InlineData("maria")]
    [InlineData("nobody")]
    public async Task An_account_is_tried_so_often_and_no_more_whether_it_exists_or_not(string name)
    {
        await using var app = await StartAsync();
        await app.CreateUserAsync(Role.Attorney, "maria");
        string[] spellings = [name, name.ToUpperInvariant(), $" {name} "];
        foreach (var spelling in spellings)
            using (var answer = await app.NewClient().SignInAsync(spelling, "guess"))
                Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);

        using var refused = await app.NewClient().SignInAsync(name, AnteroomApp.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter!.Delta);
        var page = await refused.PageAsync();
        Assert.Contains("wait 10 seconds", page.QuerySelector("[role=alert]")!.Words(), StringComparison.Ordinal);
        Assert.Equal(name, page.QuerySelector("[name=username]")!.GetAttribute("value"));
        using var somebodyElse = await app.NewClient().SignInAsync("olga", "guess");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, somebodyElse.StatusCode);
        Assert.Equal(
            0,
            await app.ValueAsync<long>(
                "select count(*) from rate_limits where key ilike '%maria%' or key ilike '%nobody%'"
            )
        );
    }

    [Fact]
    public async Task An_address_tries_so_many_accounts_and_no_more()
    {
        await using var app = await StartAsync(settings: [("RateLimits:SignIns:Burst", "3")]);
        for (var i = 0; i < 3; i++)
            using (await app.NewClient().SignInAsync($"user{i}", "guess")) { }

        using var refused = await app.NewClient().SignInAsync("user4", "guess");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    [Fact]
    public async Task Buckets_that_are_full_again_are_removed()
    {
        await using var app = await StartAsync();
        await new Prospect().IsAcceptedAsync(app);
        using (await app.NewClient().SignInAsync("nobody", "guess")) { }
        Assert.Equal(4, await app.CountAsync("rate_limits"));

        _clock.Advance(TimeSpan.FromHours(1));
        await new Prospect().IsAcceptedAsync(app);

        Assert.Equal(1, await app.CountAsync("rate_limits"));
    }

    [Fact]
    public async Task While_the_database_is_away_nobody_is_limited()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Timeout=2");
        var limits = new RateLimits(
            nowhere,
            Options.Create(new RateLimitOptions()),
            _clock,
            new RefusalLog(_clock, NullLogger<RefusalLog>.Instance),
            NullLogger<RateLimits>.Instance
        );

        Assert.Null(await limits.ForSubmissionAsync(new DefaultHttpContext()));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("fe80::1%3", "fe80::/64")]
    [InlineData("::1", "::/64")]
    public void A_client_is_an_IPv4_address_or_an_IPv6_network(string address, string client) =>
        Assert.Equal(client, ClientAddress.Of(IPAddress.Parse(address)));

    [Theory]
    [InlineData("RateLimits:Submissions:PerMinute", "0")]
    [InlineData("RateLimits:Submissions:PerMinute", "NaN")]
    [InlineData("RateLimits:SignIns:Burst", "0")]
    [InlineData("RateLimits:SignInsPerAccount:PerMinute", "-1")]
    public async Task A_limit_that_makes_no_sense_stops_the_start_and_is_named(string key, string value)
    {
        var problem = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(settings: (key, value)));

        Assert.Contains(key, problem.Message, StringComparison.Ordinal);
    }
}
