using System.Net;
using System.Net.Http.Json;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Tests.Outreach;

namespace Anteroom.Tests.Leads;

/// <summary>A lead moves by one rule and leaves the same traces, whoever moves it and from where.</summary>
public sealed class MovingTests(TestDatabases databases)
{
    /// <summary>Everything that a move may write into the row but who and when.</summary>
    private const string Row = """
        select concat_ws(' ', status, reached_out_by is not null, reached_out_at is not null, reached_out_at = updated_at,
            written_to_at is null, retained_at is null, closed_at is null, needs_call, welcome_until is null)
        from leads where number = {0}
        """;

    private const string Lines =
        "select kind || ': ' || split_part(summary, ' in the name', 1) from activities join leads on leads.id = lead_id where number = {0} and kind = 'status_changed' order by activities.id";

    private const string Audited =
        "select kind || ' ' || subject || ': ' || replace(summary, ' in the name of Maria Byron', '') from audit where subject = 'lead:{0}' and summary not like 'assigned to %' order by id";

    public static TheoryData<string> Ways => ["page", "board", "list", "v1", "django", "django mark", "mail"];

    [Trait("Category", "Slow")]
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_same_move_leaves_the_same_rows_whichever_way_it_is_made_and_undo_takes_it_back(string way)
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        var app = firm.App;
        var number = await new Prospect().IsAcceptedAsync(app);
        await firm.IsAssignedAsync(number, "maria");
        await app.ExecuteAsync($"update leads set needs_call = true where number = {number}");

        using var desk = await MoveAsync();

        Assert.Equal(["reached_out t t t t t t f t"], await TextsAsync(Row));
        Assert.Equal(["status_changed: moved this lead from Registered to Reached out"], await TextsAsync(Lines));
        Assert.Equal(
            [$"leads_changed lead:{number}: moved to Reached out, 1 lead: {number}"],
            await TextsAsync(Audited)
        );
        Assert.Equal(
            1L,
            await app.ValueAsync<long>("select sum(leads)::bigint from lead_counts where status = 'reached_out'")
        );
        var undos = await app.TextsAsync("select id::text from undos");
        if (way == "mail")
        {
            Assert.Empty(undos); // nobody did it
            return;
        }

        firm.Wait(TimeSpan.FromSeconds(1));
        await UndoAsync(desk, Assert.Single(undos));

        Assert.Equal(["registered f f t t t t t"], await TextsAsync(Row));
        Assert.Equal(
            [
                "status_changed: moved this lead from Registered to Reached out",
                "status_changed: moved this lead from Reached out to Registered, taking back a change",
            ],
            await TextsAsync(Lines)
        );
        Assert.Equal(
            [
                $"leads_changed lead:{number}: moved to Reached out, 1 lead: {number}",
                $"leads_changed lead:{number}: took back a change, 1 lead: {number}",
            ],
            await TextsAsync(Audited)
        );

