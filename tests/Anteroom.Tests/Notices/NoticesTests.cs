using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Anteroom.Notices;
using Anteroom.Tests.App;
using Anteroom.Tests.Leads;
using Anteroom.Tests.Mail;
using Anteroom.Tests.Outreach;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Notices;

/// <summary>What people of the firm are told, and how they choose.</summary>
[Trait("Category", "Slow")]
public sealed class NoticesTests(TestDatabases databases)
{
    private static async Task AssignAsync(HttpClient client, long number, Guid to)
    {
        using var done = await LeadPageTests.SendAsync(client, number, "/assign", ("assigned_to", $"{to}"));
        Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
    }

    /// <summary>Somebody who has an account signs in.</summary>
    private static async Task<HttpClient> BackAsync(AnteroomApp app, string userName)
    {
        var client = app.NewClient();
        using var answer = await client.SignInAsync(userName, AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return client;
    }

    private static string Bell(IHtmlDocument page) =>
        page.QuerySelector("[data-bell]") is { } bell && !bell.HasAttribute("hidden") ? bell.Words() : "";

    private static async Task<JsonElement> NewsAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/live/unread")).GetProperty("notices");

    [Fact]
    public async Task Who_gets_a_lead_a_mention_or_a_task_sees_it_at_the_bell_until_it_is_read()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        var daniel = await app.CreateUserAsync(Role.Attorney, "daniel", "Daniel Okafor");

        await AssignAsync(maria, number, daniel.Id);
        await LeadPageTests.WriteAsync(maria, number, "@daniel please call. I, @maria, cannot.");
        using (await LeadPageTests.SendAsync(maria, number, "/tasks", ("title", "Call"), ("task_for", $"{daniel.Id}")))
        { }

        using var his = await BackAsync(app, "daniel");
        var list = await his.OpenAsync("/notifications");
        Assert.Equal("3 unread", Bell(list));
        Assert.Equal(
            [
                "Maria Lopez gave you a task: Call",
                "Maria Lopez mentioned you in a note about Ada Lovelace",
                "Ada Lovelace is assigned to you",
            ],
            list.QuerySelectorAll(".notice-text").Select(text => text.TextContent)
        );
        var news = await NewsAsync(his);
        Assert.Equal(3, news.GetProperty("unread").GetInt32());
        Assert.Equal("Maria Lopez gave you a task: Call", news.GetProperty("latest").GetProperty("text").GetString());
        Assert.Equal("", Bell(await maria.OpenAsync("/leads"))); // nobody is told of their own actions

        // One is opened, and leads to what it is about; whoever opens the lead has read the rest.
        using (var opened = await his.SendFormAsync(list.QuerySelector<IHtmlFormElement>(".notice-row form")!))
            Assert.Equal($"/leads/{number}", opened.Headers.Location!.ToString());
        Assert.Equal(2, (await NewsAsync(his)).GetProperty("unread").GetInt32());
        await his.OpenAsync($"/leads/{number}");
        Assert.Equal(0, (await NewsAsync(his)).GetProperty("unread").GetInt32());
        Assert.Equal("", Bell(await his.OpenAsync("/leads")));
    }

    [Fact]
    public async Task Notices_of_others_are_out_of_reach_and_all_of_ones_own_are_read_at_once()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        var daniel = await app.CreateUserAsync(Role.Attorney, "daniel");
        await AssignAsync(maria, number, daniel.Id);
        using var his = await BackAsync(app, "daniel");
        var form = (await his.OpenAsync("/notifications")).QuerySelector<IHtmlFormElement>(".notice-row form")!;

        var hers = (await maria.OpenAsync("/notifications")).QuerySelector("[name=__RequestVerificationToken]")!;
        using (
            var stolen = await maria.SendFormAsync(form, ("__RequestVerificationToken", hers.GetAttribute("value")!))
        )
            Assert.Equal(HttpStatusCode.NotFound, stolen.StatusCode);
        Assert.Equal(1, (await NewsAsync(his)).GetProperty("unread").GetInt32());

