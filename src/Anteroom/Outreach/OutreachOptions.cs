using Anteroom.Firm;

namespace Anteroom.Outreach;

/// <summary>Assignment and first contact. Section <c>Outreach</c>.</summary>
public sealed class OutreachOptions
{
    /// <summary>Whether Anteroom sends the welcome email when nobody has reached out; false leaves it to people.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How long after the submission people have the first chance. Four minutes, so that the prospect hears from the firm within five.
    /// </summary>
    public TimeSpan After { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Whether the welcome goes out in the firm's name when the lead has no attorney by then, or its attorney is not at work at this hour.
    /// False: a lead without an attorney waits, and the attorney's name stands under the welcome at any hour.
    /// </summary>
    public bool InFirmsName { get; set; } = true;

    /// <summary>Whether new leads are assigned to the least busy attorney; false leaves it to people.</summary>
    public bool Assign { get; set; } = true;

    /// <summary>
    /// How long after its assignment an untouched lead stays with an attorney who is not taking new leads at the moment (away, unavailable,
    /// deactivated) before it goes to another.
    /// </summary>
    public TimeSpan MoveOnAfter { get; set; } = TimeSpan.FromMinutes(2);
}

/// <summary>What makes sense in the section <c>Outreach</c>.</summary>
internal sealed class OutreachRules : SettingRules<OutreachOptions>
{
    private static readonly TimeSpan LongestAfter = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestMoveOn = TimeSpan.FromDays(365);

    /// <inheritdoc />
    public override IEnumerable<SettingProblem> Problems(OutreachOptions options)
    {
        if (options.After < TimeSpan.Zero || options.After > LongestAfter)
            yield return new("Outreach:After", "This has to be from 0 minutes to 30 days (00:00:00 to 30.00:00:00).");
        if (options.MoveOnAfter < TimeSpan.Zero || options.MoveOnAfter > LongestMoveOn)
            yield return new(
                "Outreach:MoveOnAfter",
                "This has to be from 0 minutes to 365 days (00:00:00 to 365.00:00:00)."
            );
    }
}
