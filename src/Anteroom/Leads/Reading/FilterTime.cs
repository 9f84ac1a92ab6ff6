using System.Globalization;

namespace Anteroom.Leads;

/// <summary>When a lead was received, relative to now, in the firm's days.</summary>
public enum Received
{
    /// <summary>Today.</summary>
    Today,

    /// <summary>Today and the six days before.</summary>
    Week,

    /// <summary>Today and the 29 days before.</summary>
    Month,
}

/// <summary>Reads the times in a filter.</summary>
internal static class FilterTime
{
    /// <summary>Whether it is a day or an instant.</summary>
    public static bool IsValid(string text) => Instant(text, TimeZoneInfo.Utc, endOfDay: false) is not null;

    /// <summary>The start of the period.</summary>
    public static DateTimeOffset Start(Received received, DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = LocalDays.DayOf(now, zone);
        var days = received switch
        {
            Received.Today => 0,
            Received.Week => 6,
            _ => 29,
        };
        return LocalDays.StartOf(today.AddDays(-days), zone);
    }

    /// <summary>The start or end of a day, or an instant; null for anything else. A plus sign in a query arrives as a space.</summary>
    public static DateTimeOffset? Instant(string? text, TimeZoneInfo zone, bool endOfDay)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day.Year is < 2 or > 9998 ? null : LocalDays.StartOf(endOfDay ? day.AddDays(1) : day, zone);
        return
            text?.Contains('T', StringComparison.Ordinal) == true
            && DateTimeOffset.TryParse(
                text.Replace(' ', '+'),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var instant
            )
            ? instant
            : null;
    }
}
