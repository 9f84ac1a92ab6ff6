using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Anteroom.Firm;

/// <summary>
/// Hours and holidays as settings keep them: <c>mon 09:00-12:00, 13:00-17:00; tue 09:00-17:00</c> and
/// <c>2026-12-24 Christmas Eve; 07-04 Independence Day</c>, where a day without a year is every year's.
/// </summary>
public static class HoursText
{
    /// <summary>As many as a firm may have.</summary>
    public const int MostHolidays = 200;

    /// <summary>As long as a name may be.</summary>
    public const int LongestName = 60;

    /// <summary>The days as the text names them, Monday first.</summary>
    public static IReadOnlyList<string> DayNames { get; } = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>A time of the day: <c>09:30</c>; the end of the day is <c>24:00</c>.</summary>
    public static string Time(int minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    /// <summary>Reads a time as <c>9:30</c> or <c>09:30</c>, up to <c>24:00</c>.</summary>
    public static bool TryReadTime(string text, out int minutes)
    {
        minutes = 0;
        if (text.Trim().Split(':') is not [{ Length: 1 or 2 } hour, { Length: 2 } minute])
            return false;
        if (
            !int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(minute, NumberStyles.None, CultureInfo.InvariantCulture, out var rest)
            || rest > 59
        )
            return false;
        minutes = (hours * 60) + rest;
        return minutes <= OpenSpan.Day;
    }

    /// <summary>Writes a week.</summary>
    public static string Write(IReadOnlyList<IReadOnlyList<OpenSpan>> week) =>
        string.Join(
            "; ",
            week.Select(
                    (spans, day) =>
                        (
                            spans.Count,
                            Text: $"{DayNames[day]} {string.Join(", ", spans.Select(span => $"{Time(span.From)}-{Time(span.Until)}"))}"
                        )
                )
                .Where(day => day.Count > 0)
                .Select(day => day.Text)
        );

    /// <summary>Reads a week; days that are not named are closed.</summary>
    public static bool TryReadWeek(
        string? text,
        out IReadOnlyList<IReadOnlyList<OpenSpan>> week,
        [NotNullWhen(false)] out Sentence? problem
    )
    {
        var days = DayNames.Select(_ => new List<OpenSpan>()).ToList();
        week = days;
        problem = null;
        foreach (var part in Parts(text))
        {
            var name = part.Split(' ')[0];
            var day = DayNames.ToList().IndexOf(name);
            if (day < 0)
            {
                problem =
                    $"“{part}” has to begin with a day (mon, tue, wed, thu, fri, sat or sun), as in: mon 09:00-17:00.";
                return false;
            }

            foreach (var span in part[name.Length..].Split(',', StringSplitOptions.TrimEntries))
            {
                if (
                    span.Split('-') is not [var from, var until]
                    || !TryReadTime(from, out var begin)
                    || !TryReadTime(until, out var end)
                )
                {
                    problem = $"“{part}” has to name times as in: {name} 09:00-12:00, 13:00-17:00.";
                    return false;
                }

                days[day].Add(new(begin, end));
            }

            days[day].Sort((a, b) => a.From.CompareTo(b.From));
            if (Problem(days[day]) is { } wrong)
            {
                problem = $"{name}: {wrong}";
                return false;
            }
        }

        return true;
    }

    /// <summary>What is wrong with the spans of a day, which are in their order; null for nothing.</summary>
    public static Sentence? Problem(IReadOnlyList<OpenSpan> spans)
    {
        for (var one = 0; one < spans.Count; one++)
            if (spans[one].From >= spans[one].Until)
                return "The end has to be later than the beginning.";
            else if (one > 0 && spans[one].From < spans[one - 1].Until)
                return "These times overlap.";
        return null;
    }

    /// <summary>Writes holidays, those of every year first, then by day.</summary>
    public static string Write(IEnumerable<Holiday> holidays) =>
        string.Join(
            "; ",
            holidays
                .OrderBy(day => day.Year ?? 0)
                .ThenBy(day => day.Month)
                .ThenBy(day => day.Day)
                .Select(day =>
                    string.Create(
                            CultureInfo.InvariantCulture,
                            $"{(day.Year is { } year ? $"{year:0000}-" : "")}{day.Month:00}-{day.Day:00} {day.Name}"
                        )
                        .TrimEnd()
                )
        );

    /// <summary>Reads holidays.</summary>
    public static bool TryReadHolidays(
        string? text,
        out IReadOnlyList<Holiday> holidays,
        [NotNullWhen(false)] out Sentence? problem
    )
    {
        var days = new List<Holiday>();
        holidays = days;
        problem = null;
        foreach (var part in Parts(text))
        {
            var date = part.Split(' ')[0];
            var name = part[date.Length..].Trim();
            var yearly = date.Length == "07-04".Length;
            // A leap year has every day.
            if (
                !DateOnly.TryParseExact(
                    yearly ? $"2024-{date}" : date,
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var day
                )
            )
                problem =
                    $"“{part}” has to begin with a day, as in: 2026-12-24 Christmas Eve, or 07-04 for every year.";
            else if (name.Length > LongestName)
                problem = $"The name of a holiday can have at most {LongestName} characters.";
            else if (name.Any(char.IsControl))
                problem = "There is a line break or another control character in the name of a holiday.";
            else
                days.Add(new(yearly ? null : day.Year, day.Month, day.Day, name));
            if (problem is not null)
                return false;
        }

        if (days.Count > MostHolidays)
            problem = $"At most {MostHolidays} holidays can be kept.";
        return problem is null;
    }

    private static string[] Parts(string? text) =>
        (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
