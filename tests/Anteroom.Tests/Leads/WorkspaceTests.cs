using System.Globalization;
using System.Net;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Leads;

/// <summary>Somebody of the firm works the leads, without JavaScript.</summary>
public sealed class WorkspaceTests(TestDatabases databases)
{
    [Theory]
    [InlineData("/leads")]
    [InlineData("/leads/1")]
    [InlineData("/leads/1/resume")]
    [InlineData("/leads/999")]
    public async Task Strangers_are_sent_to_the_sign_in_page_and_see_nothing(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect { LastName = "Secretive" }.IsAcceptedAsync(app);

        using var answer = await app.Client.GetAsync(new Uri(address, UriKind.Relative));

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.StartsWith(
            "/signin?returnUrl=",
            answer.Headers.Location!.OriginalString,
            StringComparison.OrdinalIgnoreCase
        );
        Assert.DoesNotContain("Secretive", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_shows_the_newest_first_and_pages_by_key()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 1; i <= 120; i++)
            await new Prospect { FirstName = $"Prospect {i}" }.IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();

        var seen = new List<string>();
        var pages = 0;
        for (string? address = "/leads"; address is not null; pages++)
        {
            var page = await attorney.OpenAsync(address);
            seen.AddRange(page.QuerySelectorAll(".row-link").Select(link => link.GetAttribute("href")!));
            address = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
            if (address is not null)
                address = "/leads" + address[address.IndexOf('?', StringComparison.Ordinal)..];
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(1, 120).Reverse().Select(i => $"/leads/{i}"), seen.Distinct());
    }

    [Fact]
    public async Task The_list_is_searched_by_name_and_address_whatever_the_accents_and_filtered_by_status()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect
        {
            FirstName = "José",
            LastName = "Núñez",
            Email = "jn@example.com",
        }.IsAcceptedAsync(app);
        var second = await new Prospect
        {
            FirstName = "Ann",
            LastName = "Joseph",
            Email = "ann@other.example",
        }.IsAcceptedAsync(app);
        await new Prospect
        {
            FirstName = "100%",
            LastName = "Under_score",
            Email = "x@example.com",
        }.IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();
        using (await MoveAsync(attorney, second, "reached_out")) { }

        await FindsAsync("?q=jose", 2, 1);
        await FindsAsync("?q=NUNEZ jose", 1);
        await FindsAsync("?q=other.example", 2);
        await FindsAsync("?q=100%25", 3);
        await FindsAsync("?q=r_s", 3);
        await FindsAsync("?q=2", 2);
        await FindsAsync("?status=reached_out", 2);
        await FindsAsync("?status=registered", 3, 1);
        await FindsAsync("?q=jose&status=registered", 1);
        await FindsAsync("?q=nobody");

