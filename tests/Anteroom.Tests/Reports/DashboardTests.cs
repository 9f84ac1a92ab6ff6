using System.Globalization;
using System.Net;
using Anteroom.Leads;
using Anteroom.Live;
using Anteroom.Reports;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Reports;

/// <summary>The dashboard's figures against the same counted by hand, and its page.</summary>
[Trait("Category", "Slow")]
public sealed class DashboardTests(TestDatabases databases)
{
    private static readonly string[] Zones =
    [
        "UTC",
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ];

    /// <summary>Whether what the database keeps by day is what its leads say.</summary>
    private const string DaysAreRight = """
        select not exists (
            select day, status, source, assigned_to, sum(leads), sum(reached), sum(in_time), sum(excused), sum(retained)
            from lead_days group by 1, 2, 3, 4 having sum(leads) <> 0
            except
            select (created_at at time zone 'UTC')::date, status, source, assigned_to, count(*), count(reached_out_at),
                count(*) filter (where source <> 'import' and reached_out_at <= coalesce(contact_due_at, created_at + interval '5 minutes')),
                count(*) filter (where source = 'import' or (reached_out_at is null and closed_at <= coalesce(contact_due_at, created_at + interval '5 minutes'))), count(retained_at)
            from leads where deleted_at is null group by 1, 2, 3, 4
        ) and (select coalesce(sum(leads), 0) from lead_days) = (select count(*) from leads where deleted_at is null)
        and (select coalesce(sum(leads), 0) from contact_days) = (select count(reached_out_at) from leads where deleted_at is null and source <> 'import')
        and not exists (
            select day, step, sum(leads) from contact_days group by 1, 2 having sum(leads) <> 0
            except
            select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), count(*)
            from leads where reached_out_at is not null and deleted_at is null and source <> 'import' group by 1, 2
        )
        """;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Every_figure_of_any_period_and_scope_is_what_counting_by_hand_gives()
    {
        await using var app = await StartAsync();
        var people = new List<Guid>();
        foreach (var name in (string[])["maria", "daniel", "grace"])
            people.Add((await app.CreateUserAsync(Role.Attorney, name)).Id);
        var random = new Random(7);
        var begin = new DateTimeOffset(2024, 2, 20, 0, 0, 0, TimeSpan.Zero);
        var leads = SomeLeads.Generate(random, 500, begin, TimeSpan.FromDays(70), [.. people]);
        await SomeLeads.InsertAsync(app, leads);
        var read = app.Services.GetRequiredService<ReadDashboard>();

        for (var round = 0; round < 40; round++)
        {
            var now = begin + TimeSpan.FromMinutes(random.Next(60 * 24 * 80));
            _clock.AdjustTime(now);
            var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[random.Next(Zones.Length)]);
            var first = new DateOnly(2024, 2, 15).AddDays(random.Next(70));
            var period = new ReportPeriod(
                first,
                first.AddDays(random.Next(3) * random.Next(round < 35 ? 60 : 500)),
                zone
            );
            ReportScope scope =
                random.Next(3) == 0 ? new ReportScope.InSightOf(people[random.Next(3)]) : new ReportScope.WholeFirm();

            var figures = await read.RunAsync(period, scope, CancellationToken.None);

            var seen = leads.In(scope);
            var inPeriod = seen.Where(lead => lead.CreatedAt >= period.From && lead.CreatedAt < period.To).ToList();
            var totals = seen.Count(period.From, period.To, now);
            Assert.Equal(totals.Submitted, figures.Submitted);
            Assert.Equal(totals.ContactDue, figures.ContactDue);
            Assert.Equal(totals.ContactInTime, figures.ContactInTime);
            // Of the leads of the period, whenever the contact was.
            var times = inPeriod
                .Where(lead => lead.ReachedOutAt is not null)
                .Select(lead =>
                    lead with
                    {
                        CreatedAt = begin,
                        ReachedOutAt = begin + (lead.ReachedOutAt - lead.CreatedAt),
                    }
                )
                .ToList()
                .Count(begin, begin.AddYears(1), now);
            Assert.Equal(times.Median, figures.Median);
            Assert.Equal(times.NinetiethPercentile, figures.NinetiethPercentile);
            Assert.False(figures.TimesAreRounded);
            Assert.Equal(
                inPeriod.CountBy(lead => lead.Status).OrderBy(pair => pair.Key.ToWire(), StringComparer.Ordinal),
                figures
                    .Statuses.Select(pair => KeyValuePair.Create(pair.Key, (int)pair.Value))
                    .OrderBy(pair => pair.Key.ToWire(), StringComparer.Ordinal)
            );
            Assert.Equal(
                inPeriod.CountBy(lead => lead.Source).OrderBy(pair => pair.Key),
                figures
                    .Sources.Select(source => KeyValuePair.Create(source.Name!, (int)source.Submitted))
                    .OrderBy(pair => pair.Key)
            );
            foreach (var person in figures.People)
            {
                var theirs = inPeriod.Where(lead => lead.AssignedTo == person.User).ToList();
                Assert.Equal(theirs.Count, person.Totals.Submitted);
                Assert.Equal(theirs.Count(lead => lead.Status == LeadStatus.Retained), person.Totals.Retained);
            }

            var today = ReportPeriod.Day(LocalDays.DayOf(now, zone), zone);
            Assert.Equal(seen.Count(lead => lead.CreatedAt >= today.From && lead.CreatedAt < today.To), figures.Today);
            Assert.Equal(seen.Count(lead => lead.Status == LeadStatus.Registered), figures.Registered);
            Assert.Equal(
                seen.Where(lead => lead.Status == LeadStatus.Registered)
                    .OrderBy(lead => lead.CreatedAt)
                    .Take(5)
                    .Select(lead => lead.Number),
                figures.WaitingLongest.Select(lead => lead.Number)
            );
            foreach (var step in figures.Trend)
                Assert.Equal(
                    seen.Count(lead =>
                        lead.CreatedAt >= LocalDays.StartOf(step.First, zone)
                        && lead.CreatedAt < LocalDays.StartOf(step.Last.AddDays(1), zone)
                    ),
                    step.Leads
                );
            Assert.InRange(figures.Trend.Count, 12, 60);
        }
    }

    [Fact]
    public async Task What_is_kept_by_day_follows_every_change_and_stays_the_same_when_it_is_summed_up()
    {
        await using var app = await StartAsync();
        var people = new List<Guid>();
        foreach (var name in (string[])["maria", "daniel"])
            people.Add((await app.CreateUserAsync(Role.Attorney, name)).Id);
        await SomeLeads.InsertAsync(
            app,
            SomeLeads.Generate(
                new Random(1),
                300,
                new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
                TimeSpan.FromDays(9),
                [.. people]
            )
        );
        Assert.True(await app.ValueAsync<bool>(DaysAreRight));

        foreach (
            var change in (string[])
                [
                    "update leads set status = 'declined', closed_at = created_at + interval '1 minute', reached_out_at = null where number % 3 = 0",
                    "update leads set reached_out_at = created_at + number * interval '1 second' where number % 4 = 1",
                    "update leads set assigned_to = null, source = 'phone' where number % 5 = 2",
                    "update leads set created_at = created_at - interval '2 days', updated_at = now() where number < 20",
                    "update leads set message = 'nothing that counts'",
                    "delete from leads where number % 7 = 0",
                    "update leads set deleted_at = now() where number % 13 in (1, 2)",
                    "update leads set deleted_at = null, assigned_to = null where number % 13 = 2",
                    "delete from leads where number % 13 = 1 and number < 50",
                    "select sum_up_lead_days()",
                    "update leads set status = 'retained', retained_at = now(), closed_at = now() where number % 11 = 1",
                    "select sum_up_lead_days()",
                ]
        )
        {
            await ExecuteAsync(app, change);
            Assert.True(await app.ValueAsync<bool>(DaysAreRight), change);
        }

        Assert.Equal(
            await app.CountAsync(
                "(select distinct (created_at at time zone 'UTC')::date, status, source, assigned_to from leads where deleted_at is null) groups"
            ),
            await app.CountAsync("lead_days where summed")
        );
        await ExecuteAsync(app, "truncate leads cascade");
        Assert.Equal(0, await app.CountAsync("lead_days"));
    }

    [Fact]
    public async Task The_median_of_very_many_contacts_is_right_to_a_few_percent()
    {
        await using var app = await StartAsync();
        await ExecuteAsync(
            app,
            """
            insert into leads (id, first_name, last_name, email, source, status, reached_out_at, search_text, created_at, updated_at)
            select gen_random_uuid(), 'A', 'B', 'c@example.com', 'form', 'reached_out', begun + taken, 'x', begun, begun
            from (
                select timestamptz '2026-01-10' + i * interval '30 seconds' as begun, (60 + (i * 7919) % 840) * interval '1 second' as taken
                from generate_series(1, 22000) i) leads
            """
        );
        _clock.AdjustTime(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var period = new ReportPeriod(new(2026, 1, 1), new(2026, 1, 31), zone);

        var figures = await app
            .Services.GetRequiredService<ReadDashboard>()
            .RunAsync(period, new ReportScope.WholeFirm(), CancellationToken.None);

        Assert.Equal(22_000, figures.Submitted);
        Assert.True(figures.TimesAreRounded);
        Assert.InRange(figures.Median!.Value.TotalSeconds, 480 * 0.96, 480 * 1.04);
        Assert.InRange(figures.NinetiethPercentile!.Value.TotalSeconds, 816 * 0.96, 816 * 1.04);
    }

    [Fact]
    public async Task The_page_is_five_statements_at_most_and_one_while_nothing_changes()
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(
            databases,
            adjust: AnteroomApp.WithoutBackgroundWork
        );
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        var changes = app.Services.GetRequiredService<Changes>();

        await maria.OpenAsync("/dashboard");
        changes.Publish(number);
        Assert.Equal(5, await CostAsync("/dashboard"));
        Assert.Equal(1, await CostAsync("/dashboard"));
        Assert.Equal(5, await CostAsync("/dashboard?period=365d"));
        changes.Publish(number);
        // However many ask at once, one of them counts.
        var before = app.Proxy.Statements;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => maria.OpenAsync("/dashboard")));
        Assert.InRange(app.Proxy.Statements - before, 8 + 4, 8 + 8);

        async Task<long> CostAsync(string address)
        {
            var earlier = app.Proxy.Statements;
            await maria.OpenAsync(address);
            return app.Proxy.Statements - earlier;
        }
    }

    [Fact]
    public async Task The_page_shows_a_change_at_once_links_every_figure_and_keeps_to_what_one_may_see()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true"), new("Firm:TimeZone", "America/New_York")],
            role: "web"
        );
        using var admin = await app.SignedInAsync(Role.Administrator, "grace");
        using var maria = await app.SignedInAsync(Role.Attorney, "maria", "Maria Lopez");
        var empty = await admin.OpenAsync("/dashboard");
        Assert.Contains("No leads yet", empty.Body!.TextContent, StringComparison.Ordinal);

        await new Prospect().IsAcceptedAsync(app);
        await new Prospect { FirstName = "Foreign", Email = "b@example.com" }.IsAcceptedAsync(app);
        await ExecuteAsync(
            app,
            "update leads set assigned_to = (select id from users where user_name = 'grace') where number = 2"
        );
        app.Services.GetRequiredService<Changes>().Publish(2);

        var page = await admin.OpenAsync("/dashboard?period=7d");
        Assert.Equal(["2", "2"], page.QuerySelectorAll(".tile-value").Take(2).Select(tile => tile.TextContent.Trim()));
        Assert.All(
            page.QuerySelectorAll(".tile-value, .bars tbody th"),
            figure => Assert.NotNull(figure.QuerySelector("a[href^='/leads?']"))
        );
        Assert.NotNull(page.QuerySelector("a[href*='source=form'][href*='created_from=']"));
        Assert.NotNull(page.QuerySelector("a[href*='status=reached_out&status=consultation&status=retained']"));
        Assert.Equal(2, page.QuerySelectorAll(".waiting-list li").Length);
        foreach (var link in page.QuerySelectorAll("main a[href^='/leads?']"))
            if (int.TryParse(link.TextContent.Trim(), CultureInfo.InvariantCulture, out var figure))
                Assert.Equal(
                    $"{link.GetAttribute("href")}: {figure} {(figure == 1 ? "lead" : "leads")}",
                    $"{link.GetAttribute("href")}: {await TotalAsync(link.GetAttribute("href")!)}"
                );

        var hers = await maria.OpenAsync("/dashboard?period=7d");
        Assert.Equal("1", hers.QuerySelector(".tile-value")!.TextContent.Trim());
        Assert.DoesNotContain("Foreign", hers.Body!.TextContent, StringComparison.Ordinal);

        using var wrong = await admin.GetAsync(new Uri("/dashboard?period=forever", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var chosen = await admin.GetAsync(
            new Uri("/dashboard?period=7d&from=2026-01-01&to=2026-01-31", UriKind.Relative)
        );
        Assert.Equal("/dashboard?from=2026-01-01&to=2026-01-31", chosen.Headers.Location?.OriginalString);

        async Task<string> TotalAsync(string address) =>
            (await admin.OpenAsync(address)).QuerySelector(".total")!.TextContent.Trim();
    }

    private async Task<AnteroomApp> StartAsync() =>
        await AnteroomApp.StartAsync(
            databases,
            adjust: services =>
            {
                services.AddSingleton<TimeProvider>(_clock);
                AnteroomApp.WithoutBackgroundWork(services);
            },
            role: "web"
        );

    private static async Task ExecuteAsync(AnteroomApp app, string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
