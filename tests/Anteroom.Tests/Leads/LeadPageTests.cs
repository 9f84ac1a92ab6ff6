using System.Net;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Leads;

/// <summary>What people do on a lead's page, without JavaScript: notes, tasks, tags, edits, looking around.</summary>
public sealed class LeadPageTests(TestDatabases databases)
{
    [Fact]
    public async Task A_note_is_shown_as_its_writer_meant_it_and_harms_nobody()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        await WriteAsync(
            maria,
            number,
            "She **called**, see [the court](https://court.example/x?a=1&b=2).\n\n- one\n- `two`\n\n"
                + "# big\n[bad](javascript:alert(1)) <img src=x onerror=alert(1)> ![eye](https://evil.example/p.gif) <javascript:alert(2)>\n//evil"
        );

        var note = (await maria.OpenAsync($"/leads/{number}")).QuerySelector(".entry-note .prose")!;
        Assert.Equal("called", note.QuerySelector("strong")!.TextContent);
        Assert.Equal(["one", "two"], note.QuerySelectorAll("li").Select(item => item.TextContent.Trim()));
        Assert.Equal(
            ["https://court.example/x?a=1&b=2", "https://evil.example/p.gif"],
            note.QuerySelectorAll("a").Select(link => link.GetAttribute("href"))
        );
        Assert.All(
            note.QuerySelectorAll("a"),
            link => Assert.Equal("noopener noreferrer nofollow", link.GetAttribute("rel"))
        );
        Assert.Empty(note.QuerySelectorAll("img, script, h1, h2, h3, [onerror]"));
        Assert.Contains("<img src=x onerror=alert(1)>", note.TextContent, StringComparison.Ordinal);
        Assert.Contains("bad", note.TextContent, StringComparison.Ordinal);

        await WriteAsync(maria, number, new string('>', 4000) + "deep");
        Assert.Contains("deep", (await maria.OpenAsync($"/leads/{number}")).Body!.Words(), StringComparison.Ordinal);
        using var empty = await SendAsync(maria, number, "/notes", ("text", "  "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.StatusCode);
        Assert.Equal("Please write something.", await empty.ErrorAsync("text"));
    }

    [Fact]
    public async Task Whom_a_note_names_gets_an_e_mail_when_they_may_see_the_lead()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        var number = await new Prospect { FirstName = "<Ada>" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        await app.CreateUserAsync(Role.Attorney, "daniel");
        await app.CreateUserAsync(Role.Attorney, "ruth.b");
        await app.CreateUserAsync(Role.Staff, "desk");
        var id = await app.ValueAsync<Guid>("select id from users where user_name = 'maria'");
        using (await SendAsync(maria, number, "/assign", ("assigned_to", $"{id}"))) { }

        await WriteAsync(
            maria,
            number,
            "@DESK: please call. @maria @daniel mail@ruth.b and nobody@example.com, @nobody"
        );

        Assert.Equal(
            ["desk@firm.example"],
            await app.TextsAsync("select to_address from emails where kind = 'mention'")
        );
        var mail = await app.ValueAsync<string>("select subject || text || html from emails where kind = 'mention'");
        Assert.Contains($"Maria Lopez mentioned you: lead {number}, <Ada> Lovelace", mail, StringComparison.Ordinal);
        Assert.Contains("&lt;Ada&gt; Lovelace", mail, StringComparison.Ordinal);
        Assert.Contains($"/leads/{number}", mail, StringComparison.Ordinal);
        var page = await maria.OpenAsync($"/leads/{number}?show=notes");
        Assert.Contains("desk", page.QuerySelector(".mention")!.TextContent, StringComparison.OrdinalIgnoreCase);

        using (await SendAsync(maria, number, "/assign", ("assigned_to", ""))) { }
        await WriteAsync(maria, number, "Now it is nobody's: @ruth.b.");
        Assert.Equal(
            1,
            await app.ValueAsync<long>("select count(*) from emails where to_address = 'ruth.b@firm.example'")
        );
    }

