using System.Globalization;

namespace Anteroom.Web;

/// <summary>An instant to come by the firm's clock, as people of the firm say it, in the language of the page.</summary>
internal static class FirmTime
{
    /// <summary><c>at 9:05 AM</c>, <c>tomorrow at 9:05 AM</c>, <c>on Monday at 9:05 AM</c>, <c>on January 4 at 9:05 AM</c>.</summary>
    public static string Say(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = Local(at, zone);
        return Days(at, now, zone) switch
        {
            0 => Text("'at' h:mm tt"),
            1 => Text("'tomorrow at' h:mm tt"),
            < 7 => Text("'on' dddd 'at' h:mm tt"),
            _ => Text("'on' MMMM d 'at' h:mm tt"),
        };

        string Text(string format) => local.ToString(T[format], CultureInfo.CurrentCulture);
    }

    /// <summary>The same where there is little room: <c>9:05 AM</c>, <c>Mon 9:05 AM</c>, <c>Jan 4</c>.</summary>
    public static string Short(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone) =>
        Local(at, zone)
            .ToString(
                T[
                    Days(at, now, zone) switch
                    {
                        0 => "h:mm tt",
                        < 7 => "ddd h:mm tt",
                        _ => "MMM d",
                    }
                ],
                CultureInfo.CurrentCulture
            );

    /// <summary>What clocks in the zone show, in whole minutes, never too soon.</summary>
    public static DateTime Local(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var over = local.Ticks % TimeSpan.TicksPerMinute;
        return over == 0 ? local : local.AddTicks(TimeSpan.TicksPerMinute - over);
    }

    /// <summary>How many days of the calendar lie between; fewer than none for the past.</summary>
    public static int Days(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone) =>
        LocalDays.DayOf(at, zone).DayNumber - LocalDays.DayOf(now, zone).DayNumber;
}
