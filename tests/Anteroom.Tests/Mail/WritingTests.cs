using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Leads;
using Anteroom.Tests.Outreach;

namespace Anteroom.Tests.Mail;

/// <summary>Somebody of the firm writes to a prospect, and has an email sent again.</summary>
[Trait("Category", "Slow")]
public sealed class WritingTests(TestDatabases databases)
{
    [Fact]
    public async Task An_e_mail_goes_out_in_the_writers_name_makes_the_first_contact_and_takes_the_welcomes_place()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        using var desk = await firm.App.SignedInAsync(Role.Staff, "desk", "Dora Desk");
        var number = await new Prospect { LastName = "Lovelace & <Co>" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        var page = await desk.OpenAsync($"/leads/{number}");
        var snippet = page.QuerySelectorAll("#snippet option")
            .First(option => option.TextContent == "First conversation");
        page = await desk.OpenAsync($"/leads/{number}?snippet={snippet.GetAttribute("value")}");
        var form = page.Form($"/leads/{number}/email");
        Assert.Equal(
            "Your inquiry to Byron & Partners: when can we talk?",
            form.QuerySelector("[name=subject]")!.GetAttribute("value")
        );
        Assert.Contains(
            "Dear Ada Lovelace & <Co>,",
            form.QuerySelector("textarea")!.TextContent,
            StringComparison.Ordinal
        );

        using (var preview = await desk.SendFormAsync(form, ("do", "preview")))
        {
            Assert.Equal(HttpStatusCode.OK, preview.StatusCode);
            Assert.Contains(
                "Dora Desk <intake@firm.example>",
                (await preview.PageAsync()).QuerySelector(".letter")!.Words(),
                StringComparison.Ordinal
            );
        }

        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'personal'"));
        using (var sent = await desk.SendFormAsync(form, ("do", "send")))
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
        firm.Wait(TimeSpan.FromMinutes(10));
        await firm.App.WaitUntilAsync("select not exists (select from work where state in ('queued', 'working'))");
        await firm.MailIsOutAsync();

        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
        Assert.Equal(
            "desk",
            await firm.App.ValueAsync<string>("select user_name from leads join users on users.id = reached_out_by")
        );
        var mail = (await firm.Mail.MailsAsync()).Single(mail =>
            mail.Subject.StartsWith("Your inquiry to", StringComparison.Ordinal) && mail.ReplyTo.Count > 0
        );
        Assert.Equal(("intake@firm.example", "Dora Desk"), (mail.From[0].Address, mail.From[0].Name));
        Assert.Equal("desk@firm.example", mail.ReplyTo[0].Address);
        Assert.Contains(
            "Lovelace &amp; &lt;Co&gt;",
            await firm.App.ValueAsync<string>("select html from emails where kind = 'personal'"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "unsubscribe",
            await firm.App.ValueAsync<string>("select html || text from emails where kind = 'personal'"),
            StringComparison.OrdinalIgnoreCase
        );
        Assert.Contains(
            "moved this lead from Registered to Reached out in the name of Dora Desk",
            (await desk.OpenAsync($"/leads/{number}")).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Until_the_mail_server_has_it_nobody_has_reached_out_and_no_welcome_comes_between()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            new SmtpServerSettings { Refuse = [SmtpRefusal.Recipient("ada@example.com")] }
        );
        using var desk = await firm.App.SignedInAsync(Role.Staff, "desk");
        await firm.Mail.GoDownAsync();
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        firm.Wait(TimeSpan.FromMinutes(4));
        await firm.App.WaitUntilAsync(
            "select exists (select from emails where kind = 'welcome' and state = 'queued' and attempts > 0)"
        );

        using (await LeadPageTests.SendAsync(desk, number, "/email", ("subject", "Hello"), ("text", "I write myself.")))
        { }

        Assert.Equal(
            "registered|cancelled",
            await firm.App.ValueAsync<string>(
                "select status || '|' || (select state from emails where kind = 'welcome') from leads"
            )
        );
        await firm.Mail.ComeUpAsync();
        firm.Wait(TimeSpan.FromMinutes(30));
        await firm.App.WaitUntilAsync("select state = 'failed' from emails where kind = 'personal'");
        Assert.Equal(
            "registered|t",
            await firm.App.ValueAsync<string>("select concat_ws('|', status, needs_call) from leads")
        );
        var page = await desk.OpenAsync($"/leads/{number}?show=emails");
        Assert.Contains("Needs a phone call", page.Body!.Words(), StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll(".email-error"));
    }

    [Fact]
    public async Task What_is_empty_or_not_filled_in_is_not_sent_and_stays_in_the_form()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        foreach (
            var (subject, text, words) in new[]
            {
                ("", "x", "Please enter a subject."),
                ("x", " ", "Please write something."),
                ("x", "Dear {{first_name}},", "{{first_name}} is not filled in"),
                ("a\r\nBcc: x@y.z", "x", "one line"),
                ("x", new string('x', 10_001), "at most 10,000"),
            }
        )
        {
            using var answer = await LeadPageTests.SendAsync(
                maria,
                number,
                "/email",
                ("subject", subject),
                ("text", text)
            );
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var page = await answer.PageAsync();
            Assert.Contains(words, page.QuerySelector("#compose-email[open]")!.Words(), StringComparison.Ordinal);
            Assert.Equal(
                text,
                page.QuerySelector("#email-text")!.TextContent.Trim('\n') is { Length: > 0 } kept ? kept : text
            );
        }

        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from emails where kind = 'personal'"));
    }

