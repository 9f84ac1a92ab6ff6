using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Reports;
using Anteroom.Schedule;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Anteroom.Tests.Reports;

/// <summary>Reports of many leads come from days that are summed up, and are at any moment what the leads say.</summary>
[Trait("Category", "Slow")]
public sealed class ReportDaysTests(TestDatabases databases)
{
    private static readonly DateTimeOffset Begin = new(2024, 2, 20, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly Random _random = new(12);
    private readonly List<Guid> _people = [];

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")] // sets its clocks by half an hour
    public async Task Figures_from_days_are_what_the_leads_say_whatever_has_changed_since(string zone)
    {
        await using var app = await StartAsync(zone);
        var number = 600;
        var read = 0;

        for (var round = 0; round < 40; round++)
        {
            if (round % 4 == 1)
                await SumAsync(app);
            if (round == 20)
                await ExecuteAsync(app, "update leads set source = 'phone', updated_at = now()"); // very many at once
            else if (round % 6 == 5)
                await SomeLeads.InsertAsync(
                    app,
                    SomeLeads
                        .Generate(_random, 20, Begin, TimeSpan.FromDays(70), [.. _people])
                        .Select(lead => lead with { Number = ++number })
                );
            else
                await ExecuteAsync(app, Change(_random.Next(47)));
            _clock.AdjustTime(round % 3 == 0 ? Begin.AddHours(_random.Next(24 * 90)) : DateTimeOffset.UtcNow);
            var first = new DateOnly(2024, 2, 10).AddDays(_random.Next(50));
            var period = new ReportPeriod(first, first.AddDays(1 + _random.Next(60)), Zone(zone));
            read += await AreSameAsync(app, period);
        }

        Assert.True(read > 1_000); // days that were not read lead by lead
        await SumAsync(app);
        Assert.Equal(0, await app.CountAsync("report_changes"));
        await AreSameAsync(app, new(new(2024, 2, 1), new(2024, 5, 20), Zone(zone)));
    }

    [Fact]
    public async Task Whoever_changes_leads_while_days_are_summed_up_is_in_the_figures_as_soon_as_it_is_committed()
    {
        await using var app = await StartAsync("UTC");
        var period = new ReportPeriod(new(2024, 2, 15), new(2024, 5, 1), Zone("UTC"));
        for (var round = 0; round < 6; round++)
        {
            await using var connection = await app.Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var change = new NpgsqlCommand(Change(round), connection, transaction))
                await change.ExecuteNonQueryAsync();
            await ExecuteAsync(app, $"update leads set practice_area = 'Tax {round}' where number % 47 = 40");

            Assert.Contains("Summed up", (await SumAsync(app)).Summary, StringComparison.Ordinal);
            await AreSameAsync(app, period);
            await transaction.CommitAsync();
            await AreSameAsync(app, period);
        }
    }

    [Fact]
    public async Task Nothing_is_summed_up_while_a_transaction_has_been_open_for_long()
    {
        await using var app = await StartAsync("UTC");
        await using var connection = await app.Database.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var read = new NpgsqlCommand("select 1", connection, transaction))
                await read.ExecuteNonQueryAsync();
            var impatient = new SumReportDays(app.Database, Options.Create(new FirmOptions()))
            {
                Patience = TimeSpan.Zero,
            };

