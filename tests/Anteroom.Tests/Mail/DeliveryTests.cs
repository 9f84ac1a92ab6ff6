using System.Security.Cryptography;
using Anteroom.Mail;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Mail;

/// <summary>What becomes of the emails of a lead, against a real mail server.</summary>
[Trait("Category", "Slow")]
public sealed class DeliveryTests(TestDatabases databases)
{
    private static KeyValuePair<string, string?>[] Settings(
        SmtpServer server,
        params (string Key, string? Value)[] more
    ) =>
        [
            new("Mail:Host", server.Host),
            new("Mail:Port", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("Mail:From", "Byron & Partners <intake@firm.example>"),
            new("Firm:Name", "Byron & Partners"),
            new("Firm:NotifyAddresses", "attorney@firm.example"),
            .. more.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)),
        ];

    [Fact]
    public async Task Prospect_and_firm_both_get_their_mail_readable_and_escaped()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(databases, Settings(server));

        var number = await new Prospect
        {
            FirstName = "Siobhán",
            LastName = "O'Brien & Söhne",
            Message = "<script>alert(1)</script>",
        }.IsAcceptedAsync(app);
        var mails = await server.WaitForMailsAsync(2);

        var confirmation = mails.Single(mail => mail.To[0].Address == "ada@example.com");
        Assert.Equal("Siobhán O'Brien & Söhne", confirmation.To[0].Name);
        Assert.Equal(
            ("intake@firm.example", "Byron & Partners"),
            (confirmation.From[0].Address, confirmation.From[0].Name)
        );
        var code = await app.ValueAsync<string>("select code from leads");
        Assert.Equal($"Byron & Partners: we have received your inquiry ({code})", confirmation.Subject);
        Assert.Contains("Dear Siobhán O'Brien & Söhne,", confirmation.Text, StringComparison.Ordinal);
        Assert.Contains("Byron &amp; Partners", confirmation.Html, StringComparison.Ordinal);
        var notification = mails.Single(mail => mail.To[0].Address == "attorney@firm.example");
        Assert.Equal("ada@example.com", notification.ReplyTo[0].Address);
        Assert.Contains($"/leads/{number}", notification.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", notification.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", notification.Html, StringComparison.Ordinal);
        await app.WaitUntilAsync(
            "select bool_and(state = 'sent' and attempts = 1 and sent_at is not null) from emails"
        );
        Assert.Equal(2, await app.ValueAsync<long>("select count(*) from activities where kind = 'email_sent'"));
    }

    [Fact]
    public async Task A_connection_is_kept_for_the_next_message_and_one_that_was_closed_meanwhile_costs_nothing()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(databases, Settings(server, ("Mail:Connections", "1")));

        for (var i = 1; i <= 5; i++)
        {
            await new Prospect { Email = $"ada{i}@example.com" }.IsAcceptedAsync(app);
            await server.WaitForMailsAsync(2 * i);
        }

        Assert.InRange((await server.StateAsync()).Connections, 1, 4);

        await server.GoDownAsync();
        await server.ComeUpAsync();
        await new Prospect { Email = "ada6@example.com" }.IsAcceptedAsync(app);
        await server.WaitForMailsAsync(12);
        await app.WaitUntilAsync("select bool_and(state = 'sent' and attempts = 1) from emails");
    }

    [Fact]
    public async Task Mail_is_signed_for_the_domain_when_the_settings_name_a_key()
    {
        using var key = RSA.Create(2048);
        await using var server = await SmtpServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            Settings(
                server,
                ("Mail:Dkim:Selector", "mail2026"),
                ("Mail:Dkim:PrivateKey", key.ExportPkcs8PrivateKeyPem())
            )
        );

        await new Prospect().IsAcceptedAsync(app);

        Assert.All(
            await server.WaitForMailsAsync(2),
            mail =>
                Assert.Contains(
                    "d=firm.example; s=mail2026;",
                    Assert.Single(mail.Headers, header => header.Key == "dkim-signature").Line,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public async Task Without_a_mail_server_messages_are_put_into_the_pickup_folder()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "attorney@firm.example")]
        );

        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select count(*) = 2 and bool_and(state = 'sent') from emails");

        Assert.Equal(2, app.PickedUpMail().Count);
    }

    [Fact]
    public async Task The_commit_pokes_the_worker_so_that_nobody_waits_for_the_sweep()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Mail:Sweep", "01:00:00")]);
        await new Prospect().IsAcceptedAsync(app);
        await new Prospect().IsAcceptedAsync(app);

        await app.WaitUntilAsync("select count(*) = 2 and bool_and(state = 'sent') from emails");
    }

    [Fact]
    public async Task A_worker_on_another_node_hears_of_the_commit()
    {
        var database = await databases.CreateAsync();
        await using var worker = await AnteroomApp.StartAsync(
            databases,
            [new("Mail:Sweep", "01:00:00")],
            database,
            role: "worker"
        );
        await using var web = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        // The worker listens once its line is up; until then only its first look would find the mail.
        await web.WaitUntilAsync(
            "select count(*) >= 2 from pg_stat_activity where query ilike 'listen%' and datname = current_database()"
        );

        await new Prospect().IsAcceptedAsync(web);

        await web.WaitUntilAsync("select count(*) = 1 and bool_and(state = 'sent') from emails");
        Assert.Single(worker.PickedUpMail());
    }

    [Fact]
    public async Task A_recipient_refused_for_good_is_failed_at_once_and_the_other_mail_goes_out()
    {
        await using var server = await SmtpServer.StartAsync(new() { Refuse = [SmtpRefusal.Recipient("ada@")] });
        await using var app = await AnteroomApp.StartAsync(databases, Settings(server));

        var number = await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select bool_and(state in ('sent', 'failed')) from emails");

        Assert.Equal(
            "failed|1|t",
            await app.ValueAsync<string>(
                "select concat_ws('|', state, attempts, last_error like '%550%') from emails where kind = 'confirmation'"
            )
        );
        Assert.Equal("sent", await app.ValueAsync<string>("select state from emails where kind = 'notification'"));
        using var attorney = await app.SignedInAsync();
        var page = (await attorney.OpenAsync($"/leads/{number}")).Body!.Words();
        Assert.Contains("no such user", page, StringComparison.Ordinal);
        Assert.Contains("Failed", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_refusal_for_now_is_tried_again_with_the_same_message_id()
    {
        await using var server = await SmtpServer.StartAsync(
            new() { Refuse = [SmtpRefusal.RecipientForNow("ada@", times: 2)] }
        );
        await using var app = await AnteroomApp.StartAsync(
            databases,
            Settings(server, ("Mail:FirstRetry", "00:00:00.01"))
        );

        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select bool_and(state = 'sent') from emails");

        Assert.Equal(3, await app.ValueAsync<int>("select attempts from emails where kind = 'confirmation'"));
        var mail = Assert.Single(await server.MailsAsync(), mail => mail.To[0].Address == "ada@example.com");
        Assert.Equal(
            await app.ValueAsync<string>("select message_id from emails where kind = 'confirmation'"),
            mail.MessageId?.Trim('<', '>')
        );
    }

    [Fact]
    public async Task A_failed_try_is_put_off_by_a_minute_then_two_then_four_and_given_up_after_the_tenth()
    {
        await using var server = await SmtpServer.StartAsync(
            new() { Refuse = [SmtpRefusal.RecipientForNow(".", times: 1000)] }
        );
        var clock = new Clock();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            Settings(server, ("Firm:NotifyAddresses", "")),
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        await new Prospect().IsAcceptedAsync(app);
        var deliver = app.Services.GetRequiredService<DeliverOutbox>();
        var minutes = new List<double>();
        for (var attempt = 1; attempt < 10; attempt++)
        {
            await deliver.DeliverDueAsync(CancellationToken.None);
            Assert.Equal(attempt, await app.ValueAsync<int>("select attempts from emails"));
            var next = await app.ValueAsync<DateTime>("select next_attempt_at from emails");
            minutes.Add((next - clock.GetUtcNow().UtcDateTime).TotalMinutes);
            await deliver.DeliverDueAsync(CancellationToken.None); // too early: nothing is due
            clock.Now = new DateTimeOffset(next, TimeSpan.Zero);
        }

        await deliver.DeliverDueAsync(CancellationToken.None);

        double[] expected = [1, 2, 4, 8, 16, 32, 64, 128, 256];
        Assert.All(minutes.Zip(expected), pair => Assert.InRange(pair.First, pair.Second * 0.79, pair.Second * 1.21));
        Assert.Equal("failed|10", await app.ValueAsync<string>("select concat_ws('|', state, attempts) from emails"));
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from activities where kind = 'email_failed'"));
    }

    [Fact]
    public async Task A_mail_server_that_is_down_for_a_while_under_load_gets_every_mail_afterwards_once()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(databases, Settings(server));
        await server.GoDownAsync();
        await Task.WhenAll(
            Enumerable.Range(0, 60).Select(i => new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app))
        );
        await app.WaitUntilAsync(
            "select exists (select from emails where attempts > 0 and state = 'queued' and last_error is not null)"
        );
        await server.ComeUpAsync();

        await app.WaitUntilAsync("select count(*) = 120 and bool_and(state = 'sent') from emails");
        var mails = await server.MailsAsync();
        Assert.Equal(120, mails.Count);
        Assert.Equal(120, mails.Select(mail => mail.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task Refused_credentials_are_an_error_on_the_lead_and_nothing_is_sent_anonymously()
    {
        await using var server = await SmtpServer.StartAsync(
            new()
            {
                User = "u",
                Password = "right",
                InsecureAuth = true,
            }
        );
        await using var app = await AnteroomApp.StartAsync(
            databases,
            Settings(server, ("Mail:User", "u"), ("Mail:Password", "hunter2-secret"))
        );

        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync(
            "select bool_and(attempts > 0 and state = 'queued' and last_error is not null) from emails"
        );

        Assert.Empty(await server.MailsAsync());
        Assert.DoesNotContain(
            "hunter2-secret",
            await app.ValueAsync<string>("select string_agg(last_error, ' ') from emails"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_cannot_finish_what_another_has_taken_over()
    {
        var clock = new Clock();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        await new Prospect().IsAcceptedAsync(app);
        var outbox = app.Services.GetRequiredService<OutboxClaims>();
        var results = app.Services.GetRequiredService<OutboxResults>();
        var email = app.Services.GetServices<IChannel>().Single(channel => channel.Name == "email");
        var slow = Assert.Single(await outbox.ClaimAsync(email, 10, TimeSpan.FromMinutes(5), CancellationToken.None));
        Assert.Empty(await outbox.ClaimAsync(email, 10, TimeSpan.FromMinutes(5), CancellationToken.None));

        await app.ValueAsync<Guid>("update outbox set claimed_by = 0 where state = 'sending' returning id"); // as if another node had it
        clock.Now += TimeSpan.FromMinutes(6);
        var quick = Assert.Single(await outbox.ClaimAsync(email, 10, TimeSpan.FromMinutes(5), CancellationToken.None));
        await results.WriteAsync(DeliveryResult.Failed(slow, "too late"));
        Assert.Equal("sending", await app.ValueAsync<string>("select state from emails"));
        await results.WriteAsync(DeliveryResult.Sent(slow));
        Assert.Equal("sending", await app.ValueAsync<string>("select state from emails"));
        await results.WriteAsync(DeliveryResult.Sent(quick));

        Assert.Equal("sent|2", await app.ValueAsync<string>("select concat_ws('|', state, attempts) from emails"));
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from activities where kind = 'email_failed'"));
    }

    [Fact]
    public async Task Many_workers_at_once_send_each_mail_once()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(databases, Settings(server), role: "web");
        await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app))
        );
        var deliver = app.Services.GetRequiredService<DeliverOutbox>();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => deliver.DeliverDueAsync(CancellationToken.None)));

        var mails = await server.MailsAsync();
        Assert.Equal(100, mails.Count);
        Assert.Equal(100, mails.Select(mail => mail.MessageId).Distinct().Count());
        Assert.Equal(
            100,
            await app.ValueAsync<long>("select count(*) from emails where state = 'sent' and attempts = 1")
        );
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
