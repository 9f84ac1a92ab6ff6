using System.Net;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>The page of the firm's hours and holidays.</summary>
public sealed class HoursPageTests(TestDatabases databases)
{
    [Fact]
    public async Task Hours_and_holidays_are_saved_shown_and_read_again()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        Assert.Contains(
            "you work around the clock",
            (await root.OpenAsync("/admin/hours")).QuerySelector(".lead-in")!.Words(),
            StringComparison.Ordinal
        );

        using (
            var saved = await SaveAsync(
                root,
                ("hours_enabled", "true"),
                ("mon_until_0", "12:30"),
                ("mon_from_1", "13:30"),
                ("mon_until_1", "18:00"),
                ("wed_open", null),
                ("sat_open", "true"),
                ("sat_from_0", "22:00"),
                ("sat_until_0", "00:00"),
                ("holiday_date_0", "2027-12-24"),
                ("holiday_name_0", "Christmas Eve"),
                ("holiday_date_1", "2027-07-04"),
                ("holiday_name_1", "Independence Day"),
                ("holiday_yearly_1", "true"),
                ("hours_welcome", "firms_name")
            )
        )
            Assert.Equal(
                ("/admin/hours", HttpStatusCode.SeeOther),
                (saved.Headers.Location?.ToString(), saved.StatusCode)
            );

        Assert.Equal(
            "Hours:Enabled=true\nHours:Holidays=07-04 Independence Day; 2027-12-24 Christmas Eve\n"
                + "Hours:Week=mon 09:00-12:30, 13:30-18:00; tue 09:00-17:00; thu 09:00-17:00; fri 09:00-17:00; sat 22:00-24:00\n"
                + "Hours:Welcome=firms_name",
            await app.ValueAsync<string>("select string_agg(key || '=' || value, E'\\n' order by key) from settings")
        );
        Assert.Equal(1, await app.CountAsync("audit where summary like '%Hours of the week%'"));
        var page = await root.OpenAsync("/admin/hours");
        Assert.Contains("Saved.", page.QuerySelector("main")!.Words(), StringComparison.Ordinal);
        Assert.Contains("Right now you are", page.QuerySelector(".lead-in")!.Words(), StringComparison.Ordinal);
        Assert.Equal("13:30", page.QuerySelector("[name=mon_from_1]")!.GetAttribute("value"));
        Assert.Equal("00:00", page.QuerySelector("[name=sat_until_0]")!.GetAttribute("value"));
        Assert.Null(page.QuerySelector("[name=wed_open][checked]"));
        Assert.NotNull(page.QuerySelector("[name=hours_welcome] option[value=firms_name][selected]"));

