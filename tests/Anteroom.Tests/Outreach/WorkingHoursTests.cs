using System.Globalization;
using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;
using Anteroom.Tests.Operations.Panel;

namespace Anteroom.Tests.Outreach;

/// <summary>The promise counts in the firm's hours, and everything that is said of it agrees.</summary>
public sealed class WorkingHoursTests(TestDatabases databases)
{
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private static readonly KeyValuePair<string, string?>[] Open =
    [
        new("Firm:TimeZone", "America/New_York"),
        new("Hours:Enabled", "true"),
        new("Outreach:MoveOnAfter", "30.00:00:00"),
    ];

    private const string Due =
        "select to_char(contact_due_at at time zone 'America/New_York', 'YYYY-MM-DD HH24:MI') from leads";

    private const string WelcomeDue =
        "select to_char(next_attempt_at at time zone 'America/New_York', 'YYYY-MM-DD HH24:MI') from work where kind = 'reach_out'";

    [Fact]
    public async Task Who_writes_at_three_on_Saturday_hears_on_Monday_morning_and_every_page_says_that_time()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"], settings: Open);
        await firm.App.CreateUserAsync(Role.Administrator, "root");
        var saturday = Set(firm, "2027-06-05 03:00");

        Assert.Equal(
            "Somebody will reach out by Monday, 9:05 a.m.Monday to Friday, from 9:00 a.m. to 5:00 p.m.",
            (await firm.App.Client.OpenAsync("/?lang=en")).QuerySelector(".contact")!.Words()
        );
        Assert.Equal(
            "Alguien se pondrá en contacto con usted el lunes a las 9:05 como muy tarde.De lunes a viernes, de 9:00 a 17:00",
            (await firm.App.Client.OpenAsync("/thanks/1?lang=es")).QuerySelector(".contact")!.Words()
        );

        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        await firm.App.WaitUntilAsync(
            "select exists (select from emails where kind = 'confirmation' and state = 'sent')"
        );
        Assert.Equal("2027-06-07 09:05", await firm.App.ValueAsync<string>(Due));
        Assert.Equal("2027-06-07 09:04", await firm.App.ValueAsync<string>(WelcomeDue));

