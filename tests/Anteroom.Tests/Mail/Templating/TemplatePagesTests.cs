using System.Net;
using Anteroom.Mail;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Mail.Templating;

/// <summary>Administrators change the words of emails.</summary>
[Trait("Category", "Slow")]
public sealed class TemplatePagesTests(TestDatabases databases)
{
    private const string Address = "/admin/templates/confirmation";

    private static readonly KeyValuePair<string, string?>[] Settings =
    [
        new("Firm:Name", "Byron & Partners"),
        new("Firm:NotifyAddresses", "attorney@firm.example"),
    ];

    [Fact]
    public async Task A_saved_text_is_what_prospects_get_on_every_node_until_it_is_reset()
    {
        var database = await databases.CreateAsync();
        await using var app = await AnteroomApp.StartAsync(databases, Settings, database, role: "web");
        await using var other = await AnteroomApp.StartAsync(databases, Settings, database, role: "web");
        await other.WaitUntilAsync(
            "select count(*) >= 2 from pg_stat_activity where query ilike 'listen%' and datname = current_database()"
        );
        using var office = await app.SignedInAsync(Role.Administrator, "office", "Grace Whitfield");
        Assert.Contains("Original", await WordsOfAsync(office, "/admin/templates"), StringComparison.Ordinal);

        using (
            var saved = await SaveAsync(
                office,
                "Hello {{first_name}}",
                "We have it, {{last_name}}.",
                "<p>Got <b>{{last_name}}</b></p>"
            )
        )
            Assert.Equal("/admin/templates", saved.Headers.Location?.ToString());
        Assert.Contains(
            "Changed Grace Whitfield",
            await WordsOfAsync(office, "/admin/templates"),
            StringComparison.Ordinal
        );
        await new Prospect { LastName = "<O'Neil>" }.IsAcceptedAsync(app);

        Assert.Equal("Hello Ada", await LatestAsync(app, "subject"));
        Assert.StartsWith("We have it, <O'Neil>.\n\n-- \n", await LatestAsync(app, "text"), StringComparison.Ordinal);
        var html = await LatestAsync(app, "html");
        Assert.Contains("<p>Got <b>&lt;O'Neil&gt;</b></p>", html, StringComparison.Ordinal);
        Assert.Contains("Byron &amp; Partners</td>", html, StringComparison.Ordinal); // the firm's design
        await WaitForAsync(() => SubmitsAndReadsSubjectAsync(other), "Hello Ada");

        var editor = await office.OpenAsync(Address);
        Assert.Equal("Hello {{first_name}}", editor.QuerySelector("#f-subject")!.GetAttribute("value"));
        using (await office.SendFormAsync(editor.Form($"{Address}/reset"))) { }
        Assert.Equal(0, await app.CountAsync("mail_templates"));
        Assert.Contains("we have received", await SubmitsAndReadsSubjectAsync(app), StringComparison.Ordinal);
        await WaitForAsync(async () => (await SubmitsAndReadsSubjectAsync(other))[..16], "Byron & Partners");
    }

    [Fact]
    public async Task A_broken_text_is_refused_with_the_line_and_stays_in_the_form()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");

