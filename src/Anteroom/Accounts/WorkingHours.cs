using System.Globalization;

namespace Anteroom.Accounts;

/// <summary>When somebody works, by the firm's clock: the same hours on some days of the week.</summary>
/// <param name="Days">Bits: 1 for Monday, 2 for Tuesday, up to 64 for Sunday.</param>
/// <param name="From">Minutes after midnight.</param>
/// <param name="Until">Minutes after midnight, later than <paramref name="From"/>; 1,440 is the end of the day.</param>
public sealed record WorkingHours(short Days, short From, short Until)
{
    /// <summary>The days as forms name them, Monday first.</summary>
    public static IReadOnlyList<string> DayNames { get; } = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>The minutes of a day.</summary>
    public const int Day = 1_440;

    /// <summary>Whether somebody with these hours works at <paramref name="now"/>; without hours, always.</summary>
    public static bool Include(WorkingHours? hours, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (hours is not { } set)
            return true;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var minute = (local.Hour * 60) + local.Minute;
        return set.IsOn(((int)local.DayOfWeek + 6) % 7) && minute >= set.From && minute < set.Until;
    }

    /// <summary>Whether it is a working day.</summary>
    /// <param name="day">0 for Monday.</param>
    public bool IsOn(int day) => (Days & (1 << day)) != 0;

    /// <summary>The hours of three columns; null when there are none.</summary>
    internal static WorkingHours? Of(short? days, short? from, short? until) =>
        days is { } set && from is { } begin && until is { } end ? new WorkingHours(set, begin, end) : null;

    /// <summary>A time as forms have it: <c>09:30</c>.</summary>
    public static string Time(short minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{minutes / 60 % 24:00}:{minutes % 60:00}");

    /// <summary>Reads what was typed; null for no hours: all days and no times.</summary>
    /// <param name="days">Of <see cref="DayNames"/>; others are passed over.</param>
    /// <param name="from">A time as <c>09:30</c>; empty for the beginning of the day.</param>
    /// <param name="until">The same; empty for its end.</param>
    /// <param name="hours">What it says.</param>
    /// <returns>False when it makes no sense.</returns>
    internal static bool TryRead(IReadOnlyList<string> days, string? from, string? until, out WorkingHours? hours)
    {
        hours = null;
        var bits = 0;
        for (var day = 0; day < DayNames.Count; day++)
            if (days.Contains(DayNames[day], StringComparer.Ordinal))
                bits |= 1 << day;
        if (!TryReadTime(from, 0, out var begin) || !TryReadTime(until, Day, out var end))
            return false;
        if (end == 0)
            end = Day; // midnight
        if (begin == 0 && end == Day && (bits == 0 || bits == 127))
            return true;
        if (bits == 0 || begin >= end)
            return false;
        hours = new WorkingHours((short)bits, begin, end);
        return true;
    }

    private static bool TryReadTime(string? text, int otherwise, out short minutes)
    {
        minutes = (short)otherwise;
        if (string.IsNullOrWhiteSpace(text))
            return true;
        if (!TimeOnly.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var time))
            return false;
        minutes = (short)((time.Hour * 60) + time.Minute);
        return true;
    }
}
