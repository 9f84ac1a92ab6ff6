using System.Globalization;

namespace Anteroom.Reports;

/// <summary>A part of a period.</summary>
/// <param name="From">Its first instant, UTC.</param>
/// <param name="Kind">As <see cref="ReportPeriod.StepName"/>.</param>
/// <param name="Day">Its first day.</param>
/// <param name="Hour">Its hour; null for longer ones.</param>
/// <param name="Key">For programs: <c>2026-11-16</c>, <c>2026-11-16T09:00:00-05:00</c>.</param>
public sealed record PeriodStep(DateTimeOffset From, string Kind, DateOnly Day, string? Hour, string Key)
{
    // Made when they are read: figures are kept for readers of both languages.
    /// <summary>For an axis: <c>Nov 16</c>, <c>09:00</c>, <c>Nov 2026</c>.</summary>
    public string Axis => Hour ?? ReportPeriod.Text(Day, Kind == "month" ? "MMM yyyy" : "MMM d");

    /// <summary>In full: <c>Monday, November 16, 2026</c>.</summary>
    public string Label =>
        Hour
        ?? Kind switch
        {
            "day" => ReportPeriod.Text(Day, "dddd, MMMM d, yyyy"),
            "week" => T["Week from {0}", ReportPeriod.Text(Day, "MMMM d, yyyy")],
            _ => ReportPeriod.Text(Day, "MMMM yyyy"),
        };
}

/// <summary>Whole days in the firm's time zone, the last one included.</summary>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day.</param>
/// <param name="Zone">Whose days.</param>
public sealed record ReportPeriod(DateOnly First, DateOnly Last, TimeZoneInfo Zone)
{
    /// <summary>The longest period, in days: five years.</summary>
    public const int LongestInDays = (5 * 366) + 1;

    /// <summary>Longer ones go by month.</summary>
    public const int MostDaysByWeek = 400;

    /// <summary>One day.</summary>
    public static ReportPeriod Day(DateOnly day, TimeZoneInfo zone) => new(day, day, zone);

    /// <summary>A week that begins on a Monday.</summary>
    public static ReportPeriod Week(DateOnly anyDay, TimeZoneInfo zone) =>
        new(MondayOf(anyDay), MondayOf(anyDay).AddDays(6), zone);

    /// <summary>The first instant, UTC.</summary>
    public DateTimeOffset From => LocalDays.StartOf(First, Zone);

    /// <summary>The first instant after it, UTC.</summary>
    public DateTimeOffset To => LocalDays.StartOf(Last.AddDays(1), Zone);

    /// <summary>How many days.</summary>
    public int Days => Last.DayNumber - First.DayNumber + 1;

    /// <summary>
    /// What to compare with: the same number of days before, and of those only as much as has passed of this period at
    /// <paramref name="now"/>, so that a morning is held against a morning.
    /// </summary>
    public (DateTimeOffset From, DateTimeOffset To) Before(DateTimeOffset now)
    {
        var from = LocalDays.StartOf(First.AddDays(-Days), Zone);
        return now <= From ? (from, From)
            : now < To && from + (now - From) < From ? (from, from + (now - From))
            : (from, From);
    }

    /// <summary>The period in words: <c>Monday, November 16, 2026</c>, <c>November 16 to 22, 2026</c>.</summary>
    public string Label =>
        Days == 1 ? Text(First, "dddd, MMMM d, yyyy")
        : (First.Year, First.Month) == (Last.Year, Last.Month)
            ? T["{0} to {1}##days", Text(First, "MMMM d##of one month"), Text(Last, "d, yyyy")]
        : First.Year == Last.Year ? T["{0} to {1}##days", Text(First, "MMMM d"), Text(Last, "MMMM d, yyyy")]
        : T["{0} to {1}##days", Text(First, "MMMM d, yyyy"), Text(Last, "MMMM d, yyyy")];

    /// <summary>What a <see cref="PeriodStep"/> is: <c>hour</c>, <c>day</c>, <c>week</c> or <c>month</c>.</summary>
    public string StepName =>
        Days == 1 ? "hour"
        : Days <= 45 ? "day"
        : Days <= MostDaysByWeek ? "week"
        : "month";

    /// <summary>The parts, one after the other without a gap. Weeks begin on Mondays; the first may be a part of one.</summary>
    public IReadOnlyList<PeriodStep> Steps() =>
        StepName switch
        {
            "hour" => Hours(),
            "day" => Spans(day => day.AddDays(1)),
            "week" => Spans(day => MondayOf(day).AddDays(7)),
            _ => Spans(day => new DateOnly(day.Year, day.Month, 1).AddMonths(1)),
        };

    private List<PeriodStep> Spans(Func<DateOnly, DateOnly> next)
    {
        var steps = new List<PeriodStep>();
        for (var day = First; day <= Last; day = next(day))
            steps.Add(
                new(
                    LocalDays.StartOf(day, Zone),
                    StepName,
                    day,
                    Hour: null,
                    day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                )
            );
        return steps;
    }

    // Hours that really pass: 23 or 25 of them when the clocks change.
    private List<PeriodStep> Hours()
    {
        var steps = new List<PeriodStep>();
        for (var at = From; at < To; at = at.AddHours(1))
        {
            var local = TimeZoneInfo.ConvertTime(at, Zone);
            var hour = local.ToString("HH:mm", CultureInfo.InvariantCulture);
            steps.Add(
                new(at, "hour", First, hour, local.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture))
            );
        }

        return steps;
    }

    private static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    internal static string Text(DateOnly day, string format) => day.ToString(T[format], CultureInfo.CurrentCulture);
}
