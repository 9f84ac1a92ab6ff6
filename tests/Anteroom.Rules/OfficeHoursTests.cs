using Anteroom.Firm;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Rules;

/// <summary>When the firm is open, and what time of it has passed.</summary>
public sealed class OfficeHoursTests
{
    private static readonly string[] Zones =
    [
        "UTC",
        "America/New_York",
        "America/St_Johns",
        "Europe/Berlin",
        "Australia/Lord_Howe", // half an hour
        "Asia/Beirut", // changes at midnight
        "America/Sao_Paulo", // changed at midnight until 2019
        "Africa/Cairo",
        "Pacific/Apia", // left a day out
        "Asia/Kathmandu",
    ];

    /// <summary>A schedule, an instant near a change of clocks or anywhere, and a time.</summary>
    private static Gen<(OfficeHours Hours, DateTimeOffset At, int Minutes)> Cases()
    {
        var minute = Gen.Choose(0, 48).Select(half => Math.Min(OpenSpan.Day, half * 30));
        var spans = Gen.ListOf(minute).Select(Spans);
        var week =
            from days in Gen.ArrayOf(Gen.Frequency((3, spans), (2, Gen.Constant<IReadOnlyList<OpenSpan>>([]))), 7)
            from fallback in Gen.Choose(0, 6)
            select days.Any(day => day.Count > 0)
                ? days
                : [.. days.Select((day, at) => at == fallback ? [new OpenSpan(540, 1_020)] : day)];
        return from days in week
            from zone in Gen.Elements(Zones)
            from year in Gen.Elements(2011, 2018, 2026)
            from start in Gen.Choose(0, 366 * 1_440)
            from seconds in Gen.Choose(0, 59)
            from closed in Gen.ListOf(Gen.Choose(0, 30))
            from minutes in Gen.Choose(0, 3_000)
            let at = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(start).AddSeconds(seconds)
            select (
                new OfficeHours(
                    days,
                    [
                        .. closed
                            .Take(3)
                            .Select(away => at.AddDays(away))
                            .Select((day, one) => new Holiday(one == 0 ? null : day.Year, day.Month, day.Day, "")),
                    ],
                    TimeZoneInfo.FindSystemTimeZoneById(zone)
                ),
                at,
                minutes
            );
    }

    private static IReadOnlyList<OpenSpan> Spans(IList<int> minutes) =>
        [
            .. minutes
                .Distinct()
                .Order()
                .Chunk(2)
                .Where(pair => pair.Length == 2)
                .Take(3)
                .Select(pair => new OpenSpan(pair[0], pair[1])),
        ];

    [Fact]
    public void The_time_after_which_it_has_been_open_for_so_long_is_that_of_counting_minute_by_minute() =>
        Check(Cases(), given => Assert.Equal(Counted(given.Hours, given.At, given.Minutes), After(given)));

    [Fact]
    public void It_never_falls_into_closed_time_and_a_later_beginning_is_never_due_sooner() =>
        Check(
            Cases(),
            given =>
            {
                var due = After(given);
                Assert.True(due >= given.At);
                Assert.True(given.Hours.IsOpenAt(given.Minutes == 0 ? due : due.AddTicks(-1)), $"{due}");
                foreach (var later in (int[])[1, 59, 60, 3_600, 86_400])
                    Assert.True(
                        given.Hours.After(given.At.AddSeconds(later), TimeSpan.FromMinutes(given.Minutes)) >= due
                    );
                Assert.True(given.Hours.After(given.At, TimeSpan.FromMinutes(given.Minutes + 1)) > due);
            }
        );

    [Fact]
    public void It_opens_next_at_the_first_open_minute() =>
        Check(
            Cases(),
            given =>
            {
                var next = given.Hours.NextOpen(given.At);
                Assert.True(given.Hours.IsOpenAt(next));
                Assert.Equal(given.At == next, given.Hours.IsOpenAt(given.At));
                if (next > given.At)
                    Assert.False(given.Hours.IsOpenAt(next.AddTicks(-1)));
            }
        );