        Task<string[]> TextsAsync(string sql) =>
            app.TextsAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, number));

        async Task<HttpClient> MoveAsync()
        {
            if (way == "mail")
            {
                firm.Wait(TimeSpan.FromMinutes(4.1));
                await app.WaitUntilAsync("select exists (select from leads where status = 'reached_out')");
                return app.NewClient();
            }

            var client = await app.SignedInAsync(Role.Staff, "desk", "Dana Desk");
            switch (way)
            {
                case "page":
                    var page = await client.OpenAsync($"/leads/{number}");
                    await DoneAsync(
                        client.SendFormAsync(page.Form($"/leads/{number}/status"), ("status", "reached_out"))
                    );
                    break;
                case "board":
                    var board = await client.OpenAsync("/board");
                    var button = board.QuerySelector($"#lead-{number} .menu-item[value=reached_out]")!;
                    using (
                        var form = new FormUrlEncodedContent(
                            board
                                .QuerySelectorAll("#board-form input")
                                .Select(field =>
                                    KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value") ?? "")
                                )
                                .Append(KeyValuePair.Create("status", "reached_out"))
                        )
                    )
                        await DoneAsync(
                            client.PostAsync(new Uri(button.GetAttribute("formaction")!, UriKind.Relative), form)
                        );
                    break;
                case "list":
                    var list = await client.OpenAsync("/leads");
                    await DoneAsync(
                        client.SendFormAsync(
                            list.Form("/leads/selection"),
                            ("lead", $"{number}"),
                            ("action", "status"),
                            ("status", "reached_out")
                        )
                    );
                    break;
                case "v1":
                    using (var api = await app.BearerAsync(Role.Staff, "api"))
                        await firm.PatchAsync(api, number, new { status = "reached_out" });
                    await app.ExecuteAsync(
                        "update undos set user_id = (select id from users where user_name = 'desk')"
                    );
                    break;
                default:
                    using (var api = await app.LoggedInAsync(Role.Staff, "api"))
                    {
                        var (status, _) =
                            way == "django"
                                ? await api.SendAsync("PATCH", $"/api/leads/{number}/", new { state = "REACHED_OUT" })
                                : await api.SendAsync("POST", $"/api/leads/{number}/mark_reached_out/");
                        Assert.Equal(HttpStatusCode.OK, status);
                    }
                    await app.ExecuteAsync(
                        "update undos set user_id = (select id from users where user_name = 'desk')"
                    );
                    break;
            }

            return client;
        }
    }

    [Fact]
    public async Task Reopening_forgets_the_first_contact_but_not_that_somebody_wrote_for_one_and_for_many_and_undo_remembers()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 0; i < 2; i++)
            await new Prospect().IsAcceptedAsync(app);
        using var desk = await app.SignedInAsync(Role.Staff, "desk");
        await app.ExecuteAsync(
            """
            update leads set status = 'lost', closed_at = now(), written_to_at = now(), reached_out_at = now(),
                reached_out_by = (select id from users where user_name = 'desk')
            """
        );
        const string forgotten =
            "select count(*) from leads where status = 'registered' and written_to_at is not null and reached_out_at is null and reached_out_by is null and closed_at is null";
        const string remembered =
            "select count(*) from leads where status = 'lost' and written_to_at is not null and reached_out_at is not null and reached_out_by is not null and closed_at is not null";

        var page = await desk.OpenAsync("/leads/1");
        await DoneAsync(desk.SendFormAsync(page.Form("/leads/1/status"), ("status", "registered")));
        var list = await desk.OpenAsync("/leads");
        await DoneAsync(
            desk.SendFormAsync(
                list.Form("/leads/selection"),
                ("lead", "2"),
                ("action", "status"),
                ("status", "registered")
            )
        );

        Assert.Equal(2, await app.ValueAsync<long>(forgotten));
        foreach (var undo in await app.TextsAsync("select id::text from undos"))
            await UndoAsync(desk, undo);
        Assert.Equal(2, await app.ValueAsync<long>(remembered));
    }

    [Fact]
    public void Each_status_leads_only_where_the_funnel_goes()
    {
        // From left to right: registered, reached_out, consultation, retained, declined, lost.
        string[] rules = ["-x--xx", "x-x-xx", "x--xxx", "x---xx", "x-----", "x-----"];

        Assert.Equal(
            rules,
            LeadStatus.All.Select(from => string.Concat(LeadStatus.All.Select(to => from.MayBecome(to) ? 'x' : '-')))
        );
    }

    [Theory]
    [InlineData("retained", "consultation")]
    [InlineData("retained", "reached_out")]
    [InlineData("lost", "declined")]
    [InlineData("registered", "retained")]
    public async Task A_move_that_the_rules_forbid_is_refused_everywhere(string from, string to)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        await app.ExecuteAsync($"update leads set status = '{from}'");
        using var desk = await app.SignedInAsync(Role.Staff, "desk");
        using var api = await app.BearerAsync(Role.Staff, "api");
        var id = await app.ValueAsync<Guid>("select id from leads");

        var list = await desk.OpenAsync("/leads");
        await DoneAsync(
            desk.SendFormAsync(
                list.Form("/leads/selection"),
                ("lead", $"{number}"),
                ("action", "status"),
                ("status", to)
            )
        );
        var board = await desk.OpenAsync("/board");
        using var card = new FormUrlEncodedContent([
            new(
                "__RequestVerificationToken",
                board.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!
            ),
            new("status", to),
        ]);
        using var onBoard = await desk.PostAsync(new Uri($"/board/{number}/status", UriKind.Relative), card);
        using var onPage = await desk.PostAsync(new Uri($"/leads/{number}/status", UriKind.Relative), card);
        using var patch = await api.PatchAsJsonAsync(
            new Uri($"/api/v1/leads/{id}", UriKind.Relative),
            new { status = to }
        );

        Assert.Equal(HttpStatusCode.Conflict, onBoard.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, onPage.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, patch.StatusCode);
        Assert.Equal(from, await app.ValueAsync<string>("select status from leads"));
        Assert.Equal(0, await app.CountAsync("audit where kind = 'leads_changed'"));
        Assert.Equal("""{"not_allowed": 1}""", await app.ValueAsync<string>("select left_out::text from undos"));
    }

    [Fact]
    public async Task Many_who_change_one_lead_at_once_are_all_heard_one_after_the_other()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect().IsAcceptedAsync(app);
        var id = await app.ValueAsync<Guid>($"select id from leads where number = {number}");
        using var api = await app.BearerAsync(Role.Staff, "api");
        var me = await app.ValueAsync<Guid>("select id from users where user_name = 'api'");

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async i =>
                {
                    using var answer = await api.PatchAsJsonAsync(
                        new Uri($"/api/v1/leads/{id}", UriKind.Relative),
                        i % 2 == 0 ? (object)new { assigned_to = me } : new { status = "reached_out" }
                    );
                    return answer.StatusCode;
                })
        );

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        Assert.Equal(
            ["assigned 1", "status_changed 1"],
            await app.TextsAsync(
                "select kind || ' ' || count(*) from activities where kind in ('assigned', 'status_changed') group by kind order by kind"
            )
        );
        Assert.Equal(2, await app.CountAsync("audit where kind = 'leads_changed'"));
    }

    private static async Task DoneAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    private static async Task UndoAsync(HttpClient desk, string undo)
    {
        var secret = (await desk.OpenAsync("/leads"))
            .QuerySelector("[name=__RequestVerificationToken]")!
            .GetAttribute("value")!;
        using var content = new FormUrlEncodedContent([new("__RequestVerificationToken", secret), new("undo", undo)]);
        await DoneAsync(desk.PostAsync(new Uri("/leads/undo", UriKind.Relative), content));
    }
}
