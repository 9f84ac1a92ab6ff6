using System.Globalization;

namespace Anteroom.Accounts;

/// <summary>What an attorney takes, as typed into a form; not yet validated.</summary>
public sealed record AvailabilityForm
{
    private const int LongestAbsenceInDays = 2 * 366;

    /// <summary>Takes new leads.</summary>
    public bool Available { get; init; }

    /// <summary>First day back, <c>2026-12-24</c>; empty when not away.</summary>
    public string? AwayUntil { get; init; }

    /// <summary>Open leads at most.</summary>
    public string? Capacity { get; init; }

    /// <summary>Leads of these areas only; empty for any.</summary>
    public IReadOnlyList<string> PracticeAreas { get; init; } = [];

    /// <summary>Working days, of <see cref="WorkingHours.DayNames"/>.</summary>
    public IReadOnlyList<string> WorkDays { get; init; } = [];

    /// <summary>When a working day begins, <c>09:00</c>; empty for midnight.</summary>
    public string? WorkFrom { get; init; }

    /// <summary>When it ends; empty for midnight.</summary>
    public string? WorkUntil { get; init; }

    /// <summary>What is stored.</summary>
    public static AvailabilityForm Of(User user, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new()
        {
            Available = user.Available,
            AwayUntil =
                user.AwayUntil > now
                    ? user.AwayUntil.Value.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                    : null,
            Capacity = user.Capacity.ToString(CultureInfo.InvariantCulture),
            PracticeAreas = user.PracticeAreas,
            WorkDays = user.Hours is { } hours
                ? [.. WorkingHours.DayNames.Where((_, day) => hours.IsOn(day))]
                : WorkingHours.DayNames,
            WorkFrom = user.Hours is { From: > 0 } from ? WorkingHours.Time(from.From) : null,
            WorkUntil = user.Hours is { Until: < WorkingHours.Day } until ? WorkingHours.Time(until.Until) : null,
        };
    }

    /// <summary>
    /// Reads it. Fields that can be wrong: <c>away_until</c>, <c>capacity</c>, <c>work_from</c>; the practice areas when it is applied.
    /// </summary>
    internal Availability Read(DateTimeOffset now, FieldErrors errors)
    {
        if (!TryReadDay(now, out var awayUntil))
            errors.Add("away_until", "Please choose a day after today, at most two years ahead, such as 2027-01-31.");
        if (!int.TryParse(Capacity?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var capacity))
            errors.Add("capacity", Availability.CapacityProblem);
        if (!WorkingHours.TryRead(WorkDays, WorkFrom, WorkUntil, out var hours))
            errors.Add("work_from", "Please choose at least one day, and a time to begin before the time to end.");
        return new Availability
        {
            Available = Available,
            SetsAwayUntil = true,
            AwayUntil = awayUntil,
            Capacity = capacity,
            PracticeAreas = [.. PracticeAreas.Select(area => area.Trim()).Where(area => area.Length > 0)],
            SetsHours = true,
            Hours = hours,
        };
    }

    private bool TryReadDay(DateTimeOffset now, out DateTimeOffset? instant)
    {
        instant = null;
        if (string.IsNullOrWhiteSpace(AwayUntil))
            return true;
        if (
            !DateOnly.TryParseExact(
                AwayUntil.Trim(),
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
        )
            return false;

        instant = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        return instant > now && instant < now.AddDays(LongestAbsenceInDays);
    }
}
