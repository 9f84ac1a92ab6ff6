using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>Saying no: why, and what the reports make of it.</summary>
[Trait("Category", "Slow")]
public sealed class DecliningTests(TestDatabases databases)
{
    private const string Move = "select summary from activities where kind = 'status_changed' order by id desc limit 1";

    private static IHtmlFormElement Out(IHtmlDocument page, long number) =>
        page.Form($"/leads/{number}/status", form => form.QuerySelector("[name=reason]") is not null);

    [Fact]
    public async Task The_firm_keeps_a_list_of_reasons_and_the_lead_says_which_one_it_was()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        var settings = await office.OpenAsync("/admin/settings");
        using (
            await office.SendFormAsync(
                settings.Form("/admin/settings/intake"),
                ("firm_decline_reason_list", "Too far away\nConflict of interest\nOther")
            )
        ) { }

        var page = await office.OpenAsync($"/leads/{number}");
        Assert.Equal(
            ["Reason for declining …", "Too far away", "Conflict of interest", "Other"],
            page.QuerySelectorAll("#decline-reason option").Select(option => option.TextContent)
        );
        using (
            var stale = await office.SendFormAsync(
                Out(page, number),
                ("status", "declined"),
                ("decline_reason", "No capacity")
            )
        )
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, stale.StatusCode);
            Assert.Contains(
                "no longer uses this reason",
                (await stale.PageAsync()).Body!.Words(),
                StringComparison.Ordinal
            );
        }

        using (
            await office.SendFormAsync(
                Out(page, number),
                ("status", "declined"),
                ("decline_reason", "Conflict of interest"),
                ("reason", "her landlord is a client")
            )
        ) { }
        Assert.Equal(
            "moved this lead from Registered to Declined: Conflict of interest – her landlord is a client",
            await app.ValueAsync<string>(Move)
        );
        Assert.Contains(
            "Declined “Conflict of interest – her landlord is a client”",
            (await office.OpenAsync($"/leads/{number}")).QuerySelector("#status")!.Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Reports_count_what_is_declined_by_reason_and_nothing_that_was_taken_back()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 0; i < 6; i++)
            await new Prospect().IsAcceptedAsync(app);
        using var office = await app.SignedInAsync(Role.Administrator, "office");

        // From the list, many at once; on the board; with words of one's own, which may be those of the list; and without a word.
        using (
            await SelectionAsync(
                ("lead", "1"),
                ("lead", "2"),
                ("status", "declined"),
                ("decline_reason", "No capacity")
            )
        ) { }
        var board = (await office.OpenAsync("/board")).Form("/board", form => form.Id == "board-form");
        board.SetAttribute("action", "/board/3/status");
        using (
            var moved = await office.SendFormAsync(
                board,
                ("status", "declined"),
                ("decline_reason", "Conflict of interest")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, moved.StatusCode);
        await DeclineAsync(4, "no capacity");
        await DeclineAsync(5, "The sister of a colleague");
        await DeclineAsync(6, "");

        Assert.Equal(
            ["No capacity 3", "Conflict of interest 1", "Other 1", "No reason given 1"],
            await ByReasonAsync("/reports?period=today")
        );
        var csv = await office.GetStringAsync(new Uri("/reports.csv?period=today", UriKind.Relative));
        Assert.Contains("declined by reason,No capacity,,,,3,", csv, StringComparison.Ordinal);

        // Undo takes it off the report; reopening as well, and taking the reopening back brings it on again.
        var undo = (await SelectedAsync(("lead", "3"), ("status", "registered"))).Form("/leads/undo");
        Assert.DoesNotContain("Conflict of interest 1", await ByReasonAsync("/reports?period=today"));
        using (await office.SendFormAsync(undo)) { }
        Assert.Contains("Conflict of interest 1", await ByReasonAsync("/reports?period=today"));

        async Task DeclineAsync(long number, string words)
        {
            var page = await office.OpenAsync($"/leads/{number}");
            using var answer = await office.SendFormAsync(Out(page, number), ("status", "declined"), ("reason", words));
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        }

        async Task<string[]> ByReasonAsync(string address) =>
            [
                .. (await office.OpenAsync(address))
                    .QuerySelectorAll("[aria-labelledby=h-declines] tbody tr")
                    .Select(row => $"{row.QuerySelector("th")!.Words()} {row.QuerySelector(".n")!.Words()}"),
            ];

        async Task<IHtmlDocument> SelectedAsync(params (string, string)[] values)
        {
            using (await SelectionAsync(values)) { }
            return await office.OpenAsync("/leads");
        }

        async Task<HttpResponseMessage> SelectionAsync(params (string, string)[] values) =>
            await office.SendFormAsync(
                (await office.OpenAsync("/leads")).Form("/leads/selection"),
                [.. values, ("action", "status")]
            );
    }

    [Fact]
    public async Task The_letter_goes_out_with_the_decline_and_its_pdf_stays_as_proof()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect { FirstName = "Łucja", Language = "es" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(Role.Attorney, "maria", "Maria Lopez");

        var form = (await maria.OpenAsync($"/leads/{number}/decline")).Form($"/leads/{number}/decline");
        Assert.StartsWith(
            "Estimado/a Łucja ",
            form.QuerySelector<IHtmlTextAreaElement>("[name=text]")!.Value,
            StringComparison.Ordinal
        );
        using (
            var english = await maria.SendFormAsync(
                form,
                ("do", "insert"),
                ("snippet", "0199a3f0-0000-7000-8000-000000000003"),
                ("decline_reason", "No case")
            )
        )
            form = (await english.PageAsync()).Form($"/leads/{number}/decline");
        Assert.StartsWith(
            "Dear Łucja ",
            form.QuerySelector<IHtmlTextAreaElement>("[name=text]")!.Value,
            StringComparison.Ordinal
        );
        Assert.Equal("No case", form.QuerySelector("[name=decline_reason] [selected]")!.TextContent);
        using (
            var done = await maria.SendFormAsync(
                form,
                ("do", "send"),
                ("decline_reason", "No case"),
                (
                    "text",
                    "Dear Łucja,\n\nWe cannot take this on.\n\n"
                        + string.Concat(Enumerable.Repeat("Time limits may be running. ", 300))
                )
            )
        )
            Assert.Equal($"/leads/{number}", done.Headers.Location!.ToString());

        Assert.Equal("declined", await app.ValueAsync<string>("select status from leads"));
        Assert.Equal(
            "Maria Lopez: Your inquiry to Anteroom Law",
            await app.ValueAsync<string>("select from_name || ': ' || subject from emails where kind = 'personal'")
        );
        var hash = await app.ValueAsync<string>("select encode(sha256, 'hex') from resumes where added_at is not null");
        Assert.EndsWith(
            $".pdf” by email to ada@example.com (SHA-256 {hash})",
            await app.ValueAsync<string>("select summary from activities where kind = 'file_added'"),
            StringComparison.Ordinal
        );
        var file = await app.ValueAsync<Guid>("select id from resumes where added_at is not null");
        var bytes = await maria.GetByteArrayAsync(new Uri($"/leads/{number}/documents/{file}", UriKind.Relative));
        Assert.Equal(hash, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        using var pdf = UglyToad.PdfPig.PdfDocument.Open(bytes);
        Assert.True(pdf.NumberOfPages > 1);
        Assert.Contains("Dear Łucja,", pdf.GetPage(1).Text, StringComparison.Ordinal);
        Assert.Contains("Maria Lopez", pdf.GetPage(1).Text, StringComparison.Ordinal);

        // Undo takes the status back; what went out stays known, so that no welcome follows.
        var page = await maria.OpenAsync($"/leads/{number}");
        using (await maria.SendFormAsync(page.Form("/leads/undo"))) { }
        Assert.Equal(
            "registered",
            await app.ValueAsync<string>("select status from leads where written_to_at is not null")
        );
        Assert.Equal(1L, await app.ValueAsync<long>("select count(*) from resumes where added_at is not null"));
    }

    [Fact]
    public async Task Who_has_opted_out_gets_the_letter_on_paper_and_what_cannot_be_printed_is_said_before()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        await app.ExecuteAsync("insert into opt_outs (address, at) values ('ada@example.com', now())");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria", "Maria Lopez");

        var page = await maria.OpenAsync($"/leads/{number}/decline");
        Assert.Contains("has opted out of email", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("[value=send]"));
        var form = page.Form($"/leads/{number}/decline");
        using (var sent = await maria.SendFormAsync(form, ("do", "send")))
            Assert.Contains("Print the letter instead", await sent.ErrorAsync("text"), StringComparison.Ordinal);
        using (var odd = await maria.SendFormAsync(form, ("do", "print"), ("text", "Dear 张,\n\nsorry.")))
            Assert.Equal(
                "The PDF has no characters for 张. Please write them in another way.",
                await odd.ErrorAsync("text")
            );
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));

        using (await maria.SendFormAsync(form, ("do", "print"))) { }

        Assert.Equal("declined", await app.ValueAsync<string>("select status from leads"));
        Assert.Equal(0L, await app.ValueAsync<long>("select count(*) from emails where kind = 'personal'"));
        var letter = (await maria.OpenAsync($"/leads/{number}")).QuerySelector(".notice a")!;
        using var opened = await maria.GetAsync(new Uri(letter.GetAttribute("href")!, UriKind.Relative));
        Assert.Equal("application/pdf", opened.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Undo_calls_the_letter_back_unless_it_has_been_sent_and_says_which()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(Role.Attorney, "maria", "Maria Lopez");

        Assert.Contains(
            "the letter was called back before it was sent",
            await UndoneAsync("select 1"),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "cancelled The decline was taken back.",
            await app.ValueAsync<string>("select state || ' ' || last_error from emails where kind = 'personal'")
        );
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));
        // Other mail of the lead is left alone.
        Assert.Equal("queued", await app.ValueAsync<string>("select state from emails where kind = 'confirmation'"));

        const string Sent =
            "update emails set state = 'sent', sent_at = now() where kind = 'personal' and state = 'queued'";
        Assert.Contains("the letter has already been sent", await UndoneAsync(Sent), StringComparison.Ordinal);
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));
        Assert.Equal(
            "cancelled,sent",
            await app.ValueAsync<string>(
                "select string_agg(state, ',' order by state) from emails where kind = 'personal'"
            )
        );

        // Without a letter there is nothing to say of one.
        using (
            await maria.SendFormAsync(
                Out(await maria.OpenAsync($"/leads/{number}"), number),
                ("status", "declined"),
                ("reason", "no")
            )
        ) { }
        var plain = await SaidAsync(await maria.OpenAsync($"/leads/{number}"));
        Assert.Contains("Undone.", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("letter", plain, StringComparison.Ordinal);

        async Task<string> UndoneAsync(string meanwhile)
        {
            var form = (await maria.OpenAsync($"/leads/{number}/decline")).Form($"/leads/{number}/decline");
            using (var declined = await maria.SendFormAsync(form, ("do", "send"), ("decline_reason", "No case")))
                Assert.Equal(HttpStatusCode.SeeOther, declined.StatusCode);
            var page = await maria.OpenAsync($"/leads/{number}");
            await app.ExecuteAsync(meanwhile);
            return await SaidAsync(page);
        }

        async Task<string> SaidAsync(IHtmlDocument page)
        {
            using (var undone = await maria.SendFormAsync(page.Form("/leads/undo")))
                Assert.Equal(HttpStatusCode.SeeOther, undone.StatusCode);
            return (await maria.OpenAsync($"/leads/{number}")).QuerySelector(".notice")!.Words();
        }
    }

    [Fact]
    public async Task The_boards_menu_asks_for_the_reason_without_a_script()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        await new Prospect { Email = "other@example.com" }.IsAcceptedAsync(app);
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        var page = await office.OpenAsync("/board?source=form");

        var asked = await AskedAsync("1");
        Assert.Equal("Decline lead 1?", asked.QuerySelector("h1")!.Words());
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads where number = 1"));
        using (
            var moved = await office.SendFormAsync(
                asked.Form("/board/1/status"),
                ("decline_reason", "No case"),
                ("reason", "too long ago")
            )
        )
            Assert.Equal("/board?source=form", moved.Headers.Location!.ToString());
        Assert.Equal(
            "moved this lead from Registered to Declined: No case – too long ago",
            await app.ValueAsync<string>(Move)
        );

        // A reason may be left out, as on the lead's page; and what somebody has changed meanwhile is not overwritten.
        asked = await AskedAsync("2");
        await app.ExecuteAsync(
            "update leads set status = 'reached_out', reached_out_at = now(), updated_at = now() where number = 2"
        );
        using (var stale = await office.SendFormAsync(asked.Form("/board/2/status")))
            Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        page = await office.OpenAsync("/board?source=form");
        asked = await AskedAsync("2");
        using (await office.SendFormAsync(asked.Form("/board/2/status"))) { }
        Assert.Equal("moved this lead from Reached out to Declined", await app.ValueAsync<string>(Move));

        async Task<IHtmlDocument> AskedAsync(string number)
        {
            var button = page.QuerySelector($"#lead-{number} [value=declined]")!;
            var form = page.Form("/board", form => form.Id == "board-form");
            form.SetAttribute("action", button.GetAttribute("formaction")!);
            using var answer = await office.SendFormAsync(form, ("status", "declined"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.PageAsync();
        }
    }
}