    [Theory]
    // Friday evening, and a Monday that is a holiday.
    [InlineData("2026-10-09T16:59:00-04:00", 5, "2026-10-13T09:04:00-04:00")]
    [InlineData("2026-10-10T03:00:00-04:00", 5, "2026-10-13T09:05:00-04:00")]
    // The last minutes of a day are enough.
    [InlineData("2026-10-08T16:55:00-04:00", 5, "2026-10-08T17:00:00-04:00")]
    [InlineData("2026-10-08T12:00:00-04:00", 5, "2026-10-08T12:05:00-04:00")]
    // The clocks are set back on Sunday, November 1: open at nine by the clock all the same.
    [InlineData("2026-10-31T03:00:00-04:00", 5, "2026-11-02T09:05:00-05:00")]
    [InlineData("2026-03-07T03:00:00-05:00", 5, "2026-03-09T09:05:00-04:00")]
    public void Nights_weekends_holidays_and_changes_of_the_clocks_do_not_count(string at, int minutes, string due)
    {
        Assert.True(HoursText.TryReadWeek(new HoursOptions().Week, out var week, out _));
        var hours = new OfficeHours(
            week,
            FederalHolidays.Of(2026),
            TimeZoneInfo.FindSystemTimeZoneById("America/New_York")
        );

        Assert.Equal(
            DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture),
            hours.After(
                DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture),
                TimeSpan.FromMinutes(minutes)
            )
        );
    }

    // An hour that comes twice counts twice, one that is left out does not count.
    [Theory]
    [InlineData("2026-11-01T00:00:00-04:00", 180, "2026-11-01T02:00:00-05:00")]
    [InlineData("2026-03-08T00:00:00-05:00", 180, "2026-03-08T04:00:00-04:00")]
    public void Who_works_through_a_change_of_the_clocks_works_the_time_that_passes(string at, int minutes, string due)
    {
        var always = Enumerable.Repeat<IReadOnlyList<OpenSpan>>([new(0, OpenSpan.Day)], 7).ToList();
        var hours = new OfficeHours(always, [], TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));

        Assert.Equal(
            DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture),
            hours.After(
                DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture),
                TimeSpan.FromMinutes(minutes)
            )
        );
    }

    [Fact]
    public void Federal_holidays_are_on_their_days_and_observed_beside_a_weekend()
    {
        Assert.Equal(
            "2026-01-01 New Year’s Day; 2026-01-19 Martin Luther King Jr. Day; 2026-02-16 Washington’s Birthday; 2026-05-25 Memorial Day; "
                + "2026-06-19 Juneteenth; 2026-07-03 Independence Day (observed); 2026-07-04 Independence Day; 2026-09-07 Labor Day; "
                + "2026-10-12 Columbus Day; 2026-11-11 Veterans Day; 2026-11-26 Thanksgiving Day; 2026-12-25 Christmas Day",
            HoursText.Write(FederalHolidays.Of(2026))
        );
        // A New Year's Day on a Saturday is observed in the year before.
        Assert.EndsWith(
            "2027-12-31 New Year’s Day (observed)",
            HoursText.Write(FederalHolidays.Of(2027)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "2028-01-01 New Year’s Day;",
            HoursText.Write(FederalHolidays.Of(2028)),
            StringComparison.Ordinal
        );
        // As published by the Office of Personnel Management: last Monday of May, of five.
        Assert.Contains("2027-05-31 Memorial Day", HoursText.Write(FederalHolidays.Of(2027)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        Check(
            Cases(),
            given =>
            {
                Assert.True(HoursText.TryReadWeek(HoursText.Write(given.Hours.Week), out var week, out _));
                Assert.Equal(given.Hours.Week, week);
            }
        );

    [Theory]
    [InlineData("noday 09:00-17:00", "has to begin with a day")]
    [InlineData("mon 9-17", "has to name times")]
    [InlineData("mon", "has to name times")]
    [InlineData("mon 09:00-24:30", "has to name times")]
    [InlineData("mon 17:00-09:00", "later than the beginning")]
    [InlineData("mon 09:00-12:00, 11:00-17:00", "overlap")]
    public void Hours_that_make_no_sense_are_named(string text, string problem)
    {
        Assert.False(HoursText.TryReadWeek(text, out _, out var said));
        Assert.Contains(problem, said.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-02-30 Nothing")]
    [InlineData("13-01")]
    [InlineData("Christmas")]
    public void A_holiday_on_no_day_is_named(string text)
    {
        Assert.False(HoursText.TryReadHolidays(text, out _, out var said));
        Assert.Contains(text, said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_leap_day_may_be_a_holiday_of_every_year()
    {
        Assert.True(HoursText.TryReadHolidays("02-29 Leap day; 2026-12-24", out var days, out _));
        Assert.True(days[0].IsOn(new DateOnly(2028, 2, 29)));
        Assert.False(days[0].IsOn(new DateOnly(2026, 3, 1)));
        Assert.True(days[1].IsOn(new DateOnly(2026, 12, 24)));
        Assert.False(days[1].IsOn(new DateOnly(2027, 12, 24)));
    }

    private static DateTimeOffset After((OfficeHours Hours, DateTimeOffset At, int Minutes) given) =>
        given.Hours.After(given.At, TimeSpan.FromMinutes(given.Minutes));

    /// <summary>Minute by minute: schedules, zones and beginnings are on whole minutes, but for seconds that stay.</summary>
    private static DateTimeOffset Counted(OfficeHours hours, DateTimeOffset at, int minutes)
    {
        var second = TimeSpan.FromSeconds(at.Second);
        var minute = at - second;
        if (minutes == 0)
        {
            while (!hours.IsOpenAt(minute))
                minute = minute.AddMinutes(1);
            return minute < at ? at : minute;
        }

        // What is left of the first minute counts as that much.
        var left = TimeSpan.FromMinutes(minutes);
        for (var from = at; ; from = minute)
        {
            minute = minute.AddMinutes(1);
            if (!hours.IsOpenAt(from))
                continue;
            if (minute - from >= left)
                return from + left;
            left -= minute - from;
        }
    }

    private static void Check<T>(Gen<T> cases, Action<T> holds) =>
        Prop.ForAll(cases.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