        using (await his.SendFormAsync((await his.OpenAsync("/notifications")).Form("/notifications/read"))) { }
        Assert.Equal(0, (await NewsAsync(his)).GetProperty("unread").GetInt32());
    }

    [Fact]
    public async Task Each_kind_comes_only_the_ways_that_the_person_has_ticked()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        using var his = await app.SignedInAsync(userName: "daniel");
        var daniel = await app.ValueAsync<Guid>("select id from users where user_name = 'daniel'");
        var settings = await his.OpenAsync("/me/notifications");
        Assert.All(
            settings.QuerySelectorAll<IHtmlInputElement>(".choice-table input"),
            box => Assert.True(box.IsChecked)
        );
        await ChooseAsync("mention.page", "mention.email", "assigned.browser");
        Assert.Equal(
            ["assigned.browser", "mention.page", "mention.email"],
            (await his.OpenAsync("/me/notifications"))
                .QuerySelectorAll<IHtmlInputElement>(".choice-table input:checked")
                .Select(box => box.Name)
        );

        await AssignAsync(maria, number, daniel);
        await LeadPageTests.WriteAsync(maria, number, "@daniel please call.");

        Assert.Equal(
            ["mention"],
            await app.TextsAsync("select kind from emails where to_address like 'daniel%' order by kind")
        );
        Assert.Equal(
            ["assigned false true", "mention true false"],
            await app.TextsAsync(
                "select concat_ws(' ', kind, on_page::text, in_browser::text) from notices order by kind"
            )
        );
        Assert.Equal("1 unread", Bell(await his.OpenAsync("/notifications")));
        Assert.Equal("assigned", (await NewsAsync(his)).GetProperty("latest").GetProperty("kind").GetString());

        async Task ChooseAsync(params string[] boxes)
        {
            var token = settings.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
            using var content = new FormUrlEncodedContent([
                new("__RequestVerificationToken", token),
                .. boxes.Select(box => KeyValuePair.Create(box, "on")),
            ]);
            using var saved = await his.PostAsync(new Uri("/me/notifications", UriKind.Relative), content);
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_and_mail_that_failed_come_by_email_to_who_wants_it(bool wanted)
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            new() { Refuse = [SmtpRefusal.Recipient("ada@example.com")] }
        );
        using var office = await firm.App.SignedInAsync(Role.Staff, "desk", "Grace Whitfield");
        using var hers = await BackAsync(firm.App, "maria");
        var settings = await hers.OpenAsync("/me/notifications");
        Assert.Equal(6, settings.QuerySelectorAll(".choice-table [name$='.email']").Length);
        if (!wanted)
            await firm.DoAsync(
                "insert into notice_choices (user_id, kind, page, email, browser) "
                    + "select id, kind, true, false, true from users, unnest(array['task_given', 'mail_failed']) kind where user_name = 'maria'"
            );
        // Every node goes by it within a moment.
        await firm.App.Services.GetRequiredService<NoticeChoices>().RefreshAsync(CancellationToken.None);
        var number = await new Prospect { FirstName = "Ada <3 & Eve" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        var maria = await firm.App.ValueAsync<Guid>("select id from users where user_name = 'maria'");

        using (
            await LeadPageTests.SendAsync(
                office,
                number,
                "/tasks",
                ("title", "Call <them>"),
                ("due_on", "2026-12-01"),
                ("task_for", $"{maria}")
            )
        ) { }
        await firm.App.WaitUntilAsync(
            "select exists (select from work where kind = 'tell_of_failed_mail' and state = 'done')"
        );
        await firm.MailIsOutAsync();

        Assert.Equal(
            wanted ? "assigned,mail_failed,task_given" : "assigned",
            await firm.SentToAsync("maria@firm.example")
        );
        Assert.Equal(2, await firm.App.CountAsync("notices where kind in ('task_given', 'mail_failed')"));
        if (!wanted)
            return;
        var mails = await firm.Mail.MailsAsync();
        var task = mails.Single(mail => mail.Subject == "Grace Whitfield gave you a task: Call <them>");
        Assert.Contains(
            "Call <them>\nDue: December 1, 2026",
            task.Text.ReplaceLineEndings("\n"),
            StringComparison.Ordinal
        );
        var failed = mails.Single(mail =>
            mail.Subject.StartsWith("Not delivered: confirmation email", StringComparison.Ordinal)
        );
        Assert.Contains("no such user", failed.Text, StringComparison.Ordinal);
        Assert.Contains("Ada <3 & Eve", failed.Text, StringComparison.Ordinal);

        // One's own task is no news.
        using (await LeadPageTests.SendAsync(hers, number, "/tasks", ("title", "Mine"))) { }
        Assert.Equal(1, await firm.App.CountAsync("emails where kind = 'task_given'"));
    }
}