        // As it is: nothing changes.
        using (var again = await SaveAsync(root))
            Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Equal(1, await app.CountAsync("audit where kind = 'settings_changed'"));
        Assert.Contains(
            "Monday, from 9:00 a.m. to 12:30 p.m. and from 1:30 p.m. to 6:00 p.m.; Tuesday, from 9:00 a.m. to 5:00 p.m.; "
                + "Thursday and Friday, from 9:00 a.m. to 5:00 p.m.; Saturday, from 10:00 p.m. to 12:00 a.m.",
            (await app.Client.OpenAsync("/?lang=en")).QuerySelector(".contact")!.Words(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("mon_until_0", "08:00", "Monday: the end has to be later than the beginning.")]
    [InlineData("tue_until_0", "", "Tuesday: please enter both times")]
    [InlineData("tue_from_0", "nine", "Tuesday: please enter both times")]
    [InlineData("fri_from_1", "16:00", "Friday: please enter both times")]
    [InlineData("holiday_name_0", "No day", "No day: please choose the day.")]
    [InlineData("holiday_date_0", "2027-02-30", "“2027-02-30” is no day.")]
    [InlineData("hours_welcome", "sometime", "Please choose one of: wait, firms_name, attorneys_name.")]
    public async Task What_makes_no_sense_is_named_with_its_field_and_nothing_is_saved(
        string field,
        string value,
        string problem
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        using var answer = await SaveAsync(root, ("hours_enabled", "true"), (field, value));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.PageAsync();
        Assert.Contains(problem, page.QuerySelector("#summary")!.Words(), StringComparison.Ordinal);
        var link = page.QuerySelector("#summary a")!.GetAttribute("href")!;
        Assert.NotNull(page.QuerySelector(link));
        Assert.Equal(
            value,
            field == "hours_welcome" ? value : page.QuerySelector($"[name={field}]")!.GetAttribute("value") ?? ""
        );
        Assert.Equal(0, await app.CountAsync("settings"));
    }

    [Fact]
    public async Task Times_that_overlap_and_a_week_without_a_day_are_refused()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        using (var overlap = await SaveAsync(root, ("thu_from_1", "16:00"), ("thu_until_1", "18:00")))
            Assert.Contains(
                "Thursday: these times overlap.",
                (await overlap.PageAsync()).QuerySelector("#summary")!.Words(),
                StringComparison.Ordinal
            );
        using var never = await SaveAsync(
            root,
            [
                ("hours_enabled", "true"),
                .. new[] { "mon", "tue", "wed", "thu", "fri" }.Select(day => ($"{day}_open", (string?)null)),
            ]
        );
        Assert.Contains(
            "open on one day at least",
            (await never.PageAsync()).QuerySelector("#summary")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal(0, await app.CountAsync("settings"));
    }

    [Fact]
    public async Task Buttons_fill_in_federal_holidays_copy_Monday_and_remove_days_and_save_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        using var filled = await SaveAsync(
            root,
            ("do", "fill"),
            ("fill_year", "2027"),
            ("holiday_date_0", "2027-12-25"),
            ("holiday_name_0", "Ours"),
            ("mon_from_0", "08:15")
        );

        var page = await filled.PageAsync();
        // July 4 is a Sunday, June 19 and December 25 are Saturdays, and the New Year's Day after is one too.
        Assert.Contains(
            "14 days of 2027 are filled in.",
            page.QuerySelector("#said")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "2027-01-01,2027-01-18,2027-02-15,2027-05-31,2027-06-18,2027-06-19,2027-07-04,2027-07-05,2027-09-06,2027-10-11,2027-11-11,"
                + "2027-11-25,2027-12-24,2027-12-25,2027-12-31,,",
            string.Join(',', page.QuerySelectorAll(".holiday [type=date]").Select(input => input.GetAttribute("value")))
        );
        Assert.Equal("Ours", page.QuerySelector("[name=holiday_name_13]")!.GetAttribute("value"));
        Assert.Equal("08:15", page.QuerySelector("[name=mon_from_0]")!.GetAttribute("value"));

        using var copied = await SaveAsync(root, page, ("do", "weekdays"));
        page = await copied.PageAsync();
        Assert.Equal(
            "08:15,08:15,08:15,08:15,08:15",
            string.Join(
                ',',
                new[] { "mon", "tue", "wed", "thu", "fri" }.Select(day =>
                    page.QuerySelector($"[name={day}_from_0]")!.GetAttribute("value")
                )
            )
        );

        using var removed = await SaveAsync(root, page, ("do", "remove-0"));
        page = await removed.PageAsync();
        Assert.Equal("2027-01-18", page.QuerySelector("[name=holiday_date_0]")!.GetAttribute("value"));

        using var more = await SaveAsync(root, page, ("do", "rows"));
        page = await more.PageAsync();
        Assert.Equal(14 + 4, page.QuerySelectorAll(".holiday").Length);
        Assert.Equal(0, await app.CountAsync("settings"));

        using (var saved = await SaveAsync(root, page))
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        Assert.StartsWith(
            "2027-01-18 Martin Luther King Jr. Day; ",
            await app.ValueAsync<string>("select value from settings where key = 'Hours:Holidays'"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_opened_the_page_before_somebody_else_saved_is_told()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var opened = await root.OpenAsync("/admin/hours");
        using (var saved = await SaveAsync(root, ("mon_from_0", "08:00")))
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);

        using var late = await SaveAsync(root, opened, ("mon_from_0", "10:00"));

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        var page = await late.PageAsync();
        Assert.Contains("Someone else changed this", page.QuerySelector("main")!.Words(), StringComparison.Ordinal);
        Assert.Equal("10:00", page.QuerySelector("[name=mon_from_0]")!.GetAttribute("value"));
        using (var again = await SaveAsync(root, page))
            Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        // The page of all settings does not take this section: it would save what is not there as empty.
        using var forged = await root.SaveAsync(await root.OpenAsync("/admin/settings"), "outreach");
        Assert.Equal(HttpStatusCode.SeeOther, forged.StatusCode);
    }

    [Fact]
    public async Task What_the_environment_sets_is_shown_and_counts_and_nonsense_stops_the_start()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Hours:Week", "mon 10:00-11:00"), new("Hours:Enabled", "true")],
            role: "web"
        );
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        var page = await root.OpenAsync("/admin/hours");
        Assert.Contains("mon 10:00-11:00", page.QuerySelector("main")!.Words(), StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("[name=mon_from_0]"));
        Assert.Contains(
            "Monday, from 10:00 a.m. to 11:00 a.m.",
            (await app.Client.OpenAsync("/?lang=en")).QuerySelector(".contact")!.Words(),
            StringComparison.Ordinal
        );
        using (var saved = await SaveAsync(root, ("hours_welcome", "attorneys_name")))
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);

        var error = await Assert.ThrowsAnyAsync<Exception>(() =>
            AnteroomApp.StartAsync(databases, [new("Hours:Week", "someday 10:00-11:00")], role: "web", alone: true)
        );
        Assert.Contains("Hours:Week", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SaveAsync(
        HttpClient root,
        params (string Name, string? Value)[] values
    ) => await SaveAsync(root, await root.OpenAsync("/admin/hours"), values);

    /// <summary>Sends a page of hours as it is, but for these fields.</summary>
    internal static async Task<HttpResponseMessage> SaveAsync(
        HttpClient root,
        AngleSharp.Html.Dom.IHtmlDocument page,
        params (string Name, string? Value)[] values
    )
    {
        var fields = page.Form("/admin/hours").Filled();
        fields.Remove("do");
        if (page.QuerySelector("input[name=hours_enabled][checked]") is { } chosen)
            fields["hours_enabled"] = chosen.GetAttribute("value")!;
        foreach (var (name, value) in values)
            if (value is null)
                fields.Remove(name);
            else
                fields[name] = value;
        using var content = new FormUrlEncodedContent(fields);
        return await root.PostAsync(new Uri("/admin/hours", UriKind.Relative), content);
    }
}
