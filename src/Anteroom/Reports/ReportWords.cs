using System.Globalization;
using Anteroom.Leads;
using Anteroom.Mail;

namespace Anteroom.Reports;

/// <summary>How reports write numbers, times and changes, on the page and in emails.</summary>
public static class ReportWords
{
    /// <summary>Why leads were declined.</summary>
    public static string Reason(string? reason) => T[reason ?? "No reason given"];

    /// <summary><c>1,204</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary><c>1 lead</c>, <c>1,204 leads</c>.</summary>
    public static string Count(long number, string one) => $"{Number(number)} {one}{(number == 1 ? "" : "s")}";

    /// <summary>The same of leads, in the reader's language.</summary>
    public static string Leads(long number) => T.Many(number, "1 lead", "{0} leads");

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
            _ => And(T.Many(seconds / 86_400, "1 day", "{0} days"), seconds % 86_400 / 3_600, "h"),
        };

        static string Two(long first, string unit, long second, string smaller) =>
            And($"{Number(first)} {unit}", second, smaller);

        static string And(string first, long second, string smaller) =>
            second == 0 ? first : $"{first} {second} {smaller}";
    }

    /// <summary>The same, with a sign before it when it <paramref name="isRounded"/>.</summary>
    public static string Duration(TimeSpan? duration, bool isRounded) =>
        (isRounded && duration is not null ? "≈ " : "") + Duration(duration);

    /// <summary>The door a lead came through, as people call it.</summary>
    public static string Source(string? source) => T[SourceNames.Of(source)];

    /// <summary>A kind of email as people call it: <c>password_reset</c> is <c>Password reset</c>.</summary>
    public static string MailKind(string kind) =>
        kind.Length == 0 ? kind
        : Languages.Current != Language.En && WireName.TryParse(kind, out EmailKind known) ? T[known.Facts().Label]
        : char.ToUpperInvariant(kind[0]) + kind[1..].Replace('_', ' ');

    /// <summary>Who it is; also for the leads that nobody has.</summary>
    public static string Name(PersonFigures person) => person.User is null ? T["Nobody yet"] : person.Name;

    /// <summary>Why somebody is not taking new leads; null for who is.</summary>
    public static string? Absence(PersonFigures person, TimeZoneInfo zone) =>
        person.Presence switch
        {
            Presence.Away => T[
                "away until {0}",
                TimeZoneInfo
                    .ConvertTime(person.AwayUntil!.Value, zone)
                    .ToString(T["MMM d, yyyy"], CultureInfo.CurrentCulture)
            ],
            Presence.Unavailable => T["not taking new leads"],
            _ => null,
        };
}