    [Fact]
    public async Task A_move_and_an_assignment_can_be_undone_where_they_were_made()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        var id = await app.ValueAsync<Guid>("select id from users where user_name = 'maria'");

        var list = await maria.OpenAsync($"/leads/{number}?view=q%3Dada");
        using (await maria.SendFormAsync(list.Form($"/leads/{number}/status"), ("status", "reached_out"))) { }
        // A page that keeps itself fresh in the background does not take the message away.
        using (var fresh = new HttpRequestMessage(HttpMethod.Get, new Uri($"/leads/{number}", UriKind.Relative)))
        {
            fresh.Headers.Add("X-Live", "1");
            using var answer = await maria.SendAsync(fresh);
            Assert.DoesNotContain("Moved to", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var page = await maria.OpenAsync($"/leads/{number}?view=q%3Dada");
        Assert.Equal("Moved to Reached out. Undo", page.QuerySelector(".notice")!.Words());
        Assert.Null((await maria.OpenAsync($"/leads/{number}")).QuerySelector(".notice"));
        Assert.Equal($"/leads/{number}?view=q%3Dada", await UndoneAsync("Undone. The lead is as it was before."));
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));

        using (await SendAsync(maria, number, "/assign", ("assigned_to", $"{id}"))) { }
        page = await maria.OpenAsync($"/leads/{number}");
        Assert.Equal("Assigned to Maria Lopez, who is notified by email. Undo", page.QuerySelector(".notice")!.Words());
        Assert.Equal($"/leads/{number}", await UndoneAsync("Undone. The lead is as it was before."));
        Assert.Equal(0, await app.ValueAsync<long>("select count(assigned_to) from leads"));

        // Nothing was changed, so there is nothing to undo.
        using (await SendAsync(maria, number, "/assign", ("assigned_to", ""))) { }
        Assert.Null((await maria.OpenAsync($"/leads/{number}")).QuerySelector(".notice form"));

        // Somebody has changed the lead since.
        using (await SendAsync(maria, number, "/status", ("status", "declined"))) { }
        page = await maria.OpenAsync($"/leads/{number}");
        using var daniel = await app.SignedInAsync(Role.Attorney, "daniel");
        using (await SendAsync(daniel, number, "/status", ("status", "registered"))) { }
        await UndoneAsync("Nothing was undone: someone has changed this lead since.");
        Assert.Equal("registered", await app.ValueAsync<string>("select status from leads"));

