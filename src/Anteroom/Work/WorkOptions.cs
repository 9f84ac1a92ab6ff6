using System.ComponentModel.DataAnnotations;

namespace Anteroom.Work;

/// <summary>How waiting work is done. Section <c>Work</c>.</summary>
public sealed class WorkOptions
{
    /// <summary>How often each kind is looked through for what is due; new work is begun at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a claim lasts that is not renewed: a worker renews its own, one that is frozen does not.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After this many tries work is given up and waits for a person.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>The delay after the first failed try; it doubles with each one after that.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest delay between two tries.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(1);
}
