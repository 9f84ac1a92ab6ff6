using Anteroom.Reports;

namespace Anteroom.Tests.Reports;

/// <summary>Where days begin and end, with the clocks of places that do odd things with them (IANA time zone database).</summary>
[Trait("Category", "Slow")]
public sealed class LocalDaysTests
{
    [Theory]
    // Summer time begins and ends.
    [InlineData("America/New_York", "2024-03-10", "2024-03-10T05:00:00Z", 23)]
    [InlineData("America/New_York", "2024-11-03", "2024-11-03T04:00:00Z", 25)]
    [InlineData("Europe/London", "2024-03-31", "2024-03-31T00:00:00Z", 23)]
    [InlineData("Europe/London", "2024-10-27", "2024-10-26T23:00:00Z", 25)]
    [InlineData("Australia/Lord_Howe", "2024-10-06", "2024-10-05T13:30:00Z", 23.5)]
    [InlineData("Australia/Lord_Howe", "2024-04-07", "2024-04-06T13:00:00Z", 24.5)]
    // There is no midnight: clocks go from 0:00 to 1:00.
    [InlineData("America/Havana", "2024-03-10", "2024-03-10T05:00:00Z", 23)]
    [InlineData("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z", 23)]
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 23)]
    // There are two midnights: clocks go back from 1:00 to 0:00.
    [InlineData("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", 25)]
    // Clocks go back over midnight, into the day before.
    [InlineData("Africa/Cairo", "2024-10-31", "2024-10-30T21:00:00Z", 25)]
    [InlineData("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z", 25)]
    // Samoa and Kwajalein each left out a day.
    [InlineData("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", 24)]
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0)]
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 24)]
    // No summer time, and an offset of three quarters.
    [InlineData("UTC", "2024-03-10", "2024-03-10T00:00:00Z", 24)]
    [InlineData("Asia/Kathmandu", "2024-02-29", "2024-02-28T18:15:00Z", 24)]
    [InlineData("Pacific/Kiritimati", "2024-02-29", "2024-02-28T10:00:00Z", 24)]
    public void A_day_begins_and_lasts_as_the_clocks_say(string place, string day, string start, double hours)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(place);
        var period = ReportPeriod.Day(Day(day), zone);

        Assert.Equal(Instant(start), period.From);
        Assert.Equal(TimeSpan.FromHours(hours), period.To - period.From);
        Assert.All(period.Steps(), step => Assert.InRange(step.From, period.From, period.To));
        Assert.Equal((int)Math.Ceiling(hours), period.Steps().Count);
    }

    [Fact]
    public void Every_instant_belongs_to_one_day_everywhere()
    {
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var first = new DateOnly(2010, 1, 1);
            var start = LocalDays.StartOf(first, zone);
            for (var day = first; day < new DateOnly(2012, 1, 5); day = day.AddDays(1))
            {
                var next = LocalDays.StartOf(day.AddDays(1), zone);
                Assert.True(start <= next, $"{zone.Id} {day}");
                if (start == next)
                    continue; // left out
                // It begins as soon as clocks show it, not later.
                Assert.True(LocalDays.DayOf(start, zone) >= day, $"{zone.Id} {day}: begins too early");
                Assert.True(LocalDays.DayOf(start.AddTicks(-1), zone) < day, $"{zone.Id} {day}: begins too late");
                Assert.Equal(TimeSpan.Zero, start.Offset);
                start = next;
            }
        }
    }

    [Theory]
    [InlineData("America/New_York", "2024-03-10T11:00:00Z", "2024-03-09")]
    [InlineData("America/New_York", "2024-03-11T03:59:59Z", "2024-03-09")]
    [InlineData("America/New_York", "2024-03-11T04:00:00Z", "2024-03-10")]
    [InlineData("Europe/London", "2024-03-31T23:00:00Z", "2024-03-31")]
    // Nobody gets a report about the day that never was.
    [InlineData("Pacific/Apia", "2011-12-30T18:00:00Z", "2011-12-29")]
    [InlineData("Pacific/Apia", "2011-12-31T18:00:00Z", "2011-12-31")]
    // Midnight has passed, and clocks show the evening before once more.
    [InlineData("Africa/Cairo", "2024-10-31T21:30:00Z", "2024-10-30")]
    [InlineData("America/St_Johns", "2010-11-07T02:45:00Z", "2010-11-06")]
    public void The_last_day_that_has_ended_is_known_at_any_instant(string place, string at, string day) =>
        Assert.Equal(Day(day), LocalDays.LastEndedAt(Instant(at), TimeZoneInfo.FindSystemTimeZoneById(place)));

    [Theory]
    [InlineData("2024-11-03", "2024-11-03", "hour", 25)]
    [InlineData("2024-11-01", "2024-11-30", "day", 30)]
    [InlineData("2024-01-01", "2024-12-31", "week", 53)]
    [InlineData("2024-01-03", "2024-03-31", "week", 13)]
    [InlineData("2022-02-10", "2024-12-31", "month", 35)]
    public void A_period_is_cut_into_steps_without_a_gap(string first, string last, string step, int steps)
    {
        var period = new ReportPeriod(Day(first), Day(last), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));

        Assert.Equal(step, period.StepName);
        Assert.Equal(steps, period.Steps().Count);
        Assert.Equal(period.From, period.Steps()[0].From);
        Assert.Equal(period.Steps().Count, period.Steps().Select(each => each.Key).Distinct().Count());
        Assert.Equal(period.Steps().OrderBy(each => each.From), period.Steps());
    }

    [Fact]
    public void A_period_that_goes_on_is_held_against_as_much_of_the_one_before()
    {
        var period = ReportPeriod.Day(Day("2024-05-15"), TimeZoneInfo.Utc);

        Assert.Equal(
            (Instant("2024-05-14T00:00:00Z"), Instant("2024-05-14T10:30:00Z")),
            period.Before(Instant("2024-05-15T10:30:00Z"))
        );
        Assert.Equal(
            (Instant("2024-05-14T00:00:00Z"), Instant("2024-05-15T00:00:00Z")),
            period.Before(Instant("2024-06-01T00:00:00Z"))
        );
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min")]
    [InlineData(252, "4 min 12 s")]
    [InlineData(3_600, "1 h")]
    [InlineData(11_100, "3 h 5 min")]
    [InlineData(90_000, "1 day 1 h")]
    [InlineData(187_200, "2 days 4 h")]
    public void Durations_are_said_in_two_units(double seconds, string words) =>
        Assert.Equal(words, ReportWords.Duration(TimeSpan.FromSeconds(seconds)));

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