        async Task<string> UndoneAsync(string words)
        {
            using var answer = await maria.SendFormAsync(page.Form("/leads/undo"));
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            var back = answer.Headers.Location!.ToString();
            page = await maria.OpenAsync(back);
            Assert.Equal(words, page.QuerySelector(".notice")!.Words());
            Assert.Null(page.QuerySelector(".notice form"));
            return back;
        }
    }

    [Fact]
    public async Task Assigning_a_late_lead_is_said_to_write_to_the_prospect_and_can_be_done_without()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        var id = await app.ValueAsync<Guid>("select id from users where user_name = 'maria'");
        var early = await maria.OpenAsync($"/leads/{number}");
        Assert.Null(early.QuerySelector(".assign-warning"));
        clock.Advance(TimeSpan.FromMinutes(6));

        // The page was opened in time, and sent too late: nothing happens without a word.
        using (var asked = await maria.SendFormAsync(early.Form($"/leads/{number}/assign"), ("assigned_to", $"{id}")))
        {
            Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
            var question = await asked.PageAsync();
            Assert.Equal($"{id}", question.QuerySelector("#assigned_to option[selected]")!.GetAttribute("value"));
            Assert.Equal(
                ["Assign and send", "Assign only"],
                question.QuerySelectorAll("#attorney-card button").Select(button => button.Words())
            );
        }
        Assert.Equal(0, await app.ValueAsync<long>("select count(assigned_to) from leads"));

        using (await SendAsync(maria, number, "/assign", ("assigned_to", $"{id}"), ("welcome", "none"))) { }
        Assert.Equal(1, await app.ValueAsync<long>("select count(assigned_to) from leads"));
        Assert.Equal(
            "Assigned without the welcome email.",
            await app.ValueAsync<string>("select last_error from work where kind = 'reach_out' and state = 'cancelled'")
        );
        var page = await maria.OpenAsync($"/leads/{number}");
        Assert.Null(page.QuerySelector(".assign-warning"));
        Assert.Null(page.QuerySelector("#letter-before"));

        // Who writes next is told of what went out minutes ago.
        using (await SendAsync(maria, number, "/email", ("subject", "Hello"), ("text", "When can we talk?"))) { }
        page = await maria.OpenAsync($"/leads/{number}");
        Assert.StartsWith(
            "An email is about to go out in the name of Maria Lopez",
            page.QuerySelector("#letter-before")!.Words(),
            StringComparison.Ordinal
        );
        clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Null((await maria.OpenAsync($"/leads/{number}")).QuerySelector("#letter-before"));
    }

    [Theory]
    [InlineData("//evil.example/leads/1")]
    [InlineData("/leads/1/../../signout")]
    [InlineData("/leads/+1")]
    public async Task An_undo_leads_back_to_a_page_of_leads_only(string back)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        using (await SendAsync(maria, number, "/status", ("status", "reached_out"))) { }

        using var answer = await maria.SendFormAsync(
            (await maria.OpenAsync($"/leads/{number}")).Form("/leads/undo"),
            ("back", back)
        );

        Assert.Equal("/leads", answer.Headers.Location!.ToString());
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task The_timeline_is_filtered_and_goes_on_by_key()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        for (var i = 1; i <= 65; i++)
            await WriteAsync(maria, number, $"note {i}");
        using (await SendAsync(maria, number, "/status", ("status", "reached_out"))) { }

        var seen = new List<string>();
        for (string? address = $"/leads/{number}"; address is not null; )
        {
            var page = await maria.OpenAsync(address);
            seen.AddRange(page.QuerySelectorAll(".history > li").Select(line => line.Id!));
            address = page.QuerySelector("nav.pager [rel=next]")?.GetAttribute("href");
        }

        // 65 notes, the submission, the move, the confirmation (nobody is an administrator, so there is no notification).
        Assert.Equal(68, seen.Count);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        await ShowsAsync("emails", 1, ".entry-email");
        await ShowsAsync("changes", 2, "li");
        await ShowsAsync("notes", 30, ".entry-note");
        await ShowsAsync("nonsense&before=nonsense", 30, "li");

        async Task ShowsAsync(string filter, int entries, string kind)
        {
            var page = await maria.OpenAsync($"/leads/{number}?show={filter}");
            Assert.Equal(entries, page.QuerySelectorAll(".history > li").Length);
            Assert.Equal(entries, page.QuerySelectorAll($".history > {kind}").Length);
        }
    }

    [Fact]
    public async Task A_task_is_added_ticked_off_once_and_opened_again()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        using var daniel = await app.SignedInAsync(userName: "daniel", fullName: "Daniel Okafor");
        var yesterday = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        var danielId = await app.ValueAsync<Guid>("select id from users where user_name = 'daniel'");

        using (
            var added = await SendAsync(
                maria,
                number,
                "/tasks",
                ("title", " <b>Call</b>  her "),
                ("due_on", $"{yesterday:yyyy-MM-dd}"),
                ("task_for", $"{danielId}")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, added.StatusCode);

        Assert.Equal("1", (await daniel.OpenAsync("/leads")).QuerySelector(".overdue-count span")!.TextContent);
        var mine = await daniel.OpenAsync("/tasks");
        Assert.Equal("Overdue", mine.QuerySelector(".task-group")!.GetAttribute("aria-label"));
        Assert.Contains("<b>Call</b> her", mine.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("Nothing to do", (await maria.OpenAsync("/tasks")).Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("Call", (await maria.OpenAsync("/tasks?show=all")).Body!.Words(), StringComparison.Ordinal);

        var tick = mine.Form("/tasks/");
        var answers = await Task.WhenAll(daniel.SendFormAsync(tick), daniel.SendFormAsync(tick));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from activities where kind = 'task_done'"));
        Assert.Contains(
            "Daniel Okafor finished the task “<b>Call</b> her”",
            (await maria.OpenAsync($"/leads/{number}")).Body!.Words(),
            StringComparison.Ordinal
        );
        Assert.Empty((await daniel.OpenAsync("/leads")).QuerySelectorAll(".overdue-count"));
        var done = (await maria.OpenAsync($"/leads/{number}")).Form($"/leads/{number}/tasks/");
        using (await maria.SendFormAsync(done)) { }
        Assert.True(await app.ValueAsync<bool>("select done_at is null and done_by is null from tasks"));
    }

    [Theory]
    [InlineData("title", "", "", "Please enter a task.")]
    [InlineData("title", "two\nlines", "", "one line")]
    [InlineData("due_on", "Call", "31.12.2026", "as 2026-12-01")]
    [InlineData("due_on", "Call", "0001-01-01", "as 2026-12-01")]
    public async Task A_task_that_makes_no_sense_is_refused_with_what_was_typed(
        string field,
        string title,
        string due,
        string problem
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        using var answer = await SendAsync(maria, number, "/tasks", ("title", title), ("due_on", due));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(problem, await answer.ErrorAsync(field), StringComparison.Ordinal);
        Assert.NotNull((await answer.PageAsync()).QuerySelector("#compose-task[open]"));
        Assert.Equal(0, await app.CountAsync("tasks"));
    }

    [Fact]
    public async Task Tags_are_the_same_whatever_their_case_and_come_and_go()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        var second = await new Prospect { Email = "other@example.com" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        await Task.WhenAll(
            SendAsync(maria, number, "/tags", ("tag", "Señor VIP")),
            SendAsync(maria, second, "/tags", ("tag", "senor vip"))
        );
        using (await SendAsync(maria, number, "/tags", ("tag", "SEÑOR vip"))) { }

        Assert.Equal(1, await app.CountAsync("tags"));
        Assert.Equal(2, await app.CountAsync("lead_tags"));
        Assert.Equal(2, await app.ValueAsync<long>("select count(*) from activities where kind = 'tag_added'"));
        foreach (var wrong in new[] { "", "a,b", "two\nlines", new string('x', 41) })
        {
            using var answer = await SendAsync(maria, number, "/tags", ("tag", wrong));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.NotEmpty((await answer.PageAsync()).GetElementById("tag-error")!.TextContent);
        }

        var page = await maria.OpenAsync($"/leads/{number}");
        using (await maria.SendFormAsync(page.Form($"/leads/{number}/tags/remove"))) { }
        Assert.Equal(second, await app.ValueAsync<long>("select lead_number from lead_tags"));
    }

    [Fact]
    public async Task Facts_are_corrected_by_the_rules_of_the_form_and_found_by_the_search()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");

        using (
            var wrong = await EditAsync(
                maria,
                number,
                ("email", "nonsense"),
                ("first_name", "www.x"),
                ("phone", "12"),
                ("practice_area", "Alchemy"),
                ("source", "")
            )
        )
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
            var page = await wrong.PageAsync();
            Assert.Equal(
                ["first_name", "email", "phone", "practice_area", "source"],
                page.QuerySelectorAll(".field-wrong").Select(field => field.GetAttribute("data-field")!)
            );
            Assert.Equal("nonsense", page.QuerySelector("[name=email]")!.GetAttribute("value"));
        }

        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from activities where kind = 'edited'"));
        using (
            await EditAsync(
                maria,
                number,
                ("first_name", "Áda <i>"),
                ("email", "ada.new@example.com"),
                ("phone", "(202) 555-0142")
            )
        ) { }

        Assert.Equal(
            "changed first name: Ada → Áda <i>; email: ada@example.com → ada.new@example.com; phone: (none) → (202) 555-0142",
            await app.ValueAsync<string>("select summary from activities where kind = 'edited'")
        );
        Assert.Equal(
            "ada <i> lovelace ada.new@example.com|2025550142|+12025550142",
            await app.ValueAsync<string>("select search_text || '|' || phone_digits || '|' || phone_e164 from leads")
        );
        Assert.Single((await maria.OpenAsync("/leads?q=ada.new")).QuerySelectorAll(".row-link"));
        Assert.Empty((await maria.OpenAsync("/leads?q=ada@example")).QuerySelectorAll(".row-link"));
        using (await EditAsync(maria, number)) { }
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from activities where kind = 'edited'"));
    }

    [Fact]
    public async Task Of_two_who_edit_at_once_the_second_sees_what_is_there_now_beside_what_was_typed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        using var daniel = await app.SignedInAsync(userName: "daniel");
        var form = (await daniel.OpenAsync($"/leads/{number}/edit")).Form($"/leads/{number}/edit");
        using (await EditAsync(maria, number, ("last_name", "Byron"))) { }

        using var answer = await daniel.SendFormAsync(form, ("last_name", "King"));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var page = await answer.PageAsync();
        Assert.Equal("King", page.QuerySelector("[name=last_name]")!.GetAttribute("value"));
        Assert.Contains("Now: Byron", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal("Byron", await app.ValueAsync<string>("select last_name from leads"));
        using var again = await daniel.SendFormAsync(page.Form($"/leads/{number}/edit"));
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Equal("King", await app.ValueAsync<string>("select last_name from leads"));
    }

    [Fact]
    public async Task A_lead_that_is_declined_keeps_the_reason_and_offers_only_the_legal_moves()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        Assert.Equal(["reached_out", "declined", "lost"], await MovesAsync());
        using (var wrong = await SendAsync(maria, number, "/status", ("status", "declined"), ("reason", "a\nb")))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using (
            await SendAsync(maria, number, "/status", ("status", "declined"), ("reason", "Conflict of <b>interest</b>"))
        ) { }

        Assert.Equal(
            "moved this lead from Registered to Declined: Conflict of <b>interest</b>",
            await app.ValueAsync<string>("select summary from activities where kind = 'status_changed'")
        );
        Assert.Equal(["registered"], await MovesAsync());
        var page = await maria.OpenAsync($"/leads/{number}");
        var step = page.QuerySelector("#status [aria-current=step]")!.Words();
        Assert.StartsWith("Declined “Conflict of <b>interest</b>” By ", step, StringComparison.Ordinal);
        Assert.Equal("Unassigned.", page.QuerySelector("#attorney-card > p")!.Words());

        async Task<string[]> MovesAsync() =>
            [
                .. (await maria.OpenAsync($"/leads/{number}"))
                    .QuerySelectorAll("#status [name=status]")
                    .Select(button => button.GetAttribute("value")!),
            ];
    }

    [Fact]
    public async Task The_leads_beside_one_are_those_of_the_list_it_was_opened_from()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 1; i <= 5; i++)
            await new Prospect { Email = $"p{i}@example.com", FirstName = i % 2 == 0 ? "Eve" : "Odd" }.IsAcceptedAsync(
                app
            );
        using var maria = await app.SignedInAsync();
        using (await SendAsync(maria, 3, "/status", ("status", "declined"))) { }

        Assert.Equal((4, 2), await BesideAsync(3, ""));
        Assert.Equal((5, 1), await BesideAsync(3, "?view=q%3Dodd"));
        Assert.Equal((4, 2), await BesideAsync(3, "?view=status%3Dregistered"));
        Assert.Equal((null, 3), await BesideAsync(5, "?view=q%3Dodd"));
        Assert.Equal((3, null), await BesideAsync(1, "?view=q%3Dodd"));
        Assert.Equal((null, null), await BesideAsync(3, "?view=q%3Dnobody"));
        var page = await maria.OpenAsync("/leads/3?view=q%3Dodd%26status%3Dregistered");
        Assert.Equal("/leads?q=odd&status=registered", page.QuerySelector(".crumbs a")!.GetAttribute("href"));

        async Task<(int?, int?)> BesideAsync(long number, string query)
        {
            var opened = await maria.OpenAsync($"/leads/{number}{query}");
            return (Number("prev"), Number("next"));

            int? Number(string rel) =>
                opened.QuerySelector($".beside [rel={rel}]")?.GetAttribute("href") is { } href
                    ? int.Parse(
                        href["/leads/".Length..].Split('?')[0],
                        System.Globalization.CultureInfo.InvariantCulture
                    )
                    : null;
        }
    }

    [Fact]
    public async Task Colleagues_see_who_looks_at_the_same_lead_until_they_leave_or_fall_silent()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        using var daniel = await app.SignedInAsync(userName: "daniel", fullName: "Daniel Okafor");

        Assert.Empty(await BeatAsync(maria));
        Assert.Equal(["Maria Lopez is looking at this too"], await BeatAsync(daniel));
        Assert.Equal(
            "Daniel Okafor is looking at this too",
            (await maria.OpenAsync($"/leads/{number}"))
                .QuerySelector("#presence .viewer > span:last-child")!
                .TextContent
        );
        clock.Advance(TimeSpan.FromSeconds(39));
        Assert.Single(await BeatAsync(maria));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(await BeatAsync(maria));
        Assert.Single(await BeatAsync(daniel));
        Assert.Empty(await BeatAsync(maria, leave: true));
        Assert.Empty(await BeatAsync(daniel));

        async Task<string[]> BeatAsync(HttpClient client, bool leave = false)
        {
            var page = await client.OpenAsync($"/leads/{number}");
            var token = page.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
            using var body = new FormUrlEncodedContent([
                new("__RequestVerificationToken", token),
                .. leave ? [KeyValuePair.Create("leave", "1")] : Array.Empty<KeyValuePair<string, string>>(),
            ]);
            using var answer = await client.PostAsync(new Uri($"/leads/{number}/presence", UriKind.Relative), body);
            Assert.True(answer.IsSuccessStatusCode);
            return leave
                ? []
                :
                [
                    .. (await answer.PageAsync())
                        .QuerySelectorAll(".viewer > span:last-child")
                        .Select(name => name.TextContent),
                ];
        }
    }

    internal static async Task WriteAsync(HttpClient client, long number, string note)
    {
        using var answer = await SendAsync(client, number, "/notes", ("text", note));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> EditAsync(
        HttpClient client,
        long number,
        params (string, string)[] values
    )
    {
        var page = await client.OpenAsync($"/leads/{number}/edit");
        // A select sends what is selected, which the helper does not know.
        return await client.SendFormAsync(
            page.Form($"/leads/{number}/edit"),
            values.Any(value => value.Item1 == "practice_area") ? values : [.. values, ("practice_area", "")]
        );
    }

    /// <summary>Opens the lead and sends the first form that goes to the address.</summary>
    internal static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        long number,
        string below,
        params (string, string)[] values
    )
    {
        var page = await client.OpenAsync($"/leads/{number}");
        var form = page.Form(
            $"/leads/{number}{below}",
            form => form.GetAttribute("action") == $"/leads/{number}{below}"
        );
        return await client.SendFormAsync(form, values);
    }
}
