using System.Globalization;
using System.Text;
using AngleSharp.Html.Parser;
using Anteroom.Reports;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Reports;

/// <summary>The reports that go out by email: to whom, how often, about which time, and what is in them.</summary>
[Trait("Category", "Slow")]
public sealed class ReportMailTests(TestDatabases databases)
{
    private static readonly DateTimeOffset Wednesday = new(2024, 5, 15, 7, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private async Task<AnteroomApp> StartAsync(
        DateTimeOffset now,
        string? database = null,
        params (string Key, string Value)[] settings
    )
    {
        _clock.AdjustTime(now);
        return await AnteroomApp.StartAsync(
            databases,
            [
                new("Firm:Name", "Byron & Partners"),
                new("Firm:PublicUrl", "https://intake.example"),
                .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
            ],
            database,
            services =>
            {
                services.AddSingleton<TimeProvider>(_clock);
                AnteroomApp.WithoutBackgroundWork(services);
            },
            role: "web"
        );
    }

    private static Task<ReportsSent> DailyAsync(AnteroomApp app, DateTimeOffset occasion) =>
        app.Services.GetRequiredService<DailyReport>().RunAsync(occasion, CancellationToken.None);

    private static Task<ReportsSent> WeeklyAsync(AnteroomApp app, DateTimeOffset occasion) =>
        app.Services.GetRequiredService<WeeklySummary>().RunAsync(occasion, CancellationToken.None);

    [Fact]
    public async Task Each_reads_it_in_their_own_language()
    {
        await using var app = await StartAsync(Wednesday);
        await app.CreateUserAsync(Role.Administrator, "office");
        await app.CreateUserAsync(Role.Administrator, "second");
        await app.ExecuteAsync("update users set language = 'es' where user_name = 'office'");
        await SomeLeads.InsertAsync(app, [new(1, Wednesday.AddDays(-1))]);

        Assert.Equal(2, (await DailyAsync(app, Wednesday)).Queued);
        Assert.Equal(2, (await WeeklyAsync(app, Wednesday)).Queued);

        Assert.Equal(
            [
                "Daily report, Tuesday, May 14, 2024: 1 new lead, 1 waiting too long",
                "Informe diario, martes, 14 de mayo de 2024: 1 prospecto nuevo, esperan demasiado: 1",
                "Resumen semanal, 6 al 12 de mayo de 2024: sin novedades, esperan demasiado: 1",
                "Weekly summary, May 6 to 12, 2024: quiet, 1 waiting too long",
            ],
            await app.TextsAsync("select subject from emails order by subject")
        );
        var text = await app.ValueAsync<string>("select text from emails where subject like 'Informe diario%'");
        Assert.Contains("1 prospecto sin primer contacto a tiempo.", text, StringComparison.Ordinal);
        Assert.Matches(@"Prospectos nuevos +1  ", text);
        Assert.DoesNotContain("lead", text.Replace("/leads", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_gets_one_report_a_day_however_often_and_wherever_it_is_due()
    {
        var database = await databases.CreateAsync();
        await using var one = await StartAsync(Wednesday, database);
        await using var other = await StartAsync(Wednesday, database);
        await one.CreateUserAsync(Role.Administrator, "office");
        await one.CreateUserAsync(Role.Administrator, "second");
        var maria = await one.CreateUserAsync(Role.Attorney, "maria");
        await one.CreateUserAsync(Role.Attorney, "idle");
        await one.CreateUserAsync(Role.Staff, "staff");
        await SomeLeads.InsertAsync(one, [new(1, Wednesday.AddDays(-1)) { AssignedTo = maria.Id }]);

        var runs = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i => Task.Run(() => DailyAsync(i % 2 == 0 ? one : other, Wednesday.AddMinutes(i))))
        );

        Assert.Equal(3, runs.Sum(run => run.Queued));
        Assert.Equal(1, runs.Sum(run => run.Quiet));
        Assert.Equal(
            ["maria@firm.example", "office@firm.example", "second@firm.example"],
            await one.TextsAsync("select to_address from emails where kind = 'daily_report' order by to_address")
        );
        Assert.Equal(4, await one.CountAsync("report_runs"));
        // Later on the same day, when there would be something to say to who had nothing.
        Assert.Equal(new ReportsSent(0, 0), await DailyAsync(other, Wednesday.AddHours(10)));
        // And never about a day before one that has been reported.
        Assert.Equal(new ReportsSent(0, 0), await DailyAsync(one, Wednesday.AddDays(-1)));
        Assert.Equal(3, (await DailyAsync(one, Wednesday.AddDays(1))).Queued);
    }

    [Fact]
    public async Task Addresses_that_the_firm_has_set_get_the_firms_report_once_and_no_user_gets_two()
    {
        var database = await databases.CreateAsync();
        (string, string)[] settings =
        [
            (
                "Firm:NotifyAddresses",
                "Intake@firm.example, partners@firm.example, INTAKE@firm.example, maria@FIRM.example, quiet@firm.example, staff@firm.example"
            ),
        ];
        await using var one = await StartAsync(Wednesday, database, settings);
        await using var other = await StartAsync(Wednesday, database, settings);
        await one.CreateUserAsync(Role.Administrator, "office");
        var maria = await one.CreateUserAsync(Role.Attorney, "maria");
        await one.CreateUserAsync(Role.Administrator, "quiet");
        await one.CreateUserAsync(Role.Staff, "staff");
        await one.ExecuteAsync("update users set gets_reports = false where user_name = 'quiet'");
        await SomeLeads.InsertAsync(one, [new(1, Wednesday.AddDays(-1)) { AssignedTo = maria.Id }]);

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => DailyAsync(i % 2 == 0 ? one : other, Wednesday)))
        );