    [Fact]
    public async Task An_e_mail_is_sent_again_once_to_the_address_of_now_under_a_name_of_its_own()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            [],
            new SmtpServerSettings { Refuse = [SmtpRefusal.Recipient("typo@example.com")] }
        );
        using var desk = await firm.App.SignedInAsync(Role.Staff, "desk");
        var number = await new Prospect { Email = "typo@example.com" }.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync("select state = 'failed' from emails where kind = 'confirmation'");
        var edit = (await desk.OpenAsync($"/leads/{number}/edit")).Form($"/leads/{number}/edit");
        using (await desk.SendFormAsync(edit, ("email", "ada@example.com"), ("practice_area", ""))) { }
        await firm.Mail.GoDownAsync();
        var again = await AgainAsync("confirmation");

        var answers = await Task.WhenAll(
            desk.SendFormAsync(again),
            desk.SendFormAsync(again),
            desk.SendFormAsync(again)
        );

        Assert.Equal(
            [HttpStatusCode.SeeOther, HttpStatusCode.Conflict, HttpStatusCode.Conflict],
            answers.Select(answer => answer.StatusCode).Order()
        );
        await firm.Mail.ComeUpAsync();
        firm.Wait(TimeSpan.FromMinutes(30));
        await firm.App.WaitUntilAsync("select state = 'sent' from emails where repeats is not null");
        Assert.Equal(
            "ada@example.com|t|t",
            await firm.App.ValueAsync<string>(
                "select concat_ws('|', new.to_address, new.message_id <> old.message_id, old.kind = new.kind) from emails new join emails old on old.id = new.repeats"
            )
        );
        Assert.Contains(
            "sent the confirmation email again, to ada@example.com",
            (await desk.OpenAsync($"/leads/{number}")).Body!.Words(),
            StringComparison.Ordinal
        );

        async Task<AngleSharp.Html.Dom.IHtmlFormElement> AgainAsync(string kind)
        {
            var id = await firm.App.ValueAsync<Guid>($"select id from emails where kind = '{kind}' limit 1");
            return (await desk.OpenAsync($"/leads/{number}")).Form($"/leads/{number}/emails/{id}/again");
        }
    }

    [Fact]
    public async Task What_was_cancelled_or_is_not_wanted_any_more_is_not_sent_again()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        using var desk = await firm.App.SignedInAsync(Role.Staff, "desk");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        firm.Wait(TimeSpan.FromMinutes(4));
        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
        await firm.MailIsOutAsync();
        var page = await desk.OpenAsync($"/leads/{number}");
        var welcome = page.Form(
            $"/leads/{number}/emails/{await firm.App.ValueAsync<Guid>("select id from emails where kind = 'welcome'")}"
        );
        await firm.DoAsync("insert into opt_outs (address, at) values ('ada@example.com', now())");

        using (var refused = await desk.SendFormAsync(welcome))
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.DoesNotContain(
            welcome.GetAttribute("action")!,
            (await desk.OpenAsync($"/leads/{number}")).Forms.Select(form => form.GetAttribute("action"))
        );
        await firm.DoAsync("delete from opt_outs");
        await firm.DoAsync("update emails set state = 'cancelled' where kind = 'confirmation'");
        using (var again = await desk.SendFormAsync(welcome))
            Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        await firm.MailIsOutAsync();

        Assert.Equal(
            "personal|maria@firm.example|Maria Byron",
            await firm.App.ValueAsync<string>(
                "select concat_ws('|', kind, reply_to, from_name) from emails where repeats is not null"
            )
        );
        Assert.Equal(1, await firm.App.ValueAsync<long>("select count(*) from emails where repeats is not null"));
        var other = await new Prospect { Email = "b@example.com" }.IsAcceptedAsync(firm.App);
        using var wrongLead = await desk.SendFormAsync(welcome);
        Assert.Equal(HttpStatusCode.SeeOther, wrongLead.StatusCode);
        using var body = new FormUrlEncodedContent([
            new("__RequestVerificationToken", welcome.QuerySelector("input")!.GetAttribute("value")!),
        ]);
        using var elsewhere = await desk.PostAsync(
            new Uri(
                welcome
                    .GetAttribute("action")!
                    .Replace($"/leads/{number}/", $"/leads/{other}/", StringComparison.Ordinal),
                UriKind.Relative
            ),
            body
        );
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Theory]
    [InlineData("/replies", "/snippets")]
    [InlineData("/replies/new", "/snippets/new")]
    [InlineData("/replies/%C3%A9%0A", "/snippets/%C3%A9%0A")]
    public async Task Bookmarks_of_the_snippets_first_address_lead_to_where_they_are(string old, string now)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var desk = await app.SignedInAsync(Role.Staff, "desk");

        using var answer = await desk.GetAsync(new Uri(old, UriKind.Relative));

        Assert.Equal(HttpStatusCode.MovedPermanently, answer.StatusCode);
        Assert.Equal(now, answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Snippets_are_kept_by_attorneys_with_their_fields_checked_and_read_by_everybody()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect { Phone = "+1 202 555 0142" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        using var desk = await app.SignedInAsync(Role.Staff, "desk");
        Assert.Equal(4, (await desk.OpenAsync("/snippets")).QuerySelectorAll(".template-list li").Length);
        var form = (await maria.OpenAsync("/snippets/new")).Form("/snippets/new");

        using (
            var wrong = await maria.SendFormAsync(
                form,
                ("name", "First conversation"),
                ("subject", "Hello {{frist_name}}"),
                ("text", "{{#if phone}}x")
            )
        )
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
            Assert.Contains("already", await wrong.ErrorAsync("name"), StringComparison.Ordinal);
            Assert.Contains(
                "Did you mean {{first_name}}?",
                await wrong.ErrorAsync("subject"),
                StringComparison.Ordinal
            );
            Assert.Contains("not closed", await wrong.ErrorAsync("text"), StringComparison.Ordinal);
        }

        using (
            await maria.SendFormAsync(
                form,
                ("name", "Ours"),
                ("subject", "For {{first_name}}"),
                ("text", "Call {{phone}}? {{sender}}")
            )
        ) { }
        var id = await app.ValueAsync<Guid>("select id from snippets where name = 'Ours'");
        var page = await desk.OpenAsync($"/leads/{number}?snippet={id}");
        Assert.Equal("Call +1 202 555 0142? desk", page.QuerySelector("#email-text")!.TextContent.Trim());
        var edit = (await maria.OpenAsync($"/snippets/{id}")).Form($"/snippets/{id}");
        using (await maria.SendFormAsync(edit, ("subject", "One"))) { }
        using (var late = await maria.SendFormAsync(edit, ("subject", "Two")))
            Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Equal("One", await app.ValueAsync<string>("select subject from snippets where name = 'Ours'"));
        using (await maria.SendFormAsync((await maria.OpenAsync($"/snippets/{id}")).Form($"/snippets/{id}/remove"))) { }
        Assert.Equal(4, await app.CountAsync("snippets"));
        Assert.Equal(
            string.Empty,
            (await desk.OpenAsync($"/leads/{number}?snippet={id}")).QuerySelector("#email-text")!.TextContent.Trim()
        );
    }
}
