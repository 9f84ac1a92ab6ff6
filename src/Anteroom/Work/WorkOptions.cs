using System.ComponentModel.DataAnnotations;

namespace Anteroom.Work;

/// <summary>Background work. Section <c>Work</c>.</summary>
public sealed class WorkOptions
{
    /// <summary>How often to look for what is due and nobody has told of; new work starts at once, and work for later when it is due.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a claim lasts without renewal: a worker renews its own, a frozen one does not.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Tries before work is given up and waits for a person.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>The delay after the first failed try; it doubles with each one after that.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest delay between two tries.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(1);
}
