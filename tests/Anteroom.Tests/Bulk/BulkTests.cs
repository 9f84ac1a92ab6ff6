using System.Net;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Tests.App;
using Anteroom.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Bulk;

/// <summary>One email to all leads of a filter.</summary>
[Trait("Category", "Slow")]
public sealed class BulkTests(TestDatabases databases)
{
    private static KeyValuePair<string, string?>[] Settings(int perMinute = 10) =>
        [
            new("Firm:Name", "Byron & Partners"),
            new("Firm:NotifyAddresses", "intake@firm.example"),
            new("Outreach:Enabled", "false"),
            new("Mail:BulkPerMinute", perMinute.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];

    [Fact]
    public async Task From_the_list_to_the_last_e_mail()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings(perMinute: 6000));
        await LeadAsync(app, "ada@example.com", "Ada");
        await LeadAsync(app, "ADA@example.com", "Ada again");
        await LeadAsync(app, "grace@example.com", "<Grace>");
        await LeadAsync(app, "out@example.com", "Out");
        await LeadAsync(app, "broken@example.com", "Broken");
        await LeadAsync(app, "other@example.com", "Other", "declined");
        await app.Services.GetRequiredService<ChangeOptOut>().OptOutAsync("Out@Example.com", CancellationToken.None);
        await ExecuteAsync(app, "update leads set needs_call = true where email = 'broken@example.com'");
        using var staff = await app.SignedInAsync(Role.Staff, "sam", "Sam Staff");

        // From the list, with its filter
        var list = await staff.OpenAsync("/leads?status=registered");
        var these = list.QuerySelectorAll("a").Single(link => link.Words() == "Email these").GetAttribute("href")!;
        Assert.Equal("/bulk/new?status=registered", these);
        var choice = await staff.OpenAsync(these);
        Assert.Contains(
            Joined(
                "2 people get this email. 5 leads match. Left out: 1 who opted out of automatic email 1 whose address is undeliverable 1 with the same address"
            ),
            Joined(choice.Body!.Words()),
            StringComparison.Ordinal
        );
        using var begun = await staff.SendFormAsync(choice.Form("/bulk", form => form.Method == "post"));
        var mailing = begun.Headers.Location!.ToString();

