using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Admin;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anteroom.Tests.Operations;

/// <summary>What is wrong stands on every administrator's page with what to do, and is told when it begins and when it ends.</summary>
[Trait("Category", "Slow")]
public sealed class AttentionTests(TestDatabases databases)
{
    private const string Secret = "a secret of twenty-four characters";

    private sealed record Post(string Body, string Id, string At, string Signature);

    /// <summary>A server that keeps what is posted to it, and answers as it is told.</summary>
    private sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        public ConcurrentQueue<Post> Posts { get; } = new();

        /// <summary>Answers before the good one.</summary>
        public ConcurrentQueue<int> Refusals { get; } = new();

        public string Address => app.Urls.Single();

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var receiver = new Receiver(app);
            app.MapPost(
                "/hook",
                async (HttpRequest request) =>
                {
                    using var reader = new StreamReader(request.Body);
                    receiver.Posts.Enqueue(
                        new(
                            await reader.ReadToEndAsync(),
                            request.Headers["webhook-id"]!,
                            request.Headers["webhook-timestamp"]!,
                            request.Headers["webhook-signature"]!
                        )
                    );
                    return Results.StatusCode(receiver.Refusals.TryDequeue(out var status) ? status : 204);
                }
            );
            await app.StartAsync();
            return receiver;
        }

        public async Task<Post> NextAsync(int number)
        {
            var limit = DateTime.UtcNow + TimeSpan.FromSeconds(60);
            while (Posts.Count < number)
            {
                Assert.True(DateTime.UtcNow < limit, $"{Posts.Count} posts");
                await Task.Delay(50);
            }

            return Posts.ElementAt(number - 1);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    private static Task LookAsync(AnteroomApp app) =>
        app.Services.GetRequiredService<LookForTrouble>().RunAsync(CancellationToken.None);

    private static async Task<string[]> WrongAsync(AnteroomApp app)
    {
        await LookAsync(app);
        return await app.TextsAsync("select name from conditions where detail is not null order by name");
    }

    private static async Task<string> WordsAsync(HttpClient client, string address) =>
        (await client.OpenAsync(address)).Body!.Words();

    [Fact]
    public async Task What_begins_and_ends_is_told_once_each_by_email_and_by_a_signed_webhook_that_is_tried_again()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Refusals.Enqueue(500);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Attention:WebhookUrl", $"{receiver.Address}/hook"),
                new("Attention:WebhookSecret", Secret),
                new("Firm:PublicUrl", "https://intake.example.com"),
            ]
        );
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await app.ExecuteAsync(
            "insert into work (id, kind, subject, state, attempts, next_attempt_at, created_at) values (gen_random_uuid(), 'reach_out', gen_random_uuid(), 'failed', 9, now(), now())"
        );
        await LookAsync(app);

        await app.WaitUntilAsync("select count(*) = 1 from emails where kind = 'alarm'");
        await receiver.NextAsync(1);
        await app.ExecuteAsync("update outbox set next_attempt_at = now() where channel = 'webhook'");
        var again = await receiver.NextAsync(2);
        Assert.Equal(receiver.Posts.First().Id, again.Id);
        Assert.Equal(
            $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{again.Id}.{again.At}.{again.Body}")))}",
            again.Signature
        );
        var began = JsonDocument.Parse(again.Body).RootElement;
        Assert.Equal("attention.began", began.GetProperty("type").GetString());
        Assert.Equal("given_up@work.reach_out", began.GetProperty("data").GetProperty("name").GetString());
        Assert.Equal(
            "https://intake.example.com/admin/queues?queue=work.reach_out",
            began.GetProperty("data").GetProperty("link").GetString()
        );
        Assert.Contains(
            "This needs you: 1 item of “Reach out in time” was given up.",
            await WordsAsync(root, "/leads"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "See why, and have it tried again",
            await WordsAsync(root, "/admin/operations"),
            StringComparison.Ordinal
        );
        using (var attorney = await app.SignedInAsync(Role.Attorney, "maria"))
            Assert.DoesNotContain("needs you", await WordsAsync(attorney, "/leads"), StringComparison.Ordinal);

        await app.ExecuteAsync("delete from work where state = 'failed'");
        await LookAsync(app);

        await app.WaitUntilAsync("select count(*) = 1 from emails where kind = 'alarm_over'");
        var ended = JsonDocument.Parse((await receiver.NextAsync(3)).Body).RootElement;
        Assert.Equal("attention.ended", ended.GetProperty("type").GetString());
        Assert.Contains(
            "Over in the last week: 1",
            await WordsAsync(root, "/admin/operations"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("needs you", await WordsAsync(root, "/leads"), StringComparison.Ordinal);
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from emails where kind = 'alarm'"));
    }

    [Theory]
    [InlineData(
        "insert into queue_controls (queue, kind, paused_at, paused_by) values ('email', 'welcome', now() - interval '25 hours', 'root')",
        "queue_paused@emails.welcome",
        "delete from queue_controls"
    )]
    [InlineData(
        "insert into work (id, kind, subject, state, attempts, next_attempt_at, created_at, leased_until, claim) values (gen_random_uuid(), 'assign', gen_random_uuid(), 'working', 1, now(), now(), now() - interval '3 minutes', gen_random_uuid())",
        "lease@work.assign",
        "delete from work"
    )]
    [InlineData(
        "insert into outbox (id, channel, kind, to_address, text, message_id, state, next_attempt_at, created_at, failed_at) select gen_random_uuid(), 'sms', 'reminder', '1', 'x', number::text, 'failed', now(), now(), now() from generate_series(1, 10) number",
        "refused@sms.reminder",
        "delete from outbox"
    )]
    [InlineData(
        "insert into nodes values (7, 'elsewhere', 12, 'worker', '1', now() - interval '1 hour', now() - interval '2 minutes', null, 1, 50, 100, 0)",
        "node_missing@elsewhere/12",
        "update nodes set ended_at = now() where id = 7"
    )]
    public async Task Each_kind_of_trouble_is_found_and_over_when_it_is_gone(string harm, string name, string heal)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.WaitUntilAsync("select pg_postmaster_start_time() < now() - interval '30 seconds'");
        Assert.Empty(await WrongAsync(app));

        await app.ExecuteAsync(harm);
        Assert.Equal([name], await WrongAsync(app));
        Assert.Equal([name], await WrongAsync(app));
        Assert.True(
            await app.ValueAsync<bool>("select detail <> '' and advice <> '' and link like '/admin/%' from conditions")
        );

        await app.ExecuteAsync(heal);
        Assert.Empty(await WrongAsync(app));
    }

    [Fact]
    public async Task A_nearly_full_disk_and_a_wrong_clock_of_a_node_that_lives_are_found()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.WaitUntilAsync("select exists (select from nodes)");
        await app.ExecuteAsync("update nodes set disk_bytes = 1000, disk_free_bytes = 99");
        Assert.StartsWith("disk@", Assert.Single(await WrongAsync(app)), StringComparison.Ordinal);
        await app.ExecuteAsync("update nodes set disk_free_bytes = 110"); // not over at once
        Assert.Single(await WrongAsync(app));
        await app.ExecuteAsync("update nodes set disk_free_bytes = 130, clock_ahead_seconds = -2.5");
        Assert.StartsWith("clock@", Assert.Single(await WrongAsync(app)), StringComparison.Ordinal);
        Assert.Contains(
            "behind the database's",
            await app.ValueAsync<string>("select detail from conditions"),
            StringComparison.Ordinal
        );
        await app.ExecuteAsync("update nodes set clock_ahead_seconds = 0.2");
        Assert.Empty(await WrongAsync(app));
    }

    [Fact]
    public async Task Two_processes_of_a_machine_are_two_nodes_and_one_that_is_missing_can_be_forgotten()
    {
        var database = await databases.CreateAsync();
        await using var web = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        await using var all = await AnteroomApp.StartAsync(databases, connectionString: database);
        await web.WaitUntilAsync("select count(*) = 2 from nodes");
        using var root = await web.SignedInAsync(Role.Administrator, "root");
        await web.ExecuteAsync(
            "insert into nodes values (7, 'elsewhere', 12, 'worker', '1', now() - interval '1 hour', now() - interval '2 minutes', null, 1, 50, 100, 0)"
        );

        var page = await root.OpenAsync("/admin/operations");
        var rows = page.QuerySelectorAll("tr[id^=node-]").Select(row => row.TextContent).ToList();
        Assert.Equal(3, rows.Count);
        Assert.Equal(2, rows.Count(row => row.Contains("Running", StringComparison.Ordinal)));
        Assert.Single(rows, row => row.Contains("Missing", StringComparison.Ordinal));

        using (await root.SendFormAsync(page.Form("/admin/operations/nodes/7/forget"))) { }
        Assert.Equal(2, (await root.OpenAsync("/admin/operations")).QuerySelectorAll("tr[id^=node-]").Length);
    }

    [Theory]
    [InlineData("http://hooks.example.com/x", Secret, "has to begin with https://")]
    [InlineData("ftp://localhost/x", Secret, "has to begin with https://")]
    [InlineData("https://169.254.169.254/latest", Secret, "not one to send to")]
    [InlineData("https://[::ffff:169.254.169.254]/", Secret, "not one to send to")]
    [InlineData("https://root:word@hooks.example.com/", Secret, "leave out a name or password")]
    [InlineData("hooks", Secret, "begins with https://")]
    [InlineData("https://hooks.example.com/x", "short", "at least 24 characters")]
    [InlineData("https://hooks.example.com/x", "", "enter a secret")]
    public async Task An_address_or_secret_that_is_not_safe_is_not_saved(string url, string secret, string words)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var page = await root.OpenAsync("/admin/settings");

        using var answer = await root.SendFormAsync(
            page.Form("/admin/settings/attention"),
            ("attention_webhook_url", url),
            ("attention_webhook_secret", secret)
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(words, (await answer.PageAsync()).Body!.Words(), StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("settings"));
    }

    [Fact]
    public async Task The_secret_is_kept_encrypted_and_goes_to_no_other_address_unless_it_is_entered_again()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using (
            var saved = await root.SendFormAsync(
                (await root.OpenAsync("/admin/settings")).Form("/admin/settings/attention"),
                ("attention_webhook_url", "https://hooks.example.com/x"),
                ("attention_webhook_secret", Secret)
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        Assert.DoesNotContain(Secret, await app.TextsAsync("select value from settings"), StringComparer.Ordinal);
        var page = await root.OpenAsync("/admin/settings");
        Assert.DoesNotContain(Secret, page.DocumentElement.OuterHtml, StringComparison.Ordinal);

        using var moved = await root.SendFormAsync(
            page.Form("/admin/settings/attention"),
            ("attention_webhook_url", "https://elsewhere.example.com/x"),
            ("attention_webhook_secret", "")
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, moved.StatusCode);
    }

    [Fact]
    public async Task A_webhook_that_is_not_this_machines_is_not_followed_there_by_its_name()
    {
        // Names are resolved when the message goes out: plain HTTP goes to this machine only.
        Assert.True(WebhookGuard.MayReach(IPAddress.Loopback, new("http://localhost:1/")));
        Assert.False(WebhookGuard.MayReach(IPAddress.Parse("10.0.0.1"), new("http://localhost:1/")));
        Assert.True(WebhookGuard.MayReach(IPAddress.Parse("10.0.0.1"), new("https://alerts.firm.example/")));
        Assert.False(WebhookGuard.MayReach(IPAddress.Parse("169.254.169.254"), new("https://alerts.firm.example/")));
        Assert.False(WebhookGuard.MayReach(IPAddress.Any, new("https://alerts.firm.example/")));
        Assert.False(WebhookGuard.MayReach(IPAddress.Parse("fe80::1"), new("https://alerts.firm.example/")));
        Assert.False(WebhookGuard.MayReach(IPAddress.Parse("fd00:ec2::254"), new("https://alerts.firm.example/")));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_job_that_failed_needs_attention_until_it_has_succeeded()
    {
        await using var app = await AnteroomApp.StartAsync(databases, schedule: true);
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await app.ExecuteAsync("alter table lead_viewers rename to lead_viewers_gone");
        using (
            await root.SendFormAsync(
                (await root.OpenAsync("/admin/schedule/expired")).Form("/admin/schedule/expired/run")
            )
        ) { }
        await app.WaitUntilAsync("select exists (select from conditions where name = 'job_failed@expired')");
        Assert.Contains("Expired sign-ins and tokens", await WordsAsync(root, "/leads"), StringComparison.Ordinal);

        await app.ExecuteAsync("alter table lead_viewers_gone rename to lead_viewers");
        using (
            await root.SendFormAsync(
                (await root.OpenAsync("/admin/schedule/expired")).Form("/admin/schedule/expired/run")
            )
        ) { }
        await app.WaitUntilAsync("select not exists (select from conditions where name = 'job_failed@expired')");
    }

    [Fact]
    public async Task An_operator_begins_at_operations_and_sees_no_lead()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect { FirstName = "Ada" }.IsAcceptedAsync(app);
        using var operations = await app.SignedInAsync(Role.Operator, "otto");

        using var first = await operations.GetAsync(new Uri("/leads", UriKind.Relative));
        Assert.Equal("/admin/operations", first.Headers.Location?.ToString());
        foreach (
            var address in (string[])
                ["/admin/operations", "/admin/queues?state=any", "/admin/schedule", "/admin/schedule/backup"]
        )
        {
            var page = await operations.OpenAsync(address);
            Assert.DoesNotContain(
                "ada@example.com",
                page.DocumentElement.OuterHtml,
                StringComparison.OrdinalIgnoreCase
            );
            Assert.DoesNotContain(
                page.Forms,
                form => form.Method == "post" && !form.Action.EndsWith("/signout", StringComparison.Ordinal)
            );
            Assert.Empty(page.QuerySelectorAll("a[href^='/leads']"));
        }
    }
}
