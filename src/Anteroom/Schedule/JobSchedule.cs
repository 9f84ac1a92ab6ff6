using System.Globalization;
using Quartz;

namespace Anteroom.Schedule;

/// <summary>When a job runs, by the clock of the firm's time zone. Never more often than once a minute.</summary>
/// <remarks>
/// On the day the clocks go forward, a time that does not exist is taken as the first that does; on the day they go back, a time
/// that comes twice counts once (<c>ScheduleTests</c> holds Quartz to both).
/// </remarks>
public sealed record JobSchedule
{
    private static readonly string[] DayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private JobSchedule(string cron) => Cron = cron;

    /// <summary>The intervals in minutes that divide an hour.</summary>
    public static IReadOnlyList<int> MinuteSteps { get; } = [1, 2, 3, 5, 10, 15, 20, 30];

    /// <summary>The days in the order in which a week begins at work.</summary>
    public static IReadOnlyList<DayOfWeek> Days { get; } =
    [
        DayOfWeek.Monday,
        DayOfWeek.Tuesday,
        DayOfWeek.Wednesday,
        DayOfWeek.Thursday,
        DayOfWeek.Friday,
        DayOfWeek.Saturday,
        DayOfWeek.Sunday,
    ];

    /// <summary>As Quartz writes it: seconds, minutes, hours, day of the month, month, day of the week, and a year if need be.</summary>
    public string Cron { get; }

    /// <summary>Every so many minutes, one of <see cref="MinuteSteps"/>.</summary>
    public static JobSchedule EveryMinutes(int minutes) =>
        MinuteSteps.Contains(minutes)
            ? new(string.Create(CultureInfo.InvariantCulture, $"0 0/{minutes} * * * ?"))
            : throw new ArgumentOutOfRangeException(nameof(minutes), minutes, "Does not divide an hour.");

    /// <summary>Every hour, at this minute of it.</summary>
    public static JobSchedule HourlyAt(int minute) =>
        new(string.Create(CultureInfo.InvariantCulture, $"0 {Minute(minute)} * * * ?"));

    /// <summary>Every day at this time.</summary>
    public static JobSchedule DailyAt(int hour, int minute) =>
        new(string.Create(CultureInfo.InvariantCulture, $"0 {Minute(minute)} {Hour(hour)} * * ?"));

    /// <summary>Every week on these days at this time.</summary>
    public static JobSchedule WeeklyOn(IReadOnlyCollection<DayOfWeek> days, int hour, int minute) =>
        days.Count == 0
            ? throw new ArgumentException("A week without a day.", nameof(days))
            : new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"0 {Minute(minute)} {Hour(hour)} ? * {string.Join(',', Days.Where(days.Contains).Select(day => DayNames[(int)day]))}"
                )
            );

    /// <summary>The schedule that an expression says: Quartz's six or seven fields, or the five of crontab.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="now">Some run has to lie after this.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="problem">What is wrong, a sentence; null when nothing is.</param>
    public static bool TryParse(string? text, DateTimeOffset now, out JobSchedule? schedule, out Sentence? problem)
    {
        schedule = null;
        var words = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 5 or > 7)
        {
            problem =
                "A cron expression has five fields (minute, hour, day of the month, month, day of the week) or six, with seconds before them.";
            return false;
        }

        if (text!.Length > 200)
        {
            problem = "This is too long: a cron expression can have at most 200 characters.";
            return false;
        }

        try
        {
            var plain = string.Join(' ', words);
            var cron = new CronExpression(
                words.Length == 5 ? CronExpression.Parse(plain, CronFormat.Unix).CronExpressionString : plain,
                TimeZoneInfo.Utc
            );
            var first = cron.GetNextValidTimeAfter(now);
            if (first is null)
                problem = "This never happens: there is no such date in the future.";
            else if (IsTooOften(cron, first.Value))
                problem = "This runs more often than once a minute. Give one number for the seconds, as 0.";
            else
            {
                schedule = new(cron.CronExpressionString);
                problem = null;
            }
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            problem = $"This is not a cron expression: {error.Message.TrimEnd('.')}.";
        }

        return problem is null;
    }

    /// <summary>A schedule that was checked when it was stored.</summary>
    internal static JobSchedule Stored(string cron) => new(cron);

    /// <summary>The next runs after an instant.</summary>
    public IReadOnlyList<DateTimeOffset> Next(int count, DateTimeOffset after, TimeZoneInfo zone)
    {
        var cron = new CronExpression(Cron, zone);
        var runs = new List<DateTimeOffset>(count);
        for (var next = cron.GetNextValidTimeAfter(after); next is { } run && runs.Count < count; )
        {
            runs.Add(run);
            next = cron.GetNextValidTimeAfter(run);
        }

        return runs;
    }

    /// <summary>As people say it: <c>Every day at 03:00</c>.</summary>
    public string ToWords() =>
        ScheduleForm.From(this) switch
        {
            { Kind: "minutes", Minutes: 1 } => "Every minute",
            { Kind: "minutes", Minutes: var minutes } => string.Create(
                CultureInfo.InvariantCulture,
                $"Every {minutes} minutes"
            ),
            { Kind: "hourly", Minute: 0 } => "Every hour, on the hour",
            { Kind: "hourly", Minute: var minute } => string.Create(
                CultureInfo.InvariantCulture,
                $"Every hour, at minute {minute}"
            ),
            { Kind: "daily", At: var at } => $"Every day at {at}",
            { Kind: "weekly", Days: { Count: 7 }, At: var at } => $"Every day at {at}",
            { Kind: "weekly", Days: var days, At: var at } => $"Every {Join(days)} at {at}",
            _ => $"By the expression {Cron}",
        };

    private static string Join(IReadOnlyCollection<DayOfWeek> days)
    {
        var names = Days.Where(days.Contains).Select(day => day.ToString()).ToList();
        return names.Count == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }

    // Two that follow each other closely show it at once: the seconds field is the same for every minute.
    private static bool IsTooOften(CronExpression cron, DateTimeOffset first)
    {
        var run = first;
        for (var i = 0; i < 3; i++)
        {
            if (cron.GetNextValidTimeAfter(run) is not { } next)
                return false;
            if (next - run < TimeSpan.FromMinutes(1))
                return true;
            run = next;
        }

        return false;
    }

    private static int Minute(int minute) =>
        minute is >= 0 and <= 59 ? minute : throw new ArgumentOutOfRangeException(nameof(minute), minute, "0 to 59.");

    private static int Hour(int hour) =>
        hour is >= 0 and <= 23 ? hour : throw new ArgumentOutOfRangeException(nameof(hour), hour, "0 to 23.");
}