        Assert.Equal(
            [
                "Intake@firm.example",
                "maria@firm.example",
                "office@firm.example",
                "partners@firm.example",
                "staff@firm.example",
            ],
            await one.TextsAsync("select to_address from emails where kind = 'daily_report' order by lower(to_address)")
        );
        Assert.Equal((0, 0), await SentAsync(DailyAsync(other, Wednesday)));
        var copy = await one.ValueAsync<string>("select text from emails where to_address = 'partners@firm.example'");
        Assert.Contains("the whole firm", copy, StringComparison.Ordinal);
        Assert.Contains("https://intake.example/admin/settings", copy, StringComparison.Ordinal);
        Assert.DoesNotContain("/me", copy, StringComparison.Ordinal);
        // The next ones, after a gap that they name, weekly as well.
        Assert.Equal((5, 0), await SentAsync(DailyAsync(one, Wednesday.AddDays(3))));
        Assert.Contains(
            "There was no report",
            await one.ValueAsync<string>(
                "select text from emails where to_address = 'partners@firm.example' and text like '%There was no report%'"
            ),
            StringComparison.Ordinal
        );
        Assert.Equal((5, 0), await SentAsync(WeeklyAsync(one, Wednesday.AddDays(7))));

        await using var without = await StartAsync(
            Wednesday,
            database,
            [.. settings, ("Reports:ToNotifyAddresses", "false")]
        );
        Assert.Equal((2, 0), await SentAsync(WeeklyAsync(without, Wednesday.AddDays(14))));