        using var refused = await SaveAsync(office, "Hello", "one\ntwo {{frist_name}}", "<p>{{#if phone}}</p>");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal(
            "Line 2: There is no merge field {{frist_name}}. Did you mean {{first_name}}?",
            await refused.ErrorAsync("text")
        );
        Assert.Equal("Line 1: {{#if …}} is not closed. Write {{/if}} behind it.", await refused.ErrorAsync("html"));
        var page = await refused.PageAsync();
        Assert.Equal("one\ntwo {{frist_name}}", page.QuerySelector("textarea[name=text]")!.TextContent);
        Assert.Null(page.QuerySelector("iframe"));
        Assert.Equal(0, await app.CountAsync("mail_templates"));
        Assert.Contains("we have received", await SubmitsAndReadsSubjectAsync(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preview_shows_a_real_lead_in_a_frame_that_can_do_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        var editor = await office.OpenAsync(Address);
        Assert.Contains("Dear Ada Lovelace", editor.QuerySelector(".mail-text")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("These values are examples.", editor.Body!.Words(), StringComparison.Ordinal);
        var number = await new Prospect { FirstName = "Siobhán", LastName = "<img src=x>" }.IsAcceptedAsync(app);
        await new Prospect { FirstName = "Other" }.IsAcceptedAsync(app);

        using var sent = await office.SendFormAsync(
            editor.Form(Address),
            ("subject", "To {{first_name}}"),
            ("text", "Text for {{last_name}} {{phone}}"),
            ("html", "<p>HTML for {{last_name}}</p>"),
            ("lead", $"{number}")
        );
        using var preview = await PreviewAsync(
            office,
            "To {{first_name}}",
            "Text for {{last_name}}",
            "<p>HTML for {{last_name}}</p>",
            $"{number}"
        );
        var page = await office.OpenAsync(preview.Headers.Location!.ToString());

        Assert.Equal("Subject To Siobhán", page.QuerySelector(".preview-subject")!.Words());
        Assert.StartsWith(
            "Text for <img src=x>",
            page.QuerySelector(".mail-text")!.TextContent,
            StringComparison.Ordinal
        );
        Assert.Equal("To {{first_name}}", page.QuerySelector("#f-subject")!.GetAttribute("value"));
        var frame = page.QuerySelector("iframe")!;
        Assert.Equal("", frame.GetAttribute("sandbox"));
        using var document = await office.GetAsync(new Uri(frame.GetAttribute("src")!, UriKind.Relative));
        var html = await document.Content.ReadAsStringAsync();
        Assert.Contains("<p>HTML for &lt;img src=x&gt;</p>", html, StringComparison.Ordinal);
        // Its way out is nobody's: a curious click must not opt a prospect out.
        Assert.Contains("/unsubscribe/example", html, StringComparison.Ordinal);
        var policy = Assert.Single(document.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.EndsWith("frame-ancestors 'self'; sandbox", policy, StringComparison.Ordinal);
        Assert.Equal("SAMEORIGIN", Assert.Single(document.Headers.GetValues("X-Frame-Options")));
        var missing = await office.OpenAsync($"{Address}?lead=99");
        Assert.Contains("There is no lead 99. These are examples.", missing.Body!.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_goes_through_the_outbox_to_whoever_asked_for_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office", "Grace Whitfield");
        var editor = await office.OpenAsync(Address);

        using var broken = await SendAsync(office, editor, "/test", "Hello", "{{nothing}}", "x");
        Assert.Equal(0, await app.CountAsync("emails"));
        using var answer = await SendAsync(office, editor, "/test", "Hello {{first_name}}", "Text", "<p>x</p>");

        var page = await office.OpenAsync(answer.Headers.Location!.ToString());
        Assert.Contains("on its way to your own address", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal("Hello {{first_name}}", page.QuerySelector("#f-subject")!.GetAttribute("value"));
        Assert.Equal(
            "office@firm.example|Grace Whitfield|[Test] Hello Ada|confirmation|queued",
            await app.ValueAsync<string>("select concat_ws('|', to_address, to_name, subject, kind, state) from emails")
        );
        Assert.Equal(0, await app.CountAsync("mail_templates"));
    }

    [Fact]
    public async Task Who_was_slower_does_not_overwrite_unseen_words()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web");
        using var grace = await app.SignedInAsync(Role.Administrator, "grace", "Grace Whitfield");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth", "Ruth Bader");
        var opened = await ruth.OpenAsync(Address);
        using (await SaveAsync(grace, "Grace's", "Text", "<p>x</p>")) { }

        using var late = await SendAsync(ruth, opened, "", "Ruth's", "Text", "<p>x</p>");

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        var page = await late.PageAsync();
        Assert.Contains("Grace Whitfield has changed this template", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal("Grace's", await app.ValueAsync<string>("select subject from mail_templates"));
        using var again = await SendAsync(ruth, page, "", "Ruth's", "Text", "<p>x</p>");
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Equal("Ruth's", await app.ValueAsync<string>("select subject from mail_templates"));
    }

    [Fact]
    public async Task A_text_that_cannot_be_used_gives_way_to_the_original_and_administrators_see_why()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");

        // As an older version may have left it, whose field no longer exists.
        await ExecuteAsync(app, "Old", "{{case_manager}}");
        Assert.Contains("we have received", await SubmitsAndReadsSubjectAsync(app), StringComparison.Ordinal);
        var list = await WordsOfAsync(office, "/admin/templates");
        Assert.Contains("Broken", list, StringComparison.Ordinal);
        Assert.Contains("There is no merge field {{case_manager}}.", list, StringComparison.Ordinal);

        // One that passes and fails all the same, with the values of one lead.
        await ExecuteAsync(app, "{{first_name}}", "Text");
        var own = app.Services.GetRequiredService<OwnTemplates>();
        var values = EmailKind.Confirmation.Facts().Examples().ToDictionary(StringComparer.Ordinal);
        values["first_name"] = "";
        var mail = app.Services.GetRequiredService<MailTemplates>().Render(EmailKind.Confirmation, values);
        Assert.Contains("we have received", mail.Subject, StringComparison.Ordinal);
        Assert.NotNull(own);
        await app.WaitUntilAsync("select failure is not null from mail_templates");
        Assert.Contains(
            "With these values the subject is empty.",
            await WordsOfAsync(office, "/admin/templates"),
            StringComparison.Ordinal
        );

        async Task ExecuteAsync(AnteroomApp app, string subject, string text)
        {
            await using var command = app.Database.CreateCommand(
                $"""
                insert into mail_templates (kind, subject, text, html, changed_by, changed_at)
                select 'confirmation', '{subject}', '{text}', '<p>x</p>', id, now() from users limit 1
                on conflict (kind) do update set subject = excluded.subject, text = excluded.text, changed_at = excluded.changed_at
                """
            );
            await command.ExecuteNonQueryAsync();
            await app.Services.GetRequiredService<OwnTemplates>().RefreshAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_kind_that_is_not_there_is_a_page_that_says_so()
    {
        await using var app = await AnteroomApp.StartAsync(databases, Settings, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");

        foreach (var kind in (string[])["nothing", "Confirmation", "1"])
        {
            using var answer = await office.GetAsync(new Uri($"/admin/templates/{kind}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        using var strange = await SaveAsync(office, "a\0b", "\0", "<p>\0</p>");
        Assert.InRange((int)strange.StatusCode, 400, 499);
    }

    private static async Task<HttpResponseMessage> SaveAsync(
        HttpClient client,
        string subject,
        string text,
        string html
    ) => await SendAsync(client, await client.OpenAsync(Address), "", subject, text, html);

    private static async Task<HttpResponseMessage> PreviewAsync(
        HttpClient client,
        string subject,
        string text,
        string html,
        string lead
    ) => await SendAsync(client, await client.OpenAsync(Address), "/preview", subject, text, html, lead);

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        AngleSharp.Html.Dom.IHtmlDocument page,
        string action,
        string subject,
        string text,
        string html,
        string lead = ""
    )
    {
        var form = page.Form(Address);
        form.SetAttribute("action", Address + action);
        return await client.SendFormAsync(form, ("subject", subject), ("text", text), ("html", html), ("lead", lead));
    }

    private static async Task<string> WordsOfAsync(HttpClient client, string address) =>
        (await client.OpenAsync(address)).Body!.Words();

    private static Task<string> LatestAsync(AnteroomApp app, string column) =>
        app.ValueAsync<string>($"select {column} from emails where kind = 'confirmation' order by id desc limit 1");

    private static async Task<string> SubmitsAndReadsSubjectAsync(AnteroomApp app)
    {
        await new Prospect().IsAcceptedAsync(app);
        return await LatestAsync(app, "subject");
    }

    private static async Task WaitForAsync(Func<Task<string>> read, string expected)
    {
        var patience = DateTime.UtcNow.AddMinutes(1);
        while (await read() is var seen && seen != expected)
        {
            Assert.True(DateTime.UtcNow < patience, $"“{seen}” never became “{expected}”.");
            await Task.Delay(20);
        }
    }
}
