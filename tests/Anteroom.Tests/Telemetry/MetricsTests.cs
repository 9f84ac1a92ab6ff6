using System.Net;
using System.Text.RegularExpressions;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Telemetry;

/// <summary>The page that Prometheus reads, and who may.</summary>
public sealed partial class MetricsTests(TestDatabases databases)
{
    private const string Token = "a-token-of-this-test";

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(AnteroomApp app, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var answer = await app.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Nobody_reads_metrics_unless_it_is_set_who_may()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(app)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(app, Token)).Status);
    }

    [Theory]
    [InlineData(Token, null, null, HttpStatusCode.Unauthorized)]
    [InlineData(Token, null, "a-token-of-another", HttpStatusCode.Unauthorized)]
    [InlineData(Token, null, Token, HttpStatusCode.OK)]
    [InlineData(null, "127.0.0.0/8, ::1", null, HttpStatusCode.OK)]
    [InlineData(null, "10.0.0.7", null, HttpStatusCode.Forbidden)]
    [InlineData(Token, "10.0.0.0/24", Token, HttpStatusCode.Forbidden)]
    [InlineData(Token, "127.0.0.1, ::1", null, HttpStatusCode.Unauthorized)]
    [InlineData(Token, "127.0.0.1, ::1", Token, HttpStatusCode.OK)]
    public async Task What_is_set_has_to_hold(string? token, string? networks, string? sent, HttpStatusCode status)
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Metrics:Token", token), new("Metrics:AllowedNetworks", networks)],
            role: "web",
            alone: true
        );

        Assert.Equal(status, (await AskAsync(app, sent)).Status);
    }

    [Theory]
    [InlineData("Metrics:Token", "short", "Metrics:Token is too short; it has to have 16 characters at least.")]
    [InlineData(
        "Metrics:AllowedNetworks",
        "the office",
        "Metrics:AllowedNetworks is the office; it has to be addresses or networks separated by commas, such as 10.0.0.7 or 10.0.0.0/24."
    )]
    public async Task Settings_that_guard_nothing_are_refused(string key, string value, string sentence)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var app = await AnteroomApp.StartAsync(databases, [new(key, value)], role: "web", alone: true);
        });

        Assert.Contains(sentence, $"{error}", StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task They_tell_of_submissions_queues_waits_promises_connections_and_disk()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Metrics:Token", Token)]);
        await app.CreateUserAsync(Role.Attorney, "maria");
        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select not exists (select from outbox where state <> 'sent')");

        var limit = DateTime.UtcNow + TimeSpan.FromMinutes(1);
        string text;
        do
        {
            (_, text) = await AskAsync(app, Token);
            Assert.True(DateTime.UtcNow < limit, text);
        } while (
            !text.Contains("anteroom_leads_waiting{otel_scope_name=\"Anteroom\"} 1", StringComparison.Ordinal)
            && await PauseAsync()
        );

        // Every line is one that Prometheus understands.
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(Line(), line));
        foreach (
            var name in (string[])
                [
                    "anteroom_submissions_total",
                    "anteroom_queue_items",
                    "anteroom_queue_oldest_age_seconds",
                    "anteroom_queue_attempts_total",
                    "anteroom_queue_wait_duration_seconds_bucket",
                    "anteroom_queue_process_duration_seconds_bucket",
                    "anteroom_mail_messages_total",
                    "anteroom_leads_waiting",
                    "anteroom_leads_oldest_age_seconds",
                    "anteroom_first_contact_leads",
                    "anteroom_first_contact_wait_seconds",
                    "system_filesystem_usage_bytes",
                    "db_client_connection_count",
                    "dotnet_gc_collections_total",
                ]
        )
            Assert.True(text.Contains($"\n{name}{{", StringComparison.Ordinal), $"{name} is not in {text}");
        Assert.Contains("anteroom_queue=\"scan_resume\"", text, StringComparison.Ordinal);
        Assert.Contains("anteroom_mail_kind=\"confirmation\"", text, StringComparison.Ordinal);
    }

    private static async Task<bool> PauseAsync()
    {
        await Task.Delay(200);
        return true;
    }

    // Prometheus' exposition formats, text and OpenMetrics.
    [GeneratedRegex(
        @"^(# (HELP|TYPE|UNIT) \S+.*|# EOF|[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\.)*"",?)*\})? \S+( \S+)?( # .*)?)\r?$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Line();
}