        async Task FindsAsync(string query, params long[] numbers)
        {
            var page = await attorney.OpenAsync("/leads" + query);
            var found = page.QuerySelectorAll("tr[id^='lead-']")
                .Select(row => long.Parse(row.Id!["lead-".Length..], CultureInfo.InvariantCulture));
            Assert.Equal(numbers, found);
        }
    }

    [Theory]
    [InlineData("?status=nonsense")]
    [InlineData("?before=abc")]
    [InlineData("?after=-1")]
    public async Task A_filter_that_makes_no_sense_is_said_to_be_wrong(string query)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var attorney = await app.SignedInAsync();

        using var answer = await attorney.GetAsync(new Uri("/leads" + query, UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_page_of_a_lead_shows_what_was_sent_its_mail_and_its_timeline_with_everything_escaped()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect
        {
            FirstName = "<img src=x onerror=alert(1)>",
            Phone = "+1 202 555 0142",
            PracticeArea = "Immigration",
            Message = "first line\nsecond <b>line</b>",
            FileName = "My \"best\" <resume>.pdf",
        }.IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();

        var page = await attorney.OpenAsync($"/leads/{number}");

        var words = page.Body!.Words();
        Assert.Contains("<img src=x onerror=alert(1)> Lovelace", words, StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("img[onerror], main b"));
        Assert.Contains("(202) 555-0142", words, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#lead-head a[href='tel:+12025550142']"));
        Assert.Contains("Immigration", words, StringComparison.Ordinal);
        Assert.Contains("second <b>line</b>", words, StringComparison.Ordinal);
        Assert.Contains("submitted the form", words, StringComparison.Ordinal);
        Assert.Contains("we have received your inquiry", words, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("a[href='mailto:ada@example.com']"));
        Assert.NotNull(page.QuerySelector($"a[href='/leads/{number}/resume']"));
    }

    [Theory]
    [InlineData("US", "(202) 555-0142 ext. 7", "(202) 555-0142 ext. 7", "+12025550142", "+12025550142")]
    [InlineData("GB", "+1 202 555 0142", "+1 202-555-0142", "+12025550142", "+12025550142")]
    [InlineData("gb", "020 7946 0958", "020 7946 0958", "+442079460958", "+442079460958")]
    [InlineData("US", "555-0142", "555-0142", "5550142", null)]
    public async Task A_phone_number_is_kept_as_typed_and_shown_as_the_firm_writes_it(
        string region,
        string typed,
        string shown,
        string dialed,
        string? e164
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Firm:Region", region)], role: "web");
        var number = await new Prospect { Phone = typed }.IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();

        var page = await attorney.OpenAsync($"/leads/{number}");
        // As one from before numbers were kept in E.164.
        await app.ExecuteAsync("update leads set phone_e164 = null where phone_e164 is not null");
        var before = await attorney.OpenAsync($"/leads/{number}");

        Assert.Equal(typed, await app.ValueAsync<string>("select phone from leads"));
        foreach (var one in new[] { page, before })
        {
            Assert.Equal(shown, one.QuerySelectorAll("#lead-head .reach-text")[1].TextContent);
            Assert.All(
                one.QuerySelectorAll("a[href^='tel:']"),
                link => Assert.Equal($"tel:{dialed}", link.GetAttribute("href"))
            );
        }

        var again = await new Prospect { Email = "again@example.com", Phone = typed }.IsAcceptedAsync(app);
        Assert.Equal(
            e164 ?? "",
            await app.ValueAsync<string>($"select coalesce(phone_e164, '') from leads where number = {again}")
        );
    }

    [Fact]
    public async Task A_resume_is_downloaded_as_an_attachment_under_the_prospects_name_and_never_shown()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var prospect = new Prospect
        {
            FirstName = "Zoë",
            LastName = "O'Neil/Ångström",
            Resume = SampleFiles.Docx(),
            FileName = "cv.html",
        };
        var number = await prospect.IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();

        using var answer = await attorney.GetAsync(new Uri($"/leads/{number}/resume", UriKind.Relative));

        Assert.Equal(prospect.Resume, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            answer.Content.Headers.ContentType!.MediaType
        );
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.EndsWith(
            "_resume.docx",
            answer.Content.Headers.ContentDisposition.FileNameStar,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain('/', answer.Content.Headers.ContentDisposition.FileNameStar!);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains(
            "sandbox",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Marking_as_reached_out_records_who_and_when()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync(fullName: "Maria Alvarez");

        using var answer = await MoveAsync(attorney, number, "reached_out");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(
            "reached_out|Maria Alvarez|t",
            await app.ValueAsync<string>(
                "select concat_ws('|', status, full_name, reached_out_at >= leads.created_at) from leads join users on users.id = reached_out_by"
            )
        );
        var page = (await attorney.OpenAsync($"/leads/{number}")).Body!.Words();
        Assert.Contains("Maria Alvarez", page, StringComparison.Ordinal);
        Assert.Contains("moved this lead from Registered to Reached out", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_attorneys_who_change_the_same_lead_the_second_is_told_and_overwrites_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(userName: "maria", fullName: "Maria Alvarez");
        using var daniel = await app.SignedInAsync(userName: "daniel", fullName: "Daniel Okafor");
        var danielsPage = await daniel.OpenAsync($"/leads/{number}");
        using (await MoveAsync(maria, number, "declined")) { }

        using var answer = await daniel.SendFormAsync(Button(danielsPage, number, "reached_out"));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var words = (await answer.PageAsync()).Body!.Words();
        Assert.Contains("Maria Alvarez", words, StringComparison.Ordinal);
        Assert.Contains("Declined", words, StringComparison.Ordinal);
        Assert.Equal("declined", await app.ValueAsync<string>("select status from leads"));
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from activities where kind = 'status_changed'"));
    }

    [Fact]
    public async Task Two_attorneys_who_both_reach_out_are_both_told_that_it_is_done_and_the_first_one_counts()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(userName: "maria", fullName: "Maria Alvarez");
        using var daniel = await app.SignedInAsync(userName: "daniel", fullName: "Daniel Okafor");
        var pages = new[] { await maria.OpenAsync($"/leads/{number}"), await daniel.OpenAsync($"/leads/{number}") };

        var answers = await Task.WhenAll(
            maria.SendFormAsync(Button(pages[0], number, "reached_out")),
            daniel.SendFormAsync(Button(pages[1], number, "reached_out"))
        );

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from activities where kind = 'status_changed'"));
    }

    [Fact]
    public async Task A_move_that_the_rules_forbid_is_a_conflict()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();

        using var answer = await MoveAsync(attorney, number, "retained", "reached_out");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));
    }

    [Fact]
    public async Task A_change_without_the_forms_own_secret_is_refused()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var attorney = await app.SignedInAsync();
        using var forged = new FormUrlEncodedContent([new("status", "declined")]);

        using var answer = await attorney.PostAsync(new Uri($"/leads/{number}/status", UriKind.Relative), forged);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));
    }

    /// <summary>Opens the lead and presses the button of a status; <paramref name="button"/> when another one's button is tampered with.</summary>
    private static async Task<HttpResponseMessage> MoveAsync(
        HttpClient client,
        long number,
        string status,
        string? button = null
    )
    {
        var page = await client.OpenAsync($"/leads/{number}");
        return await client.SendFormAsync(Button(page, number, button ?? status), ("status", status));
    }

    private static AngleSharp.Html.Dom.IHtmlFormElement Button(
        AngleSharp.Html.Dom.IHtmlDocument page,
        long number,
        string status
    ) => page.Form($"/leads/{number}/status", form => form.QuerySelector($"[name=status][value={status}]") is not null);
}
