using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Anteroom.Leads;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Leads;

/// <summary>What is done to many leads at once, taking it back, the trash, and moves on the board; all without JavaScript.</summary>
[Trait("Category", "Slow")]
public sealed class SelectionTests(TestDatabases databases)
{
    private static async Task<HttpResponseMessage> DoAsync(
        HttpClient client,
        string address,
        params (string Name, string Value)[] values
    )
    {
        var form = (await client.OpenAsync(address)).Form("/leads/selection");
        using var content = new FormUrlEncodedContent(
            form.QuerySelectorAll("input[type=hidden]")
                .Select(field => KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value") ?? ""))
                .Concat(values.Select(value => KeyValuePair.Create(value.Name, value.Value)))
        );
        return await client.PostAsync(new Uri("/leads/selection", UriKind.Relative), content);
    }

    /// <summary>Does it, and reads what the next page says about it.</summary>
    private static async Task<IHtmlDocument> DoneAsync(
        HttpClient client,
        string address,
        params (string Name, string Value)[] values
    )
    {
        using var answer = await DoAsync(client, address, values);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(address, answer.Headers.Location!.ToString());
        return await client.OpenAsync(address);
    }

    private static async Task<string> UndoneAsync(HttpClient client, IHtmlDocument page)
    {
        using var answer = await client.SendFormAsync(page.Form("/leads/undo"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return (await client.OpenAsync(answer.Headers.Location!.ToString())).QuerySelector("[data-toast]")!.Words();
    }

    private static string Says(IHtmlDocument page) => page.QuerySelector("[data-toast]")!.Words();

    [Fact]
    public async Task Many_are_moved_at_once_the_illegal_left_out_and_undo_leaves_alone_what_somebody_changed_since()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 0; i < 4; i++)
            await new Prospect().IsAcceptedAsync(app);
        await app.ExecuteAsync("update leads set status = 'retained' where number = 4");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria", "Maria Lopez");

        var page = await DoneAsync(
            maria,
            "/leads",
            ("lead", "1"),
            ("lead", "2"),
            ("lead", "3"),
            ("lead", "4"),
            ("lead", "99"),
            ("status", "reached_out"),
            ("action", "status")
        );

        Assert.Contains("3 leads moved to Reached out.", Says(page), StringComparison.Ordinal);
        Assert.Contains(
            "2 left out: 1 cannot move there from its status; 1 no longer exists",
            Says(page),
            StringComparison.Ordinal
        );
        Assert.Equal(
            3,
            await app.ValueAsync<long>(
                "select count(*) from leads where status = 'reached_out' and reached_out_by is not null and reached_out_at is not null"
            )
        );
        Assert.Equal(
            3,
            await app.ValueAsync<long>(
                "select count(*) from activities where kind = 'status_changed' and actor = 'Maria Lopez'"
            )
        );

        // Somebody goes on with one of them.
        var lead = await maria.OpenAsync("/leads/2");
        using (await maria.SendFormAsync(lead.Form("/leads/2/status"), ("status", "consultation"))) { }
        Assert.Contains(
            "2 leads are as they were before. 1 was left alone",
            await UndoneAsync(maria, page),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "registered,consultation,registered,retained",
            await app.ValueAsync<string>("select string_agg(status, ',' order by number) from leads")
        );
        Assert.Equal(
            2,
            await app.ValueAsync<long>(
                "select count(*) from leads where status = 'registered' and reached_out_at is null and reached_out_by is null"
            )
        );
        Assert.Equal(4L, await app.ValueAsync<long>("select sum(leads)::bigint from lead_counts"));

        // Once, and not by somebody else.
        using var daniel = await app.SignedInAsync(Role.Attorney, "daniel");
        var secret = (await daniel.OpenAsync("/leads"))
            .QuerySelector("[name=__RequestVerificationToken]")!
            .GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([
            new("__RequestVerificationToken", secret),
            new("undo", page.QuerySelector("[name=undo]")!.GetAttribute("value")!),
        ]);
        using var stranger = await daniel.PostAsync(new Uri("/leads/undo", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
    }

    [Fact]
    public async Task All_that_match_are_given_out_with_their_e_mails_and_given_back()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 0; i < 60; i++)
            await new Prospect { PracticeArea = i < 55 ? "Family" : "Business" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(Role.Staff, "maria");
        await app.CreateUserAsync(Role.Attorney, "daniel", "Daniel Okafor");

        var page = await DoneAsync(
            maria,
            "/leads?practice_area=Family",
            ("all", "yes"),
            ("assigned_to", await app.ValueAsync<string>("select id::text from users where user_name = 'daniel'")),
            ("action", "assign")
        );

        Assert.Contains("55 leads assigned to Daniel Okafor.", Says(page), StringComparison.Ordinal);
        Assert.Equal(
            55,
            await app.ValueAsync<long>(
                "select count(*) from leads join users on users.id = assigned_to where user_name = 'daniel' and leads.practice_area = 'Family'"
            )
        );
        Assert.Equal(
            55,
            await app.ValueAsync<long>(
                "select count(*) from emails where kind = 'assigned' and to_address = 'daniel@firm.example'"
            )
        );
        Assert.Contains("55 leads are as they were before.", await UndoneAsync(maria, page), StringComparison.Ordinal);
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from leads where assigned_to is not null"));

        // What makes no sense changes nothing.
        foreach (
            var values in new (string, string)[][]
            {
                [("action", "status"), ("status", "lost")],
                [("lead", "1"), ("action", "status"), ("status", "")],
                [("lead", "1"), ("action", "assign"), ("assigned_to", Guid.NewGuid().ToString())],
                [("lead", "1"), ("action", "explode")],
                [("lead", "one"), ("action", "delete")],
            }
        )
        {
            using var refused = await DoAsync(maria, "/leads", values);
            Assert.InRange((int)refused.StatusCode, 400, 422);
        }
        Assert.Equal(
            60,
            await app.ValueAsync<long>(
                "select count(*) from leads where status = 'registered' and deleted_at is null and assigned_to is null"
            )
        );

        // Email and export go where they are made.
        using var mail = await DoAsync(maria, "/leads", ("lead", "7"), ("lead", "8"), ("action", "email"));
        var bulk = await maria.OpenAsync(mail.Headers.Location!.ToString());
        Assert.Contains("2 chosen", bulk.Body!.Words(), StringComparison.Ordinal);
        using var export = await DoAsync(maria, "/leads", ("lead", "7"), ("lead", "8"), ("action", "export"));
        Assert.Equal("/leads.csv?lead=7,8", Uri.UnescapeDataString(export.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task Giving_out_late_leads_says_before_how_many_emails_that_sends_and_can_be_done_without_them()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        for (var i = 0; i < 3; i++)
            await new Prospect().IsAcceptedAsync(app);
        await app.ExecuteAsync("update leads set status = 'consultation' where number = 3");
        clock.Advance(TimeSpan.FromMinutes(6));
        await new Prospect().IsAcceptedAsync(app); // in time
        using var maria = await app.SignedInAsync(Role.Staff, "maria");
        await app.CreateUserAsync(Role.Attorney, "daniel", "Daniel Okafor");
        var daniel = await app.ValueAsync<string>("select id::text from users where user_name = 'daniel'");

        using var asked = await DoAsync(maria, "/leads", ("all", "yes"), ("assigned_to", daniel), ("action", "assign"));

        Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
        Assert.Equal(0, await app.ValueAsync<long>("select count(assigned_to) from leads"));
        var question = await asked.PageAsync();
        Assert.Equal("Assign 4 leads to Daniel Okafor?", question.QuerySelector("h1")!.Words());
        Assert.Contains("Assign and send 2 emails", question.Body!.Words(), StringComparison.Ordinal);
        using (await maria.SendFormAsync(question.Form("/leads/selection"), ("welcome", "none"))) { }
        Assert.Equal(4, await app.ValueAsync<long>("select count(assigned_to) from leads"));
        Assert.Equal(
            "cancelled,cancelled,cancelled,cancelled",
            await app.ValueAsync<string>("select string_agg(state, ',') from work where kind = 'reach_out'")
        );

        // Taken back, they are as they were, and the next one is asked again.
        await UndoneAsync(maria, await maria.OpenAsync("/leads"));
        using var again = await DoAsync(maria, "/leads", ("lead", "1"), ("assigned_to", daniel), ("action", "assign"));
        question = await again.PageAsync();
        Assert.Contains("Assign and send 1 email", question.Body!.Words(), StringComparison.Ordinal);
        using (await maria.SendFormAsync(question.Form("/leads/selection"), ("welcome", "send"))) { }
        Assert.Equal(
            1,
            await app.ValueAsync<long>(
                "select count(*) from work join leads on leads.id = subject where kind = 'reach_out' and state = 'queued' and number = 1 and assigned_to is not null"
            )
        );
    }

    [Fact]
    public async Task A_deleted_lead_is_gone_everywhere_at_once_and_comes_back_as_it_was()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Retention:TrashDays", "3")],
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        await new Prospect { FirstName = "Kept" }.IsAcceptedAsync(app);
        await new Prospect { FirstName = "Trashed" }.IsAcceptedAsync(app);
        var file = await app.ValueAsync<string>(
            "select storage_key from resumes join leads on leads.id = lead_id where number = 2"
        );
        var id = await app.ValueAsync<Guid>("select id from leads where number = 2");
        using var boss = await app.SignedInAsync(Role.Administrator, "boss");
        using var bearer = await app.BearerAsync(Role.Staff, "api");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");
        var waiting = await app.ValueAsync<long>("select count(*) from emails where state = 'queued'");

        var page = await DoneAsync(maria, "/leads", ("lead", "2"), ("action", "delete"));

        Assert.Contains("1 lead moved to the trash.", Says(page), StringComparison.Ordinal);
        await IsThereAsync(false);
        Assert.Equal(waiting / 2, await app.ValueAsync<long>("select count(*) from emails where state = 'queued'"));
        Assert.Equal(2, await app.ValueAsync<long>("select count(*) from work where state = 'queued'"));
        // Nothing about it goes out, whoever asks for it.
        await app.ExecuteAsync(
            "update emails set state = 'failed' where state = 'cancelled'; update emails set state = 'queued' where state = 'failed'"
        );
        Assert.Equal(waiting / 2, await app.ValueAsync<long>("select count(*) from emails where state = 'queued'"));

        Assert.Contains("1 lead is as it was before.", await UndoneAsync(maria, page), StringComparison.Ordinal);
        await IsThereAsync(true);
        Assert.Equal(waiting, await app.ValueAsync<long>("select count(*) from emails where state = 'queued'"));
        Assert.Equal(4, await app.ValueAsync<long>("select count(*) from work where state = 'queued'"));

        // The trash is the administrators'.
        await DoneAsync(maria, "/leads", ("lead", "2"), ("action", "delete"));
        using (var refused = await maria.GetAsync(new Uri("/leads/trash", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var trash = await boss.OpenAsync("/leads/trash");
        Assert.Contains("Trashed", trash.Body!.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("Kept", trash.QuerySelector("table")!.Words(), StringComparison.Ordinal);
        using (await boss.SendFormAsync(trash.Form("/leads/trash/restore"), ("lead", "2"))) { }
        Assert.Contains(
            "1 lead restored",
            (await boss.OpenAsync("/leads/trash")).Body!.Words(),
            StringComparison.Ordinal
        );
        await IsThereAsync(true);

        // Erased for good when its time has come, and not before.
        await DoneAsync(maria, "/leads", ("lead", "2"), ("action", "delete"));
        var empty = app.Services.GetRequiredService<EmptyTrash>();
        clock.Advance(TimeSpan.FromDays(2.9));
        await empty.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, await app.CountAsync("leads"));
        clock.Advance(TimeSpan.FromDays(0.2));
        Assert.Contains(
            "Erased 1",
            (await empty.RunAsync(TestContext.Current.CancellationToken)).ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(1, await app.CountAsync("leads"));
        Assert.Equal(0, await app.ValueAsync<long>($"select count(*) from emails where lead_id = '{id}'"));
        Assert.Equal(0, await app.ValueAsync<long>($"select count(*) from resumes where storage_key = '{file}'"));

        async Task IsThereAsync(bool there)
        {
            var count = there ? 2 : 1;
            foreach (
                var address in new[]
                {
                    "/leads",
                    "/leads?q=trashed",
                    "/leads?sort=name",
                    "/board",
                    "/leads?attention=any",
                    "/reports",
                }
            )
                Assert.Equal(
                    there && address != "/reports",
                    (await maria.OpenAsync(address))
                        .QuerySelector("main")!
                        .Words()
                        .Replace("“trashed”", "", StringComparison.Ordinal)
                        .Contains("Trashed", StringComparison.Ordinal)
                );
            Assert.Equal(count, (await maria.OpenAsync("/leads")).QuerySelectorAll("tr[id]").Length);
            Assert.Equal($"All {count}", (await maria.OpenAsync("/leads")).QuerySelector(".views a")!.Words());
            Assert.Equal(
                there,
                (await maria.GetStringAsync(new Uri("/leads.csv", UriKind.Relative))).Contains(
                    "Trashed",
                    StringComparison.Ordinal
                )
            );
            foreach (var address in new[] { "/leads/2", "/leads/2/resume" })
            {
                using var answer = await maria.GetAsync(new Uri(address, UriKind.Relative));
                Assert.Equal(there ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.StatusCode);
            }

            using var one = await bearer.GetAsync(new Uri($"/api/v1/leads/{id}", UriKind.Relative));
            Assert.Equal(there ? HttpStatusCode.OK : HttpStatusCode.NotFound, one.StatusCode);
            foreach (var query in new[] { "", "?q=trashed", "?status=registered" })
            {
                var list = await bearer.GetFromJsonAsync<JsonElement>("/api/v1/leads" + query);
                Assert.Equal(there, list.GetRawText().Contains("Trashed", StringComparison.Ordinal));
            }

            Assert.Equal(count, await app.ValueAsync<long>("select sum(leads)::bigint from lead_counts"));
        }
    }

    [Fact]
    public async Task A_card_is_moved_on_the_board_with_the_servers_word_on_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 1; i <= 60; i++)
            await new Prospect { FirstName = $"P{i}" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync(Role.Attorney, "maria");

        // A piece of each column, the whole by following.
        var page = await maria.OpenAsync("/board?q=lovelace");
        Assert.Equal("60", page.QuerySelector("#column-registered [data-count]")!.Words());
        Assert.Equal("0", page.QuerySelector("#column-lost [data-count]")!.Words());
        List<string> seen = [.. page.QuerySelectorAll(".lead-card").Select(card => card.Id!)];
        Assert.Equal(12, seen.Count);
        for (var more = page.QuerySelector("[data-more]"); more is not null; )
        {
            var piece = await maria.OpenAsync(more.GetAttribute("data-more")!);
            Assert.Null(piece.QuerySelector("header"));
            seen.AddRange(piece.QuerySelectorAll(".lead-card").Select(card => card.Id!));
            more = piece.QuerySelector("[data-more]");
        }
        Assert.Equal(Enumerable.Range(1, 60).Reverse().Select(i => $"lead-{i}"), seen);

        // The menu has the legal moves only; by script the answer is a piece, without one the page goes on.
        page = await maria.OpenAsync("/board");
        var before = page;
        Assert.Equal(
            ["reached_out", "declined", "lost"],
            page.QuerySelectorAll("#lead-60 .menu-item").Select(button => button.GetAttribute("value"))
        );
        using (var moved = await MoveAsync(page, 60, "reached_out", isPiece: false))
            Assert.Equal("/board", moved.Headers.Location!.ToString());
        page = await maria.OpenAsync("/board");
        Assert.Contains("1 lead moved to Reached out.", Says(page), StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#column-reached_out #lead-60"));
        using (var again = await MoveAsync(before, 60, "lost"))
        {
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
            Assert.Contains(
                "changed this lead to Reached out",
                (await again.PageAsync()).Body!.Words(),
                StringComparison.Ordinal
            );
        }
        using (var illegal = await MoveAsync(page, 59, "retained"))
        {
            Assert.Equal(HttpStatusCode.Conflict, illegal.StatusCode);
            Assert.Contains(
                "A lead cannot go from Registered to Retained.",
                (await illegal.PageAsync()).Body!.Words(),
                StringComparison.Ordinal
            );
        }
        using (var legal = await MoveAsync(page, 59, "lost"))
        {
            var piece = await legal.PageAsync();
            Assert.Contains("Undo", Says(piece), StringComparison.Ordinal);
            Assert.Null(piece.QuerySelector(".lead-card")); // the board itself has it
            var after = await maria.OpenAsync("/board");
            Assert.Equal("registered", after.QuerySelector("#column-lost #lead-59")!.GetAttribute("data-next"));
        }
        await app.ExecuteAsync("update leads set welcome_until = now() + interval '1 hour' where number = 58");
        using (var welcomed = await MoveAsync(page, 58, "lost"))
        {
            Assert.Equal(HttpStatusCode.Conflict, welcomed.StatusCode);
            Assert.Contains(
                "welcome email is being sent",
                (await welcomed.PageAsync()).Body!.Words(),
                StringComparison.Ordinal
            );
        }

        async Task<HttpResponseMessage> MoveAsync(IHtmlDocument from, int number, string status, bool isPiece = true)
        {
            var address = from.QuerySelector($"#lead-{number} .menu-item")!.GetAttribute("formaction")!;
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, UriKind.Relative));
            if (isPiece)
                request.Headers.Add("X-Piece", "move");
            request.Content = new FormUrlEncodedContent(
                from.QuerySelectorAll("#board-form input")
                    .Select(field =>
                        KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value") ?? "")
                    )
                    .Append(KeyValuePair.Create("status", status))
            );
            return await maria.SendAsync(request);
        }
    }
}
