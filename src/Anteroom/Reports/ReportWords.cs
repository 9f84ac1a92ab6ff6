using System.Globalization;
using Anteroom.Leads;

namespace Anteroom.Reports;

/// <summary>How reports write numbers, times and changes, on the page and in emails.</summary>
public static class ReportWords
{
    /// <summary>Why leads were declined.</summary>
    public static string Reason(string? reason) => reason ?? "No reason given";

    /// <summary><c>1,204</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary><c>1 lead</c>, <c>1,204 leads</c>.</summary>
    public static string Count(long number, string one) => $"{Number(number)} {one}{(number == 1 ? "" : "s")}";

    /// <summary><c>83%</c>; a dash for nothing.</summary>
    public static string Percent(double? share) =>
        share is { } part ? part.ToString("0%", CultureInfo.CurrentCulture) : "–";

    /// <summary>A duration in its two largest units: <c>42 s</c>, <c>4 min 12 s</c>, <c>3 h 5 min</c>, <c>2 days 4 h</c>; a dash for none.</summary>
    public static string Duration(TimeSpan? duration)
    {
        if (duration is not { } time)
            return "–";
        var seconds = (long)Math.Round(time.TotalSeconds, MidpointRounding.AwayFromZero);
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 3_600 => Two(seconds / 60, "min", seconds % 60, "s"),
            < 86_400 => Two(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
            < 2 * 86_400 => Two(1, "day", seconds % 86_400 / 3_600, "h"),
            _ => Two(seconds / 86_400, "days", seconds % 86_400 / 3_600, "h"),
        };

        static string Two(long first, string unit, long second, string smaller) =>
            second == 0 ? $"{Number(first)} {unit}" : $"{Number(first)} {unit} {second} {smaller}";
    }

    /// <summary>The same, with a sign before it when it <paramref name="isRounded"/>.</summary>
    public static string Duration(TimeSpan? duration, bool isRounded) =>
        (isRounded && duration is not null ? "≈ " : "") + Duration(duration);

    /// <summary>The door a lead came through, as people call it.</summary>
    public static string Source(string? source) => SourceNames.Of(source);

    /// <summary>A kind of email as people call it: <c>password_reset</c> is <c>Password reset</c>.</summary>
    public static string MailKind(string kind) =>
        kind.Length == 0 ? kind : char.ToUpperInvariant(kind[0]) + kind[1..].Replace('_', ' ');

    /// <summary>An instant on the firm's clocks: <c>Nov 21, 09:14</c>.</summary>
    public static string Clock(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("MMM d, HH:mm", CultureInfo.CurrentCulture);

    /// <summary>Why somebody is not taking new leads; null for who is.</summary>
    public static string? Absence(PersonFigures person, TimeZoneInfo zone) =>
        person.Presence switch
        {
            Presence.Away => "away until "
                + TimeZoneInfo
                    .ConvertTime(person.AwayUntil!.Value, zone)
                    .ToString("MMM d, yyyy", CultureInfo.CurrentCulture),
            Presence.Unavailable => "not taking new leads",
            _ => null,
        };
}