            Assert.Contains(
                "Waits",
                (await impatient.RunAsync(CancellationToken.None)).Summary,
                StringComparison.Ordinal
            );
            Assert.Equal(0, await app.CountAsync("report_days"));
        }

        Assert.Contains("Summed up", (await SumAsync(app)).Summary, StringComparison.Ordinal);
        Assert.Equal("Nothing to sum up.", (await SumAsync(app)).Summary);
    }

    [Fact]
    public async Task Several_that_sum_up_at_once_take_turns()
    {
        await using var app = await StartAsync("America/New_York");
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SumAsync(app))));
            await AreSameAsync(app, new(new(2024, 2, 15), new(2024, 5, 1), Zone("America/New_York")));
            await ExecuteAsync(app, Change(_random.Next(47)));
        }

        Assert.Equal(
            0,
            await app.CountAsync("(select begun from report_parts except select begun from report_days) lost")
        );
    }

    [Fact]
    public async Task Another_time_zone_has_other_days()
    {
        await using var app = await StartAsync("America/New_York");
        await SumAsync(app);
        var nepal = new ReportPeriod(new(2024, 2, 15), new(2024, 5, 1), Zone("Asia/Kathmandu"));
        Assert.Equal(0, await AreSameAsync(app, nepal));

        var moved = new SumReportDays(app.Database, Options.Create(new FirmOptions { TimeZone = "Asia/Kathmandu" }));
        await moved.RunAsync(CancellationToken.None);

        Assert.True(await AreSameAsync(app, nepal) > 60);
        Assert.Equal(0, await AreSameAsync(app, nepal with { Zone = Zone("America/New_York") }));
    }

    [Fact]
    public async Task What_is_new_costs_no_row_and_what_is_old_costs_one_for_each_thing_that_it_changes()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        var number = await new Prospect().IsAcceptedAsync(app);
        await MoveAsync(LeadStatus.ReachedOut);
        await MoveAsync(LeadStatus.Declined);
        Assert.Equal(0, await app.CountAsync("report_changes"));

        await ExecuteAsync(
            app,
            """
            update leads set created_at = created_at - interval '3 days', reached_out_at = reached_out_at - interval '3 days',
                closed_at = closed_at - interval '3 days'
            """
        );
        Assert.Equal(3, await app.CountAsync("report_changes")); // was new before
        await ExecuteAsync(app, "truncate report_changes");
        await MoveAsync(LeadStatus.Registered);

        Assert.Equal(
            ["closed -1", "contact -1", "submitted -1", "submitted 1"],
            await app.TextsAsync("select fact || ' ' || leads from report_changes order by 1")
        );
        await SumAsync(app);
        Assert.Equal(0, await app.CountAsync("report_days where ended > now() - interval '2 hours'"));
        Assert.InRange(await app.CountAsync("report_days"), 2, 4);
        await ExecuteAsync(app, "truncate leads cascade");
        Assert.Equal(0, await app.CountAsync("report_days"));

        async Task MoveAsync(LeadStatus status)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var (lead, _) = await scope
                .ServiceProvider.GetRequiredService<ChangeLeads>()
                .OneAsync(
                    LeadSelection.One(number),
                    LeadChange.MoveTo(status),
                    new CurrentUser(maria.Id, "maria", "Maria", Role.Attorney),
                    CancellationToken.None
                );
            Assert.NotNull(lead?.Summary);
        }
    }

    [Fact]
    public async Task The_page_and_the_file_say_that_the_times_of_very_many_are_rounded()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        await ExecuteAsync(
            app,
            """
            insert into leads (id, first_name, last_name, email, source, status, reached_out_at, search_text, created_at, updated_at)
            select gen_random_uuid(), 'A', 'B', 'c@example.com', 'form', 'reached_out', begun + taken, 'x', begun, begun
            from (
                select timestamptz '2024-01-10' + i * interval '30 seconds' as begun, (60 + (i * 7919) % 840) * interval '1 second' as taken
                from generate_series(1, 22000) i) leads
            """
        );
        for (var sums = 0; sums < 2; sums++) // without sums at first, and then with them
        {
            var page = await office.OpenAsync("/reports?from=2024-01-01&to=2024-01-31");
            var words = page.Body!.Words();
            Assert.Contains("New leads 22,000", words, StringComparison.Ordinal);
            Assert.Matches("Median time to first contact ≈ (7 min [45]\\d s|8 min)", words);
            Assert.Contains("rounded to within four percent", words, StringComparison.Ordinal);
            var file = await office.GetStringAsync(
                new Uri("/reports.csv?from=2024-01-01&to=2024-01-31", UriKind.Relative)
            );
            Assert.Contains(
                "UTC; times are rounded to within four percent",
                file.Split('\n')[1],
                StringComparison.Ordinal
            );
            await SumAsync(app);
        }

        // Of the days themselves.
        await ExecuteAsync(app, "update report_days set submitted = submitted + 1 where begun = '2024-01-15 00:00+00'");
        Assert.Contains(
            "New leads 22,001",
            (await office.OpenAsync("/reports?from=2024-01-01&to=2024-01-31")).Body!.Words(),
            StringComparison.Ordinal
        );
        var few = (await office.OpenAsync("/reports?from=2024-01-14&to=2024-01-16")).Body!.Words();
        Assert.Contains("New leads 8,640", few, StringComparison.Ordinal);
        Assert.DoesNotContain("≈", few, StringComparison.Ordinal);
    }

    private async Task<AnteroomApp> StartAsync(string zone)
    {
        var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:TimeZone", zone)],
            adjust: services =>
            {
                services.AddSingleton<TimeProvider>(_clock);
                AnteroomApp.WithoutBackgroundWork(services);
            },
            role: "web"
        );
        foreach (var name in (string[])["maria", "daniel", "grace"])
            _people.Add((await app.CreateUserAsync(Role.Attorney, name)).Id);
        await SomeLeads.InsertAsync(app, SomeLeads.Generate(_random, 600, Begin, TimeSpan.FromDays(60), [.. _people]));
        return app;
    }

    /// <summary>Something that may become of a few leads.</summary>
    private string Change(int which)
    {
        var some = $"where number % 47 = {which}";
        var later = $"interval '{_random.Next(1, 90_000)} seconds'";
        return _random.Next(10) switch
        {
            0 =>
                $"update leads set status = 'retained', retained_at = created_at + {later}, closed_at = created_at + {later} {some}",
            1 => $"update leads set status = 'lost', closed_at = created_at + {later} {some}",
            2 => $"update leads set status = 'reached_out', reached_out_at = created_at + {later} {some}",
            3 =>
                $"update leads set status = 'registered', reached_out_at = null, retained_at = null, closed_at = null {some}",
            4 => $"update leads set assigned_to = '{_people[_random.Next(3)]}' {some}",
            5 => $"update leads set assigned_to = null {some}",
            6 => $"update leads set deleted_at = case when deleted_at is null then now() end {some}",
            7 => $"update leads set created_at = created_at - {later}, practice_area = 'Area {_random.Next(4)}' {some}",
            8 =>
                $"delete from leads {some} and number not in (select number from leads join outbox on lead_id = leads.id)",
            _ =>
                $"update leads set closed_at = created_at + interval '5 minutes', status = 'declined', reached_out_at = null {some}",
        };
    }

    /// <summary>Reads the period of each scope both ways; how many days were read from sums.</summary>
    private async Task<int> AreSameAsync(AnteroomApp app, ReportPeriod period)
    {
        var exact = new ReadFigures(app.Database, _clock) { MostExact = int.MaxValue };
        var summed = new ReadFigures(app.Database, _clock) { MostExact = 0 };
        foreach (
            var scope in (ReportScope[])
                [new ReportScope.WholeFirm(), new ReportScope.Of(_people[0]), new ReportScope.InSightOf(_people[1])]
        )
        {
            var expected = await exact.RunAsync(period, scope, CancellationToken.None);
            var actual = await summed.RunAsync(period, scope, CancellationToken.None);
            Assert.True(actual.TimesAreRounded);
            Assert.Equal(Counts(expected), Counts(actual));
            await TimesAreRightAsync(app, actual);
        }

        // Those of another time zone are of no use.
        var days = new HashSet<DateTimeOffset>(
            Enumerable.Range(0, period.Days).Select(day => LocalDays.StartOf(period.First.AddDays(day), period.Zone))
        );
        var sums = await app.Database.QueryAsync<DateTimeOffset>(
            "select distinct begun from report_days",
            CancellationToken.None
        );
        return sums.Count(days.Contains);
    }

    private static List<string> Counts(Figures figures)
    {
        return
        [
            Text(figures.Totals),
            Text(figures.Before),
            .. figures.Steps.Select(step => $"{step.Step.Key} {Text(step.Totals)}"),
            .. figures.Statuses.Select(pair => $"{pair.Key.ToWire()} {pair.Value}").Order(StringComparer.Ordinal),
            .. figures.Sources.Select(group => group.ToString()),
            .. figures.PracticeAreas.Select(group => group.ToString()),
            .. figures.People.Select(person => $"{person.Name} {Text(person.Totals)}"),
        ];

        static string Text(Totals totals) => (totals with { Median = null, NinetiethPercentile = null }).ToString();
    }

    private sealed record ContactRow(DateTimeOffset At, double Took, Guid? Owner);

    /// <summary>Each time is that of the contact at its place, to a step.</summary>
    private static async Task TimesAreRightAsync(AnteroomApp app, Figures figures)
    {
        var contacts = (
            await app.Database.QueryAsync<ContactRow>(
                """
                select reached_out_at as at, extract(epoch from reached_out_at - created_at)::double precision as took, assigned_to as owner
                from leads where reached_out_at is not null and deleted_at is null and source <> 'import'
                """,
                CancellationToken.None
            )
        )
            .Where(contact =>
                figures.Scope switch
                {
                    ReportScope.Of(var user) => contact.Owner == user,
                    ReportScope.InSightOf(var user) => contact.Owner == user || contact.Owner is null,
                    _ => true,
                }
            )
            .ToList();
        var period = figures.Period;
        var (beforeFrom, beforeTo) = period.Before(figures.At);
        Same(figures.Totals, contact => contact.At >= period.From && contact.At < period.To);
        Same(figures.Before, contact => contact.At >= beforeFrom && contact.At < beforeTo);
        var edges = figures.Steps.Select(step => step.Step.From).Append(period.To).ToList();
        for (var step = 0; step < figures.Steps.Count; step++)
            Same(figures.Steps[step].Totals, contact => contact.At >= edges[step] && contact.At < edges[step + 1]);
        foreach (var person in figures.People)
            Same(
                person.Totals,
                contact => contact.At >= period.From && contact.At < period.To && contact.Owner == person.User
            );

        void Same(Totals totals, Func<ContactRow, bool> which)
        {
            var times = contacts.Where(which).Select(contact => contact.Took).Order().ToList();
            Assert.Equal(times.Count == 0, totals.Median is null);
            if (times.Count == 0)
                return;
            IsWithinAStep(times[(int)Math.Ceiling(times.Count * 0.5) - 1], totals.Median!.Value);
            IsWithinAStep(times[(int)Math.Ceiling(times.Count * 0.9) - 1], totals.NinetiethPercentile!.Value);
        }

        static void IsWithinAStep(double seconds, TimeSpan actual)
        {
            var step = Math.Pow(2, 1.0 / 16) + 0.0001;
            var least = Math.Max(1, seconds);
            Assert.InRange(actual.TotalSeconds, least / step, least * step);
        }
    }

    private static Task<JobReport> SumAsync(AnteroomApp app) =>
        app.Services.GetRequiredService<SumReportDays>().RunAsync(CancellationToken.None);

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    private static async Task ExecuteAsync(AnteroomApp app, string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
