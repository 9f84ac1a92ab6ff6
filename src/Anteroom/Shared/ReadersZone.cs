using System.Globalization;

namespace Anteroom.Shared;

/// <summary>
/// The time zone that the reader of the page or email has chosen, as <see cref="CultureInfo.CurrentCulture"/> is the language. Null: none
/// was; pages show UTC then, and their script the zone of the browser.
/// </summary>
public static class ReadersZone
{
    private static readonly AsyncLocal<TimeZoneInfo?> Ambient = new();

    /// <summary>The zone; null for none.</summary>
    public static TimeZoneInfo? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>A zone by its name; null for a name that this machine does not know.</summary>
    public static TimeZoneInfo? Find(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>The day that the reader's clocks show.</summary>
    public static DateOnly DayOf(DateTimeOffset at) => LocalDays.DayOf(at, Current ?? TimeZoneInfo.Utc);

    /// <summary>
    /// An instant as the reader's clocks show it: <c>Nov 21, 2026, 07:31:59 UTC</c>, in Spanish <c>21 nov 2026, 07:31:59 UTC</c>. The format
    /// is a key as any sentence.
    /// </summary>
    public static string Say(DateTimeOffset at, string format) => Say(at, format, Current);

    /// <summary>The same in a zone, as in an email; null: UTC.</summary>
    public static string Say(DateTimeOffset at, string format, TimeZoneInfo? zone)
    {
        if (zone is null)
            return at.UtcDateTime.ToString(T[format], CultureInfo.CurrentCulture) + " UTC";
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return local.ToString(T[format], CultureInfo.CurrentCulture) + " " + Offset(local.Offset);
    }

    private static string Offset(TimeSpan offset) =>
        offset == TimeSpan.Zero ? "UTC"
        : offset.Minutes == 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"UTC{(offset < TimeSpan.Zero ? "−" : "+")}{Math.Abs(offset.Hours)}"
            )
        : string.Create(
            CultureInfo.InvariantCulture,
            $"UTC{(offset < TimeSpan.Zero ? "−" : "+")}{Math.Abs(offset.Hours)}:{Math.Abs(offset.Minutes):00}"
        );
}
