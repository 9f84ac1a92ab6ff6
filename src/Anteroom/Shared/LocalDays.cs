namespace Anteroom.Shared;

/// <summary>
/// The days of a time zone as stretches of time. A day lasts until the next one begins, so every instant belongs to exactly one
/// day: days of 23 and 25 hours, days without a midnight and days that a place left out (no time at all) included.
/// </summary>
public static class LocalDays
{
    // Offsets are between -12 and +14 hours; a zone does not change twice within so short a time.
    private static readonly TimeSpan Reach = TimeSpan.FromHours(15);
    private static readonly TimeSpan Stride = TimeSpan.FromMinutes(15);

    /// <summary>The first instant at which clocks in <paramref name="zone"/> show <paramref name="day"/> or a later day, UTC.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var (early, late) = (midnight - Reach, midnight + Reach);
        var offset = zone.GetUtcOffset(early);
        if (offset == zone.GetUtcOffset(late))
            return midnight - offset;

        // The clocks change nearby. What they show is asked only for instants, where there is one answer.
        var before = early;
        while (!HasBegun(before + Stride))
            before += Stride;
        var begun = before + Stride;
        while (begun - before > TimeSpan.FromSeconds(1))
        {
            var middle = before + TimeSpan.FromSeconds((long)((begun - before).TotalSeconds / 2));
            if (HasBegun(middle))
                begun = middle;
            else
                before = middle;
        }

        return begun;

        bool HasBegun(DateTimeOffset at) => at + zone.GetUtcOffset(at) >= midnight;
    }

    /// <summary>The day that clocks in <paramref name="zone"/> show at <paramref name="at"/>.</summary>
    public static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>The last day that has ended at <paramref name="at"/>; never one that the place left out.</summary>
    public static DateOnly LastEndedAt(DateTimeOffset at, TimeZoneInfo zone)
    {
        var day = DayOf(at, zone).AddDays(-1);
        // Clocks set back over midnight show the day before once more, when it has ended already.
        if (StartOf(day.AddDays(2), zone) <= at)
            return day.AddDays(1);
        while (StartOf(day, zone) == StartOf(day.AddDays(1), zone))
            day = day.AddDays(-1);
        return day;
    }
}