        Set(firm, "2027-06-06 15:00");
        await SaysAsync(firm, number, late: false, "due Mon 9:05 AM", "wait-calm");
        Assert.Contains(
            "No one has reached out yet. It is due tomorrow at 9:05 AM. The welcome email goes out tomorrow at 9:04 AM, unless someone reaches out first.",
            (await (await RootAsync(firm)).OpenAsync($"/leads/{number}")).QuerySelector("#status")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "2027-06-07T13:05:00Z",
            (await (await RootAsync(firm)).OpenAsync($"/leads/{number}"))
                .QuerySelector(".wait")!
                .GetAttribute("data-due")
        );
        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));

        // Monday, and the mail server is a moment late.
        await firm.DoAsync(
            "update work set next_attempt_at = next_attempt_at + interval '10 minutes' where kind = 'reach_out'"
        );
        Set(firm, "2027-06-07 09:04");
        await SaysAsync(firm, number, late: false, "due now", "wait-soon");
        Set(firm, "2027-06-07 09:06");
        await SaysAsync(firm, number, late: true, "late", "wait-late");

        firm.Wait(TimeSpan.FromMinutes(9));
        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
        await firm.MailIsOutAsync();
        Assert.Equal("Maria Byron", (await WelcomeAsync(firm)).From[0].Name);
        // Later than promised, which the reports know.
        Assert.Contains(
            "wait-late",
            (await (await RootAsync(firm)).OpenAsync($"/leads/{number}")).QuerySelector(".wait")!.ClassName,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Contacted within five working minutes 0% 0 of 1 leads",
            (await (await RootAsync(firm)).OpenAsync($"/dashboard?from={saturday:yyyy-MM-dd}&to=2027-06-07"))
                .QuerySelector(".tiles")!
                .Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_welcome_of_a_weekend_keeps_the_promise()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"], settings: Open);
        await firm.App.CreateUserAsync(Role.Administrator, "root");
        Set(firm, "2027-06-04 16:58");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        // Two minutes on Friday, three on Monday.
        Assert.Equal("2027-06-07 09:03", await firm.App.ValueAsync<string>(Due));

        Set(firm, "2027-06-07 09:02");
        firm.Wait(TimeSpan.FromSeconds(30));

        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
        Assert.Contains(
            "wait-kept",
            (await (await RootAsync(firm)).OpenAsync($"/leads/{number}")).QuerySelector(".wait")!.ClassName,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Contacted within five working minutes 100% 1 of 1 lead",
            (await (await RootAsync(firm)).OpenAsync("/dashboard?from=2027-06-04&to=2027-06-07"))
                .QuerySelector(".tiles")!
                .Words(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Contacted within five working minutes 100%",
            (await (await RootAsync(firm)).OpenAsync("/reports?from=2027-06-04&to=2027-06-07"))
                .QuerySelector("main")!
                .Words(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    // A holiday of every year, and one of this year, on which the next day is one too.
    [InlineData(
        "2027-07-04 12:00",
        "07-04 Independence Day; 2027-07-05 Independence Day (observed)",
        "2027-07-06 09:05"
    )]
    // The clocks go forward, and back.
    [InlineData("2027-03-13 03:00", "", "2027-03-15 09:05")]
    [InlineData("2027-11-06 03:00", "", "2027-11-08 09:05")]
    public async Task Holidays_and_changes_of_the_clocks_do_not_count(string at, string holidays, string due)
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [.. Open, new("Hours:Holidays", holidays)]
        );
        Set(firm, at);
        await new Prospect().IsAcceptedAsync(firm.App);

        Assert.Equal(due, await firm.App.ValueAsync<string>(Due));
    }

    [Theory]
    [InlineData("firms_name", true, "Byron & Partners")]
    [InlineData("attorneys_name", true, "Maria Byron")]
    [InlineData("attorneys_name", false, "Byron & Partners")] // has hours, and is not at work
    [InlineData("firms_name", false, "Byron & Partners")]
    public async Task A_firm_may_want_the_welcome_at_night_in_its_own_or_in_the_attorneys_name(
        string when,
        bool isAtWork,
        string sender
    )
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [.. Open, new("Hours:Welcome", when)]
        );
        await firm.App.CreateUserAsync(Role.Administrator, "root");
        if (!isAtWork)
            await firm.DoAsync("update users set work_days = 31, work_from = 600, work_until = 900");
        Set(firm, "2027-06-05 03:00");
        Assert.StartsWith(
            "We usually reply within five minutes.",
            (await firm.App.Client.OpenAsync("/?lang=en")).QuerySelector(".contact")!.Words(),
            StringComparison.Ordinal
        );
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        Assert.Equal("2027-06-05 03:04", await firm.App.ValueAsync<string>(WelcomeDue));
        Assert.Contains(
            $"It is due on Monday at 9:05 AM. The welcome email goes out at 3:04 AM{(when == "firms_name" ? " in the firm’s name" : "")}, unless",
            (await (await RootAsync(firm)).OpenAsync($"/leads/{number}")).QuerySelector("#status")!.Words(),
            StringComparison.Ordinal
        );

        firm.Wait(TimeSpan.FromMinutes(4.1));

        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
        await firm.MailIsOutAsync();
        var welcome = await WelcomeAsync(firm);
        Assert.Equal(sender, welcome.From[0].Name);
        Assert.Equal("maria@firm.example", welcome.ReplyTo[0].Address);
        Assert.Contains(
            "wait-kept",
            (await (await RootAsync(firm)).OpenAsync($"/leads/{number}")).QuerySelector(".wait")!.ClassName,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Attorneys_with_hours_of_their_own_decide_the_name_and_not_the_time()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"], settings: Open);
        await firm.DoAsync("update users set work_days = 31, work_from = 600, work_until = 900"); // from ten
        Set(firm, "2027-06-05 03:00");
        await firm.IsAssignedAsync(await new Prospect().IsAcceptedAsync(firm.App), "maria");

        Set(firm, "2027-06-07 09:03");
        firm.Wait(TimeSpan.FromMinutes(1.1));

        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
        await firm.MailIsOutAsync();
        Assert.Equal("Byron & Partners", (await WelcomeAsync(firm)).From[0].Name);
    }

    [Fact]
    public async Task Other_hours_count_for_new_leads_and_what_waits_keeps_its_time_but_no_welcome_goes_out_at_night()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [new("Firm:TimeZone", "America/New_York"), new("Outreach:MoveOnAfter", "30.00:00:00")]
        );
        await firm.App.CreateUserAsync(Role.Administrator, "root");
        Set(firm, "2027-06-05 03:00");
        // Around the clock: by the clock, and nothing is written down.
        var first = await new Prospect { Email = "first@example.com" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(first, "maria");
        Assert.Equal("2027-06-05 03:04", await firm.App.ValueAsync<string>(WelcomeDue));
        Assert.True(
            await firm.App.ValueAsync<bool>("select contact_due_at is null and welcome_due_at is null from leads")
        );

        using (var saved = await SaveAsync(firm, ("hours_enabled", "true")))
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        var second = await new Prospect { Email = "second@example.com" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(second, "maria");
        Assert.Equal("2027-06-07 09:05", await firm.App.ValueAsync<string>($"{Due} where number = {second}"));
        Assert.Contains(
            "The welcome email goes out on Monday at 9:00 AM,",
            (await (await RootAsync(firm)).OpenAsync($"/leads/{first}")).QuerySelector("#status")!.Words(),
            StringComparison.Ordinal
        );
        firm.Wait(TimeSpan.FromMinutes(30));
        await firm.App.WaitUntilAsync(
            "select exists (select from work where kind = 'reach_out' and last_error like 'The firm is closed%' and next_attempt_at < '2027-06-07 13:01Z')"
        );
        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
        // It is late all the same: it was promised by the clock.
        var waiting = (await (await RootAsync(firm)).OpenAsync("/leads?attention=waiting"))
            .QuerySelector("#lead-list")!
            .Words();
        Assert.Contains("first@example.com", waiting, StringComparison.Ordinal);
        Assert.DoesNotContain("second@example.com", waiting, StringComparison.Ordinal);

        // Who opens later moves nothing that was promised.
        using (var saved = await SaveAsync(firm, ("mon_from_0", "11:00")))
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        Assert.Equal("2027-06-07 09:05", await firm.App.ValueAsync<string>($"{Due} where number = {second}"));
        var third = await new Prospect { Email = "third@example.com" }.IsAcceptedAsync(firm.App);
        Assert.Equal("2027-06-07 11:05", await firm.App.ValueAsync<string>($"{Due} where number = {third}"));

        // Around the clock again: by the clock for those who come now, at its time for those who wait.
        using (var saved = await SaveAsync(firm, ("hours_enabled", "false")))
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        var fourth = await new Prospect { Email = "fourth@example.com" }.IsAcceptedAsync(firm.App);
        Assert.True(
            await firm.App.ValueAsync<bool>($"select contact_due_at is null from leads where number = {fourth}")
        );
        Assert.Equal(
            "2027-06-07 09:04",
            await firm.App.ValueAsync<string>(
                $"{WelcomeDue} and subject = (select id from leads where number = {second})"
            )
        );
    }

    [Fact]
    public async Task Who_assigns_a_late_lead_at_night_is_told_when_the_welcome_goes_out()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [.. Open, new("Outreach:Assign", "false"), new("Outreach:InFirmsName", "false")]
        );
        await firm.App.CreateUserAsync(Role.Administrator, "root");
        Set(firm, "2027-06-04 16:30");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        Set(firm, "2027-06-05 03:00");
        using var root = await RootAsync(firm);

        var page = await root.OpenAsync($"/leads/{number}");
        Assert.Contains(
            "Assigning sends the welcome email when the firm opens on Monday at 9:00 AM, in the attorney’s name.",
            page.QuerySelector("#attorney-card")!.Words(),
            StringComparison.Ordinal
        );
        var maria = await firm.App.ValueAsync<Guid>("select id from users where user_name = 'maria'");
        using (
            var answer = await root.SendFormAsync(
                page.Form($"/leads/{number}/assign"),
                ("assigned_to", $"{maria}"),
                ("welcome", "send")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("2027-06-07 09:00", await firm.App.ValueAsync<string>(WelcomeDue));
        firm.Wait(TimeSpan.FromMinutes(5));
        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
        Set(firm, "2027-06-07 09:00");
        firm.Wait(TimeSpan.FromSeconds(10));
        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
    }

    /// <summary>List, board, filter, dashboard and lead say the same.</summary>
    private static async Task SaysAsync(FirmAtWork firm, long number, bool late, string word, string level)
    {
        foreach (var address in (string[])["/leads", "/board"])
        {
            var badge = (await (await RootAsync(firm)).OpenAsync(address)).QuerySelector(".wait[data-wait]")!;
            Assert.Equal(word, badge.QuerySelector(".wait-word")!.Words());
            Assert.Contains(level, badge.ClassName, StringComparison.Ordinal);
        }

        Assert.Equal(
            late,
            (await (await RootAsync(firm)).OpenAsync("/leads?attention=waiting")).QuerySelector(
                $"a[href^='/leads/{number}']"
            )
                is not null
        );
        Assert.Contains(
            $"Waiting now 1 {(late ? 1 : 0)} for more than five working minutes",
            (await (await RootAsync(firm)).OpenAsync("/dashboard")).QuerySelector(".tiles")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            late
                ? "1 lead without a first contact after five working minutes."
                : "No one has been waiting for more than five working minutes.",
            (await (await RootAsync(firm)).OpenAsync("/reports?from=2027-06-04&to=2027-06-07"))
                .QuerySelector("main")!
                .Words(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            late ? "Overdue by" : "left to reach out",
            (await (await RootAsync(firm)).OpenAsync($"/leads/{number}")).QuerySelector("#lead-head")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
    }

    private static async Task<ReceivedMail> WelcomeAsync(FirmAtWork firm) =>
        (await firm.Mail.MailsAsync()).Single(mail =>
            mail.Text.Contains("first conversation", StringComparison.Ordinal)
        );

    private static async Task<HttpResponseMessage> SaveAsync(
        FirmAtWork firm,
        params (string Name, string? Value)[] values
    )
    {
        using var root = await RootAsync(firm);
        return await HoursPageTests.SaveAsync(root, await root.OpenAsync("/admin/hours"), values);
    }

    /// <summary>Signed in anew: sessions do not last over the weekend.</summary>
    private static async Task<HttpClient> RootAsync(FirmAtWork firm)
    {
        var client = firm.App.NewClient();
        await client.SignInAsync("root", AnteroomApp.Password);
        return client;
    }

    /// <summary>Sets the clock by what clocks in New York show.</summary>
    private static DateTimeOffset Set(FirmAtWork firm, string local)
    {
        var at = DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var instant = new DateTimeOffset(at, NewYork.GetUtcOffset(at)).ToUniversalTime();
        firm.Clock.AdjustTime(instant);
        return instant;
    }
}
