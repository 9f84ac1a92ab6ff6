using System.ComponentModel.DataAnnotations;

namespace Anteroom.Outreach;

/// <summary>The promise that somebody reaches out. Section <c>Outreach</c>.</summary>
public sealed class OutreachOptions
{
    /// <summary>Whether Anteroom sends the welcome e-mail when nobody has reached out; false leaves it to people.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How long people have the first chance, from the submission. Four minutes: the prospect hears from the firm within five.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan After { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>Whether new leads are given to the least busy attorney; false leaves it to people.</summary>
    public bool Assign { get; set; } = true;

    /// <summary>
    /// How long a lead that nobody has touched stays with an attorney who takes no leads at the moment (away, not available,
    /// deactivated) before it moves on to another who does, from when it was assigned.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan MoveOnAfter { get; set; } = TimeSpan.FromMinutes(2);
}