        // Written, wrong first
        using var wrong = await WriteAsync(staff, mailing, "News", "Dear {{first_nam}}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Equal(
            "Line 1: There is no merge field {{first_nam}}. Did you mean {{first_name}}?",
            await wrong.ErrorAsync("text")
        );
        using var written = await WriteAsync(
            staff,
            mailing,
            "News for {{first_name}}",
            "Dear {{first_name}},\n\nwe moved.{{#if attorney}} {{attorney}}{{/if}}"
        );
        Assert.Equal($"{mailing}/confirm", written.Headers.Location!.ToString());
        var frame = await staff.OpenAsync($"{mailing}/frame?lead=3");
        Assert.Contains("Dear <Grace>", frame.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from bulk_recipients"));

        // Confirmed, with two clicks
        var confirm = await staff.OpenAsync($"{mailing}/confirm");
        Assert.Contains("Send to 2 people", confirm.Body!.Words(), StringComparison.Ordinal);
        var clicks = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => staff.SendFormAsync(confirm.Form($"{mailing}/confirm")))
        );
        Assert.All(clicks, click => Assert.Equal(mailing, click.Headers.Location!.ToString()));
        await app.WaitUntilAsync("select count(*) = 2 and bool_and(state = 'sent') from emails where kind = 'bulk'");
        await app.WaitUntilAsync("select state = 'done' from bulk_mailings");

        Assert.Equal(
            [
                "<Grace> Lovelace <grace@example.com> sam@firm.example News for <Grace>",
                "Ada again Lovelace <ADA@example.com> sam@firm.example News for Ada again",
            ],
            await app.TextsAsync(
                "select to_name || ' <' || to_address || '> ' || reply_to || ' ' || subject from emails where kind = 'bulk' order by to_address desc"
            )
        );
        var html = await app.ValueAsync<string>("select html from emails where subject = 'News for <Grace>'");
        Assert.Contains("Dear &lt;Grace&gt;,</p>", html, StringComparison.Ordinal);
        Assert.Contains("/unsubscribe/", html, StringComparison.Ordinal);
        var mail = await File.ReadAllTextAsync(
            app.PickedUpMail()
                .Single(file =>
                    File.ReadAllText(file).Contains("<ADA@example.com>", StringComparison.Ordinal)
                    && File.ReadAllText(file).Contains("Subject: News", StringComparison.Ordinal)
                )
        );
        Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click", mail, StringComparison.Ordinal);
        var page = (await staff.OpenAsync(mailing)).Body!.Words();
        Assert.Contains(
            Joined("Sent 2 In the outbox 0 Still to come 0 Failed 0 Everything has been sent or has failed."),
            Joined(page),
            StringComparison.Ordinal
        );
        Assert.Contains("2 of 2 sent", (await staff.OpenAsync("/bulk")).Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("Bulk email", (await staff.OpenAsync("/leads/3")).Body!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_than_the_setting_go_out_within_any_minute_over_mailings_nodes_and_downtime()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var database = await databases.CreateAsync();
        await using var app = await StartAsync(database, clock);
        await using var other = await StartAsync(database, clock);
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        for (var i = 0; i < 15; i++)
            await LeadAsync(app, $"p{i}@example.com", "P");
        await MailAsync(staff, "First");
        await MailAsync(staff, "Second");
        await RunAsync(); // a twelfth of the setting for each mailing
        Assert.Equal(2, await app.CountAsync("emails where kind = 'bulk'"));

        var minutes = new List<long>();
        for (var step = 0; step < 24; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await RunAsync();
            minutes.Add(await WithinLastMinuteAsync(app, clock));
        }

        Assert.All(minutes, count => Assert.InRange(count, 0, 10));
        Assert.Equal(10, minutes.Max());
        Assert.Equal(22, await app.CountAsync("emails where kind = 'bulk'"));

        // Nobody works for an hour, and nothing is made up for.
        var before = await app.CountAsync("emails where kind = 'bulk'");
        clock.Advance(TimeSpan.FromHours(1));
        await RunAsync();
        Assert.Equal(before + 2, await app.CountAsync("emails where kind = 'bulk'"));
        for (var step = 0; step < 20; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            await RunAsync();
        }

        Assert.Equal(30, await app.CountAsync("emails where kind = 'bulk'"));
        Assert.Equal(
            30,
            await app.ValueAsync<long>("select count(distinct (bulk_id, lead_id)) from emails where kind = 'bulk'")
        );
        Assert.Equal(2, await app.CountAsync("bulk_mailings where state = 'done'"));
        Assert.Equal(0, await app.CountAsync("work where kind = 'bulk_email' and state <> 'done'"));

        async Task RunAsync()
        {
            await Task.WhenAll(((AnteroomApp[])[app, other]).Select(ReleaseAsync));
            await app.Services.GetRequiredService<DeliverOutbox>().DeliverDueAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task While_the_mail_server_is_down_no_more_than_a_minutes_share_piles_up()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await Mail.SmtpServer.StartAsync();
        await server.GoDownAsync();
        await using var app = await StartAsync(
            await databases.CreateAsync(),
            clock,
            new("Mail:Host", server.Host),
            new("Mail:Port", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
        );
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        for (var i = 0; i < 12; i++)
            await LeadAsync(app, $"p{i}@example.com", "P");
        await ExecuteAsync(app, "delete from emails");
        await MailAsync(staff, "News");

        for (var step = 0; step < 40; step++)
        {
            await ReleaseAsync(app);
            await app.Services.GetRequiredService<DeliverOutbox>().DeliverDueAsync(CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.Equal(10, await app.CountAsync("emails where kind = 'bulk'"));
    }

    [Fact]
    public async Task What_is_cancelled_never_goes_and_who_opts_out_meanwhile_is_left_out()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(await databases.CreateAsync(), clock);
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        for (var i = 0; i < 4; i++)
            await LeadAsync(app, $"p{i}@example.com", "P");
        var mailing = await MailAsync(staff, "News");
        await ReleaseAsync(app); // to p3, the newest
        var optOuts = app.Services.GetRequiredService<ChangeOptOut>();
        await optOuts.OptOutAsync("p2@example.com", CancellationToken.None);
        await optOuts.OptOutAsync("p3@example.com", CancellationToken.None);
        await app.Services.GetRequiredService<DeliverOutbox>().DeliverDueAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(6));
        await ReleaseAsync(app);
        await app.Services.GetRequiredService<DeliverOutbox>().DeliverDueAsync(CancellationToken.None);

        var page = await staff.OpenAsync(mailing);
        Assert.Contains(
            Joined("Sent 1 In the outbox 0 Still to come 1 Failed 0 Skipped 2"),
            Joined(page.Body!.Words()),
            StringComparison.Ordinal
        );
        using (await staff.SendFormAsync(page.Form($"{mailing}/cancel"))) { }
        clock.Advance(TimeSpan.FromHours(1));
        await ReleaseAsync(app);

        Assert.Equal(
            ["p1@example.com sent", "p3@example.com cancelled"],
            await app.TextsAsync("select to_address || ' ' || state from emails where kind = 'bulk' order by 1")
        );
        Assert.Equal(["cancelled"], await app.TextsAsync("select state from bulk_mailings"));
        page = await staff.OpenAsync(mailing);
        Assert.Contains(Joined("Never sent 1"), Joined(page.Body!.Words()), StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll($"form[action='{mailing}/cancel']"));
    }

    [Fact]
    public async Task Who_has_to_be_called_or_is_in_the_trash_by_the_time_it_goes_is_left_out()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(await databases.CreateAsync(), clock);
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        for (var i = 0; i < 3; i++)
            await LeadAsync(app, $"p{i}@example.com", "P");
        await MailAsync(staff, "News");
        await ExecuteAsync(app, "update leads set needs_call = true where email = 'p2@example.com'");
        await ExecuteAsync(app, "update leads set deleted_at = now() where email = 'p1@example.com'");

        for (var i = 0; i < 3; i++)
        {
            await ReleaseAsync(app);
            await app.Services.GetRequiredService<DeliverOutbox>().DeliverDueAsync(CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.Equal(
            ["p0@example.com"],
            await app.TextsAsync("select to_address from emails where kind = 'bulk' order by 1")
        );
    }

    [Fact]
    public async Task Another_number_of_people_than_the_one_that_was_confirmed_is_asked_again()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings(), role: "web");
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        await LeadAsync(app, "one@example.com", "One");
        var mailing = await DraftAsync(staff, "News");
        var confirm = await staff.OpenAsync($"{mailing}/confirm");
        await LeadAsync(app, "two@example.com", "Two");

        using var asked = await staff.SendFormAsync(confirm.Form($"{mailing}/confirm"));

        Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
        var page = await asked.PageAsync();
        Assert.Contains("Send to 2 people", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("bulk_recipients"));
        using (await staff.SendFormAsync(page.Form($"{mailing}/confirm"))) { }
        Assert.Equal(2, await app.CountAsync("bulk_recipients"));
        // Fixed from now on.
        await LeadAsync(app, "three@example.com", "Three");
        using (await WriteAsync(staff, mailing, "Changed", "Changed")) { }
        Assert.Equal(2, await app.CountAsync("bulk_recipients"));
        Assert.Equal(["News"], await app.TextsAsync("select subject from bulk_mailings"));
        Assert.Equal(1, await app.CountAsync("work where kind = 'bulk_email'"));
    }

    [Fact]
    public async Task Attorneys_reach_only_leads_in_their_sight_and_see_only_their_own_mailings()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [.. Settings(), new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        using var daniel = await app.SignedInAsync(Role.Attorney, "daniel");
        await LeadAsync(app, "mine@example.com", "Mine");
        await LeadAsync(app, "his@example.com", "His");
        await LeadAsync(app, "nobodys@example.com", "Nobody's");
        await ExecuteAsync(
            app,
            "update leads set assigned_to = (select id from users where user_name = 'maria') where email = 'mine@example.com'"
        );
        await ExecuteAsync(
            app,
            "update leads set assigned_to = (select id from users where user_name = 'daniel') where email = 'his@example.com'"
        );

        var mailing = await MailAsync(maria, "News");

        Assert.Equal(
            ["mine@example.com", "nobodys@example.com"],
            await app.TextsAsync("select email from bulk_recipients join leads on leads.id = lead_id order by 1")
        );
        using var his = await daniel.GetAsync(new Uri(mailing, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, his.StatusCode);
        Assert.DoesNotContain("News", (await daniel.OpenAsync("/bulk")).Body!.Words(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status=registered&q=ada", "2 people")]
    [InlineData("q=ada", "3 people")]
    [InlineData("practice_area=Family", "1 person")]
    [InlineData("status=declined&status=registered", "4 people")]
    [InlineData("assigned_to=none", "4 people")]
    [InlineData("assigned_to=me", "0 people")]
    [InlineData("created_from=2020-01-01&created_to=2020-12-31", "0 people")]
    [InlineData("created_from=2020-01-01T00:00:00Z", "4 people")]
    [InlineData("created_to=2999-01-01", "4 people")]
    [InlineData("created_from=yesterday", null)]
    [InlineData("status=nothing", null)]
    [InlineData("assigned_to=nobody", null)]
    public async Task The_filter_is_that_of_the_list(string query, string? people)
    {
        var app = await Shared.StartAsync(databases);
        using var staff = await Shared.SignInAsync(app);

        using var answer = await staff.GetAsync(new Uri($"/bulk/new?{query}", UriKind.Relative));

        Assert.Equal(people is null ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.OK, answer.StatusCode);
        var words = (await answer.PageAsync()).Body!.Words();
        if (people is not null)
            Assert.Contains(
                $"{people.Replace("person", "person gets", StringComparison.Ordinal).Replace("people", "people get", StringComparison.Ordinal)} this email.",
                words,
                StringComparison.Ordinal
            );
    }

    /// <summary>An app with four leads, which the tests of the filter only read.</summary>
    private static class Shared
    {
        private static readonly SemaphoreSlim Once = new(1);
        private static AnteroomApp? _app;

        public static async Task<AnteroomApp> StartAsync(TestDatabases databases)
        {
            await Once.WaitAsync();
            try
            {
                if (_app is not null)
                    return _app;
                var started = await AnteroomApp.StartAsync(databases, Settings(), role: "web");
                await started.CreateUserAsync(Role.Staff, "sam");
                await LeadAsync(started, "ada1@example.com", "Ada");
                await LeadAsync(started, "ada2@example.com", "Ada", "declined");
                await LeadAsync(started, "x@example.com", "Adam");
                await LeadAsync(started, "family@example.com", "Grace", area: "Family");
                return _app = started;
            }
            finally
            {
                Once.Release();
            }
        }

        public static async Task<HttpClient> SignInAsync(AnteroomApp app)
        {
            var client = app.NewClient();
            using var answer = await client.SignInAsync("sam", AnteroomApp.Password);
            return client;
        }
    }

    // Elements beside each other have no blank between their texts.
    private static string Joined(string words) => words.Replace(" ", "", StringComparison.Ordinal);

    private Task<AnteroomApp> StartAsync(
        string database,
        FakeTimeProvider clock,
        params KeyValuePair<string, string?>[] settings
    ) =>
        AnteroomApp.StartAsync(
            databases,
            [.. Settings(), .. settings],
            database,
            services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );

    private static Task ReleaseAsync(AnteroomApp app) =>
        app.Services.GetRequiredService<DoWork>().RunDueAsync(WorkKind.BulkEmail, CancellationToken.None);

    private static async Task<long> WithinLastMinuteAsync(AnteroomApp app, FakeTimeProvider clock)
    {
        await using var command = app.Database.CreateCommand(
            "select count(*) from emails where kind = 'bulk' and greatest(created_at, sent_at) > $1"
        );
        command.Parameters.AddWithValue(clock.GetUtcNow() - TimeSpan.FromMinutes(1));
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task LeadAsync(
        AnteroomApp app,
        string email,
        string firstName,
        string status = "registered",
        string? area = null
    )
    {
        var number = await new Prospect
        {
            Email = email,
            FirstName = firstName,
            PracticeArea = area,
        }.IsAcceptedAsync(app);
        if (status != "registered")
            await ExecuteAsync(app, $"update leads set status = '{status}' where number = {number}");
    }

    private static async Task ExecuteAsync(AnteroomApp app, string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<HttpResponseMessage> WriteAsync(
        HttpClient client,
        string mailing,
        string subject,
        string text
    )
    {
        // The form of a page that was opened when the mailing was a draft.
        var page = await client.OpenAsync("/bulk/new");
        var form = page.Form("/bulk", form => form.Method == "post");
        form.SetAttribute("action", mailing);
        return await client.SendFormAsync(form, ("subject", subject), ("text", text), ("html", ""));
    }

    private static async Task<string> DraftAsync(HttpClient client, string subject)
    {
        var choice = await client.OpenAsync("/bulk/new");
        using var begun = await client.SendFormAsync(choice.Form("/bulk", form => form.Method == "post"));
        var mailing = begun.Headers.Location!.ToString();
        using var written = await WriteAsync(client, mailing, subject, "Dear {{first_name}}");
        Assert.Equal($"{mailing}/confirm", written.Headers.Location!.ToString());
        return mailing;
    }

    private static async Task<string> MailAsync(HttpClient client, string subject)
    {
        var mailing = await DraftAsync(client, subject);
        var confirm = await client.OpenAsync($"{mailing}/confirm");
        using var done = await client.SendFormAsync(confirm.Form($"{mailing}/confirm"));
        Assert.Equal(mailing, done.Headers.Location!.ToString());
        return mailing;
    }
}
