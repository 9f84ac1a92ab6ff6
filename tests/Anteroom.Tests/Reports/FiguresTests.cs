using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Reports;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Reports;

/// <summary>What the database counts, held against the same counted by hand.</summary>
[Trait("Category", "Slow")]
public sealed class FiguresTests(TestDatabases databases)
{
    private static readonly string[] Zones =
    [
        "UTC",
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ];
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

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

    [Fact]
    public async Task Every_figure_of_any_period_and_scope_is_what_counting_by_hand_gives()
    {
        await using var app = await StartAsync();
        var people = new Dictionary<Guid, string>();
        foreach (var name in (string[])["maria", "daniel", "grace"])
            people.Add((await app.CreateUserAsync(Role.Attorney, name)).Id, name);
        var idle = (await app.CreateUserAsync(Role.Attorney, "idle")).Id;
        var random = new Random(4);
        var begin = new DateTimeOffset(2024, 2, 20, 0, 0, 0, TimeSpan.Zero);
        var leads = SomeLeads.Generate(random, 600, begin, TimeSpan.FromDays(70), [.. people.Keys]);
        await SomeLeads.InsertAsync(app, leads);
        var read = app.Services.GetRequiredService<ReadFigures>();

        for (var round = 0; round < 40; round++)
        {
            var now = begin + TimeSpan.FromMinutes(random.Next(60 * 24 * 80));
            _clock.AdjustTime(now);
            // What is still to come at that time is left out of what depends on it only: waiting and due.
            var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[random.Next(Zones.Length)]);
            var first = new DateOnly(2024, 2, 15).AddDays(random.Next(70));
            var period = new ReportPeriod(first, first.AddDays(random.Next(3) * random.Next(60)), zone);
            ReportScope scope = random.Next(3) switch
            {
                0 => new ReportScope.WholeFirm(),
                1 => new ReportScope.Of(people.Keys.ElementAt(random.Next(3))),
                _ => new ReportScope.InSightOf(people.Keys.ElementAt(random.Next(3))),
            };

            var figures = await read.RunAsync(period, scope, CancellationToken.None);

            var seen = leads.In(scope);
            Same(seen.Count(period.From, period.To, now), figures.Totals);
            var (beforeFrom, beforeTo) = period.Before(now);
            Same(seen.Count(beforeFrom, beforeTo, now), figures.Before);

            var edges = period.Steps().Select(step => step.From).Append(period.To).ToList();
            for (var step = 0; step < figures.Steps.Count; step++)
                Same(seen.Count(edges[step], edges[step + 1], now) with { MailFailed = 0 }, figures.Steps[step].Totals);

            var submitted = seen.Where(lead => lead.CreatedAt >= period.From && lead.CreatedAt < period.To).ToList();
            Assert.Equal(
                submitted.CountBy(lead => lead.Status).OrderBy(pair => pair.Key.ToWire(), StringComparer.Ordinal),
                figures
                    .Statuses.Select(pair => KeyValuePair.Create(pair.Key, (int)pair.Value))
                    .OrderBy(pair => pair.Key.ToWire(), StringComparer.Ordinal)
            );
            SameGroups(submitted, lead => lead.Source, figures.Sources);
            SameGroups(submitted, lead => lead.PracticeArea, figures.PracticeAreas);
            Assert.Equal(
                seen.CountBy(lead => lead.Status).OrderBy(pair => pair.Key.ToWire(), StringComparer.Ordinal),
                figures
                    .StatusesOfAll.Select(pair => KeyValuePair.Create(pair.Key, (int)pair.Value))
                    .OrderBy(pair => pair.Key.ToWire(), StringComparer.Ordinal)
            );

            foreach (var person in figures.People)
            {
                var own = seen.Where(lead => lead.AssignedTo == person.User).ToList();
                Same(
                    own.Count(period.From, period.To, now) with
                    {
                        MailFailed = 0,
                    },
                    person.Totals with
                    {
                        NinetiethPercentile = own.Count(period.From, period.To, now).NinetiethPercentile,
                    }
                );
                Assert.Equal(own.Count(lead => lead.Status.IsOpen), person.Open);
            }

            Assert.Equal(
                scope is ReportScope.WholeFirm,
                figures.People.Any(person => person.User == idle) // who has nothing to do is seen, too
            );
            Assert.Equal(seen.Count > 0, figures.People.Count > 0);
            Assert.Equal(figures.MailFailures.Sum(failure => failure.Emails), figures.Totals.MailFailed);

            var waiting = seen.Where(lead => lead.Status == LeadStatus.Registered && lead.Due <= now)
                .OrderBy(lead => lead.CreatedAt)
                .ToList();
            Assert.Equal(waiting.Count, figures.Waiting);
            Assert.Equal(
                waiting.Take(10).Select(lead => lead.Number),
                figures.WaitingLongest.Select(lead => lead.Number)
            );
        }
    }

    [Fact]
    public async Task Attorneys_over_their_capacity_and_away_are_named()
    {
        await using var app = await StartAsync();
        var maria = (await app.CreateUserAsync(Role.Attorney, "maria", "Maria Lopez")).Id;
        var daniel = (await app.CreateUserAsync(Role.Attorney, "daniel", "Daniel Okafor")).Id;
        await app.ValueAsync<long>(
            """
            with set as (update users set capacity = case user_name when 'maria' then 2 else 3 end,
                away_until = case user_name when 'daniel' then now() + interval '400 days' end returning 1) select count(*) from set
            """
        );
        var at = _clock.GetUtcNow().AddDays(-1);
        await SomeLeads.InsertAsync(
            app,
            Enumerable
                .Range(1, 6)
                .Select(number => new SomeLead(number, at)
                {
                    AssignedTo = number <= 3 ? maria : daniel,
                    Status = number == 6 ? LeadStatus.Lost : LeadStatus.ReachedOut,
                })
        );

        var figures = await app
            .Services.GetRequiredService<ReadFigures>()
            .RunAsync(
                ReportPeriod.Day(LocalDays.DayOf(at, TimeZoneInfo.Utc), TimeZoneInfo.Utc),
                new ReportScope.WholeFirm(),
                CancellationToken.None
            );

        var over = Assert.Single(figures.OverCapacity);
        Assert.Equal(("Maria Lopez", 3L, 2), (over.Name, over.Open, over.Capacity));
        var missing = Assert.Single(figures.Missing);
        Assert.Equal(("Daniel Okafor", 2L, Presence.Away), (missing.Name, missing.Open, missing.Presence));
    }

    [Fact]
    public async Task Moving_a_lead_by_hand_and_giving_an_e_mail_up_leave_what_reports_count()
    {
        await using var app = await StartAsync();
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        var who = new CurrentUser(maria.Id, "maria", "Maria", Role.Attorney);
        var number = await new Prospect().IsAcceptedAsync(app);
        var outbox = app.Services.GetRequiredService<OutboxClaims>();
        var results = app.Services.GetRequiredService<OutboxResults>();
        var channel = app.Services.GetServices<IChannel>().Single(channel => channel.Name == "email");
        foreach (var email in await outbox.ClaimAsync(channel, 1, TimeSpan.FromMinutes(5), CancellationToken.None))
            await results.WriteAsync(DeliveryResult.Failed(email, "no such user"));
        _clock.Advance(TimeSpan.FromMinutes(4));
        await MoveAsync(LeadStatus.ReachedOut);
        await MoveAsync(LeadStatus.Consultation);
        await MoveAsync(LeadStatus.Retained);

        var totals = (await FiguresAsync()).Totals;
        Assert.Equal(
            (1L, 1L, 1L, 1L, 0L),
            (totals.Submitted, totals.ReachedOut, totals.Retained, totals.ContactInTime, totals.Lost)
        );
        Assert.Equal(1, totals.MailFailed);
        Assert.Equal(TimeSpan.FromMinutes(4), totals.Median);

        // It was retained all the same; and a lead that is opened again begins anew.
        await MoveAsync(LeadStatus.Lost);
        totals = (await FiguresAsync()).Totals;
        Assert.Equal((1L, 1L), (totals.Retained, totals.Lost));
        await MoveAsync(LeadStatus.Registered);
        totals = (await FiguresAsync()).Totals;
        Assert.Equal((0L, 0L, 0L), (totals.Retained, totals.Lost, totals.ReachedOut));

        async Task MoveAsync(LeadStatus status)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var (lead, _) = await scope
                .ServiceProvider.GetRequiredService<ChangeLeads>()
                .OneAsync(LeadSelection.One(number), LeadChange.MoveTo(status), who, CancellationToken.None);
            Assert.NotNull(lead?.Summary);
        }

        Task<Figures> FiguresAsync() =>
            app
                .Services.GetRequiredService<ReadFigures>()
                .RunAsync(
                    new ReportPeriod(
                        LocalDays.DayOf(_clock.GetUtcNow(), TimeZoneInfo.Utc).AddDays(-1),
                        LocalDays.DayOf(_clock.GetUtcNow(), TimeZoneInfo.Utc),
                        TimeZoneInfo.Utc
                    ),
                    new ReportScope.WholeFirm(),
                    CancellationToken.None
                );
    }

    [Fact]
    public async Task Leads_from_before_there_were_reports_get_their_facts_from_their_timelines()
    {
        await using var app = await StartAsync();
        var day = new DateTimeOffset(2024, 5, 14, 9, 0, 0, TimeSpan.Zero);
        await SomeLeads.InsertAsync(
            app,
            [
                new(1, day) { Status = LeadStatus.Retained },
                new(2, day) { Status = LeadStatus.Lost },
                new(3, day) { Status = LeadStatus.Declined },
                new(4, day) { Status = LeadStatus.Registered, MailFailedAt = day.AddHours(1) },
            ]
        );
        await using (
            var past = app.Database.CreateCommand(
                """
                insert into activities (id, lead_id, kind, actor, summary, at)
                select gen_random_uuid(), leads.id, 'status_changed', 'Maria', 'moved this lead from A to ' || name, created_at + days * interval '1 day'
                from (values (1, 'Retained', 2), (2, 'Retained', 1), (2, 'Lost', 3), (3, 'Retained', 1), (3, 'Registered', 2), (3, 'Declined', 4)) told (number, name, days)
                join leads using (number);
                drop table report_runs;
                drop trigger attorneys_freed on leads;
                alter table leads drop column retained_at, drop column closed_at;
                drop index ix_leads_reached_out_at, ix_leads_waiting;
                drop view emails;
                alter table outbox rename to emails;
                alter trigger outbox_of_trash on emails rename to emails_of_trash;
                alter table emails drop column failed_at, drop column channel, drop column claimed_by;
                alter table work drop column claimed_by;
                create index ix_emails_next_attempt_at on emails (next_attempt_at);
                create index ix_emails_welcome on emails (lead_id);
                alter table users drop column gets_reports;
                delete from schema_versions where "MigrationId" in ('0008_reports', '0025_outbox')
                """
            )
        )
            await past.ExecuteNonQueryAsync();

        await TestDatabases.MigrateAsync(app.Database.ConnectionString);

        Assert.Equal(
            ["1 2 2", "2 1 3", "3 - 4", "4 - -"],
            await app.TextsAsync(
                """
                select concat_ws(' ', number, coalesce(extract(day from retained_at - created_at)::text, '-'),
                    coalesce(extract(day from closed_at - created_at)::text, '-')) from leads order by number
                """
            )
        );
        Assert.Equal(4L, await app.ValueAsync<long>("select sum(leads)::bigint from lead_counts"));
        Assert.True(await app.ValueAsync<bool>("select failed_at = created_at + interval '1 hour' from emails"));
    }

    private static void Same(Totals expected, Totals actual)
    {
        // Percentiles come out of floating point numbers.
        Assert.Equal(expected.Median?.TotalSeconds ?? -1, actual.Median?.TotalSeconds ?? -1, 0.001);
        Assert.Equal(
            expected.NinetiethPercentile?.TotalSeconds ?? -1,
            actual.NinetiethPercentile?.TotalSeconds ?? -1,
            0.001
        );
        Assert.Equal(
            expected,
            actual with
            {
                Median = expected.Median,
                NinetiethPercentile = expected.NinetiethPercentile,
            }
        );
    }

    private static void SameGroups(
        IEnumerable<SomeLead> leads,
        Func<SomeLead, string?> by,
        IReadOnlyList<GroupFigures> actual
    )
    {
        var expected = leads
            .GroupBy(by)
            .Select(group => new GroupFigures(
                group.Key,
                group.LongCount(),
                group.LongCount(lead => lead.ReachedOutAt is not null),
                group.LongCount(lead => lead.RetainedAt is not null)
            ));
        Assert.Equal(
            expected
                .OrderByDescending(group => group.Submitted)
                .ThenBy(group => group.Name is null)
                .ThenBy(group => group.Name, StringComparer.OrdinalIgnoreCase),
            actual
        );
    }
}
