namespace Anteroom.Firm;

/// <summary>What becomes of the automatic welcome while the firm is closed.</summary>
public enum ClosedWelcome
{
    /// <summary>It waits until the firm has been open for as long as people have to reach out.</summary>
    Wait,

    /// <summary>It goes out by the clock, in the firm's name.</summary>
    FirmsName,

    /// <summary>It goes out by the clock, in the attorney's name.</summary>
    AttorneysName,
}

/// <summary>When the firm works. Section <c>Hours</c>.</summary>
public sealed class HoursOptions
{
    /// <summary>Whether the hours count; without them, the firm works around the clock.</summary>
    public bool Enabled { get; set; }

    /// <summary>The hours of the week (<see cref="HoursText"/>).</summary>
    public string Week { get; set; } =
        "mon 09:00-17:00; tue 09:00-17:00; wed 09:00-17:00; thu 09:00-17:00; fri 09:00-17:00";

    /// <summary>The holidays (<see cref="HoursText"/>).</summary>
    public string Holidays { get; set; } = "";

    /// <summary>The automatic welcome while the firm is closed: <c>wait</c>, <c>firms_name</c> or <c>attorneys_name</c>.</summary>
    public string Welcome { get; set; } = ClosedWelcome.Wait.ToWire();

    /// <summary><see cref="Welcome"/>, read.</summary>
    public ClosedWelcome WhenClosed =>
        WireName.TryParse(Welcome ?? "", out ClosedWelcome closed) ? closed : ClosedWelcome.Wait;

    /// <summary>The hours that count, by a clock; null for around the clock.</summary>
    public OfficeHours? By(TimeZoneInfo zone) =>
        !Enabled || !HoursText.TryReadWeek(Week, out var week, out _) || week.All(day => day.Count == 0)
            ? null
            : new(week, HoursText.TryReadHolidays(Holidays, out var days, out _) ? days : [], zone);
}

/// <summary>What makes sense in the section <c>Hours</c>.</summary>
internal sealed class HoursRules : SettingRules<HoursOptions>
{
    /// <inheritdoc />
    public override IEnumerable<SettingProblem> Problems(HoursOptions options)
    {
        if (!HoursText.TryReadWeek(options.Week, out var week, out var wrong))
            yield return new("Hours:Week", wrong);
        else if (options.Enabled && week.All(day => day.Count == 0))
            yield return new("Hours:Week", "The firm has to be open on one day at least.");
        if (!HoursText.TryReadHolidays(options.Holidays, out _, out var problem))
            yield return new("Hours:Holidays", problem);
        if (!WireName.TryParse(options.Welcome ?? "", out ClosedWelcome _))
            yield return new(
                "Hours:Welcome",
                $"Please choose one of: {string.Join(", ", Enum.GetValues<ClosedWelcome>().Select(one => one.ToWire()))}."
            );
    }
}
