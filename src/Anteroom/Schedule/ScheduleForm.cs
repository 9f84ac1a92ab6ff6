using System.Globalization;
using System.Text.RegularExpressions;

namespace Anteroom.Schedule;

/// <summary>A schedule as the form asks for it: a kind, and what that kind needs. Texts are as typed.</summary>
public sealed partial record ScheduleForm
{
    /// <summary><c>minutes</c>, <c>hourly</c>, <c>daily</c>, <c>weekly</c> or <c>cron</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>For <c>minutes</c>: every so many.</summary>
    public int? Minutes { get; init; }

    /// <summary>For <c>hourly</c>: the minute of the hour.</summary>
    public int? Minute { get; init; }

    /// <summary>For <c>daily</c> and <c>weekly</c>: <c>03:00</c>.</summary>
    public string? At { get; init; }

    /// <summary>For <c>weekly</c>.</summary>
    public IReadOnlyCollection<DayOfWeek> Days { get; init; } = [];

    /// <summary>For <c>cron</c>.</summary>
    public string? Cron { get; init; }

    /// <summary>The form that shows a schedule: the simplest kind that can.</summary>
    public static ScheduleForm From(JobSchedule schedule)
    {
        var form = new ScheduleForm { Kind = "cron", Cron = schedule.Cron };
        if (Shape().Match(schedule.Cron) is not { Success: true } shape)
            return form;

        var (minute, hour, week) = (shape.Groups["minute"].Value, shape.Groups["hour"].Value, shape.Groups["week"]);
        if (shape.Groups["step"] is { Success: true } step)
            return hour == "*" && !week.Success && JobSchedule.MinuteSteps.Contains(Number(step.Value))
                ? form with
                {
                    Kind = "minutes",
                    Minutes = Number(step.Value),
                }
                : form;
        if (Number(minute) > 59)
            return form;
        if (hour == "*")
            return week.Success ? form : form with { Kind = "hourly", Minute = Number(minute) };
        if (Number(hour) > 23)
            return form;
        var at = string.Create(CultureInfo.InvariantCulture, $"{Number(hour):00}:{Number(minute):00}");
        if (!week.Success)
            return form with { Kind = "daily", At = at };
        var days = JobSchedule
            .Days.Where(day => week.Value.Split(',').Contains(day.ToString()[..3], StringComparer.OrdinalIgnoreCase))
            .ToList();
        return days.Count == week.Value.Split(',').Length ? form with { Kind = "weekly", At = at, Days = days } : form;
    }

    /// <summary>The schedule that was asked for; null when something is wrong, which is in <paramref name="errors"/> then.</summary>
    public JobSchedule? Read(DateTimeOffset now, FieldErrors errors)
    {
        switch (Kind)
        {
            case "minutes" when Minutes is { } minutes && JobSchedule.MinuteSteps.Contains(minutes):
                return JobSchedule.EveryMinutes(minutes);
            case "minutes":
                errors.Add(
                    "minutes",
                    $"Please choose one of {string.Join(", ", JobSchedule.MinuteSteps)} minutes, which divide an hour."
                );
                return null;
            case "hourly" when Minute is >= 0 and <= 59:
                return JobSchedule.HourlyAt(Minute.Value);
            case "hourly":
                errors.Add("minute", "Please enter the minute of the hour, 0 to 59.");
                return null;
            case "daily":
                return Time(errors) is { } time ? JobSchedule.DailyAt(time.Hour, time.Minute) : null;
            case "weekly":
                if (Days.Count == 0)
                    errors.Add("days", "Please choose at least one day.");
                return Time(errors) is { } at && Days.Count > 0 ? JobSchedule.WeeklyOn(Days, at.Hour, at.Minute) : null;
            case "cron":
                if (!JobSchedule.TryParse(Cron, now, out var schedule, out var problem))
                    errors.Add("cron", problem!);
                return schedule;
            default:
                errors.Add("kind", "Please choose how often.");
                return null;
        }
    }

    private TimeOnly? Time(FieldErrors errors)
    {
        if (
            TimeOnly.TryParseExact(
                (At ?? "").Trim(),
                ["HH:mm", "H:mm", "HH:mm:ss"],
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time
            )
        )
            return time;
        errors.Add("at", "Please enter a time from 00:00 to 23:59, such as 07:30.");
        return null;
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^0 (?:0/(?<step>\d{1,2})|(?<minute>\d{1,2})) (?<hour>\d{1,2}|\*) (?:\* \* \?|\? \* (?<week>[A-Z]{3}(?:,[A-Z]{3})*))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Shape();
}
