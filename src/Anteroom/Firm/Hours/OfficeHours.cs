using System.Runtime.InteropServices;

namespace Anteroom.Firm;

/// <summary>A stretch of a day on which the firm is open, in minutes after midnight.</summary>
/// <param name="From">Its first minute.</param>
/// <param name="Until">The minute after its last; 1,440 is the end of the day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct OpenSpan(int From, int Until)
{
    /// <summary>The minutes of a day.</summary>
    public const int Day = 1_440;
}

/// <summary>A day on which the firm is closed.</summary>
/// <param name="Year">The one year; null for every year.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">Of the month.</param>
/// <param name="Name">What people call it; may be empty.</param>
public sealed record Holiday(int? Year, int Month, int Day, string Name)
{
    /// <summary>Whether it is this day.</summary>
    public bool IsOn(DateOnly day) => day.Month == Month && day.Day == Day && (Year ?? day.Year) == day.Year;
}

/// <summary>
/// When the firm is open, by its own clock: the hours of the week without the holidays. An hour that clocks show twice counts twice, one that
/// they leave out not at all. A pure rule: the same question has the same answer.
/// </summary>
/// <param name="week">The spans of seven days, Monday first, in their order and apart.</param>
/// <param name="holidays">Days on which it is closed.</param>
/// <param name="zone">The firm's.</param>
public sealed class OfficeHours(
    IReadOnlyList<IReadOnlyList<OpenSpan>> week,
    IReadOnlyList<Holiday> holidays,
    TimeZoneInfo zone
)
{
    /// <summary>Fifty years: with at most 200 holidays and a day of the week that is open, it opens long before.</summary>
    private const int MostDays = 18_263;

    /// <summary>The spans of seven days, Monday first.</summary>
    public IReadOnlyList<IReadOnlyList<OpenSpan>> Week => week;

    /// <summary>The clock that they are told by.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>Whether the firm is open at an instant.</summary>
    public bool IsOpenAt(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var minute = (int)(local.TimeOfDay.Ticks / TimeSpan.TicksPerMinute);
        return SpansOf(DateOnly.FromDateTime(local.DateTime)).Any(span => span.From <= minute && minute < span.Until);
    }

    /// <summary>The first instant from <paramref name="at"/> on at which the firm is open.</summary>
    public DateTimeOffset NextOpen(DateTimeOffset at)
    {
        foreach (var (from, _) in OpenFrom(at))
            return from;
        return at;
    }

    /// <summary>
    /// The instant by which the firm has been open for <paramref name="time"/> since <paramref name="at"/>: within its hours, or the moment
    /// in which it closes.
    /// </summary>
    public DateTimeOffset After(DateTimeOffset at, TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
            return NextOpen(at);
        var left = time;
        foreach (var (from, until) in OpenFrom(at))
        {
            if (until - from >= left)
                return from + left;
            left -= until - from;
        }

        return at + time;
    }

    /// <summary>When the firm is open from <paramref name="at"/> on, in stretches without end.</summary>
    private IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> OpenFrom(DateTimeOffset at)
    {
        at = at.ToUniversalTime();
        for (var days = 0; days < MostDays; days++)
        {
            // Up to midnight, or to where the clocks change: so long, what they show passes as time does.
            var offset = zone.GetUtcOffset(at);
            var midnight = new DateTimeOffset((at + offset).Date, TimeSpan.Zero);
            var end = SameOffset(at, midnight.AddDays(1) - offset, offset);
            foreach (var span in SpansOf(DateOnly.FromDateTime(midnight.Date)))
            {
                var from = Later(at, midnight.AddMinutes(span.From) - offset);
                var until = Earlier(end, midnight.AddMinutes(span.Until) - offset);
                if (from < until)
                    yield return (from, until);
            }

            at = end;
        }
    }

    /// <summary>The first instant after <paramref name="from"/> with another offset; <paramref name="to"/> if none is sooner.</summary>
    private DateTimeOffset SameOffset(DateTimeOffset from, DateTimeOffset to, TimeSpan offset)
    {
        if (zone.GetUtcOffset(to.AddTicks(-1)) == offset)
            return to;
        var (same, other) = (from.Ticks, to.Ticks - 1);
        while (other - same > 1)
        {
            var middle = same + ((other - same) / 2);
            if (zone.GetUtcOffset(new DateTimeOffset(middle, TimeSpan.Zero)) == offset)
                same = middle;
            else
                other = middle;
        }

        return new DateTimeOffset(other, TimeSpan.Zero);
    }

    private IReadOnlyList<OpenSpan> SpansOf(DateOnly day) =>
        holidays.Any(holiday => holiday.IsOn(day)) ? [] : week[((int)day.DayOfWeek + 6) % 7];

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