        static async Task<(int, int)> SentAsync(Task<ReportsSent> sent) => ((await sent).Queued, (await sent).Quiet);
    }

    [Fact]
    public async Task A_report_that_was_cut_off_is_written_by_the_next_run_and_what_was_written_stays_one()
    {
        await using var app = await StartAsync(Wednesday);
        await app.CreateUserAsync(Role.Administrator, "first");
        await app.CreateUserAsync(Role.Administrator, "second");
        // The second email cannot be written down, as if the process were gone.
        await app.ValueAsync<long>(
            """
            with x as (select 1) select count(*) from x;
            create function fall() returns trigger language plpgsql as $$ begin raise exception 'gone'; end $$;
            create trigger falls before insert on outbox for each row when (new.to_address = 'second@firm.example') execute function fall()
            """
        );

        await Assert.ThrowsAsync<AggregateException>(() => DailyAsync(app, Wednesday));
        Assert.Equal((1L, 1L), (await app.CountAsync("emails"), await app.CountAsync("report_runs")));
        await app.ValueAsync<long>("with x as (select 1) select count(*) from x; drop trigger falls on outbox");
        await DailyAsync(app, Wednesday);

        Assert.Equal((2L, 2L), (await app.CountAsync("emails"), await app.CountAsync("report_runs")));
    }

    [Fact]
    public async Task After_a_downtime_there_is_one_report_and_it_says_which_are_missing()
    {
        await using var app = await StartAsync(Wednesday);
        await app.CreateUserAsync(Role.Administrator, "office");
        await DailyAsync(app, Wednesday);
        _clock.Advance(TimeSpan.FromDays(4));

        var sent = await DailyAsync(app, Wednesday.AddDays(4));

        Assert.Equal(1, sent.Queued);
        var texts = await app.TextsAsync("select text from emails order by created_at");
        Assert.Equal(2, texts.Length);
        Assert.DoesNotContain("There was no report", texts[0], StringComparison.Ordinal);
        Assert.Contains("Saturday, May 18, 2024", texts[1], StringComparison.Ordinal);
        Assert.Contains("There was no report for May 15 to 17, 2024", texts[1], StringComparison.Ordinal);
        Assert.Contains(
            "https://intake.example/reports?from=2024-05-15&to=2024-05-17",
            texts[1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_days_are_the_firms_even_when_the_clocks_change()
    {
        var occasion = new DateTimeOffset(2024, 3, 11, 11, 0, 0, TimeSpan.Zero); // 7:00 in New York
        await using var app = await StartAsync(occasion, settings: [("Firm:TimeZone", "America/New_York")]);
        await app.CreateUserAsync(Role.Administrator, "office");
        // The 10th of March had 23 hours there, from 5:00 UTC to 4:00 UTC.
        await SomeLeads.InsertAsync(
            app,
            (
                (string[])
                    ["2024-03-10T04:59:59Z", "2024-03-10T05:00:00Z", "2024-03-11T03:59:59Z", "2024-03-11T04:00:00Z"]
            ).Select(
                (at, i) =>
                    new SomeLead(i + 1, DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))
                    {
                        Status = LeadStatus.Lost,
                    }
            )
        );

        await DailyAsync(app, occasion);
        await WeeklyAsync(app, occasion);

        Assert.Equal(
            ["Daily report, Sunday, March 10, 2024: 2 new leads", "Weekly summary, March 4 to 10, 2024: 3 new leads"],
            await app.TextsAsync("select subject from emails order by kind")
        );
        Assert.Contains(
            "Counted March 11, 2024, 07:00 (America/New_York)",
            await app.ValueAsync<string>("select text from emails limit 1"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Both_parts_say_the_same_and_hold_nothing_that_mail_readers_refuse()
    {
        await using var app = await StartAsync(Wednesday);
        await app.CreateUserAsync(Role.Administrator, "office");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria", "Maria <b>Lopez</b> & Co");
        await app.ValueAsync<long>("with x as (update users set capacity = 1 returning 1) select count(*) from x");
        var yesterday = new DateTimeOffset(2024, 5, 14, 9, 0, 0, TimeSpan.Zero);
        await SomeLeads.InsertAsync(
            app,
            [
                new(1, yesterday)
                {
                    FirstName = "<i>Ada</i> & Eve",
                    AssignedTo = maria.Id,
                    PracticeArea = "Family",
                },
                new(2, yesterday)
                {
                    AssignedTo = maria.Id,
                    Status = LeadStatus.Retained,
                    ReachedOutAt = yesterday.AddSeconds(252),
                    RetainedAt = yesterday.AddHours(3),
                    ClosedAt = yesterday.AddHours(3),
                    MailFailedAt = yesterday.AddHours(1),
                    MailKind = "welcome",
                },
                new(3, yesterday.AddDays(-3))
                {
                    AssignedTo = maria.Id,
                    Status = LeadStatus.ReachedOut,
                    ReachedOutAt = yesterday.AddDays(-3).AddHours(1),
                },
            ]
        );

        await DailyAsync(app, Wednesday);
        await WeeklyAsync(app, Wednesday.AddDays(7));

        foreach (var kind in (string[])["daily_report", "weekly_summary"])
        {
            var where = $"where kind = '{kind}' and to_address = 'office@firm.example'";
            var html = await app.ValueAsync<string>($"select html from emails {where}");
            var text = await app.ValueAsync<string>($"select text from emails {where}");
            var page = new HtmlParser().ParseDocument(html);
            var words = page.Body!.Words();

            Assert.Empty(page.QuerySelectorAll("script, style, img, svg, link, form, i"));
            Assert.DoesNotContain("class=", html, StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(html), 1_000, 100_000);
            Assert.NotEmpty(page.QuerySelectorAll("td[bgcolor][width$='%']"));
            Assert.All(
                page.QuerySelectorAll("a"),
                link =>
                    Assert.StartsWith("https://intake.example/", link.GetAttribute("href"), StringComparison.Ordinal)
            );
            Assert.DoesNotContain(text.Split('\n'), line => line.Length > 100);
            foreach (
                var said in (string[])
                    [
                        "<i>Ada</i> & Eve Lovelace",
                        "Maria <b>Lopez</b> & Co",
                        "2 open leads, at most 1",
                        "4 min 12 s",
                        "1 of 2 leads",
                        "1 lead without a first contact in time.",
                        "Welcome",
                        "Family",
                    ]
            )
            {
                Assert.Contains(said, words, StringComparison.Ordinal);
                Assert.Contains(
                    said,
                    string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
                    StringComparison.Ordinal
                );
            }
        }

        // Maria's is about her own leads and links to her own figures.
        Assert.Contains(
            "/reports?from=2024-05-14&to=2024-05-14&assigned_to=me",
            await app.ValueAsync<string>(
                "select text from emails where kind = 'daily_report' and to_address = 'maria@firm.example'"
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_quiet_day_is_said_to_administrators_and_to_attorneys_with_open_leads()
    {
        await using var app = await StartAsync(Wednesday);
        await app.CreateUserAsync(Role.Administrator, "office");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        await app.CreateUserAsync(Role.Attorney, "idle");
        await SomeLeads.InsertAsync(
            app,
            [new(1, Wednesday.AddDays(-9)) { AssignedTo = maria.Id, Status = LeadStatus.Consultation }]
        );

        var sent = await DailyAsync(app, Wednesday);

        Assert.Equal(new ReportsSent(2, 1), sent);
        Assert.Equal(
            ["Daily report, Tuesday, May 14, 2024: quiet", "Daily report, Tuesday, May 14, 2024: quiet"],
            await app.TextsAsync("select subject from emails")
        );
        Assert.Contains(
            "A quiet day: nothing came in, and nothing was closed.",
            await app.ValueAsync<string>("select text from emails limit 1"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Reports_can_be_switched_off_for_the_firm_and_for_oneself()
    {
        await using var app = await StartAsync(Wednesday, settings: [("Reports:Weekly", "false")]);
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        await app.CreateUserAsync(Role.Administrator, "second");

        Assert.True((await WeeklyAsync(app, Wednesday)).IsOff);
        var profile = await office.OpenAsync("/me");
        Assert.True(profile.QuerySelector("[name=gets_reports]")!.HasAttribute("checked"));
        using (
            await office.SendFormAsync(
                profile.Form("/me", form => form.QuerySelector("[name=gets_reports]") is not null),
                ("gets_reports", "false")
            )
        ) { }
        Assert.False((await office.OpenAsync("/me")).QuerySelector("[name=gets_reports]")!.HasAttribute("checked"));
        await DailyAsync(app, Wednesday);

        Assert.Equal(["second@firm.example"], await app.TextsAsync("select to_address from emails"));
    }
}
