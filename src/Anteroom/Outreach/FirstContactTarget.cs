namespace Anteroom.Outreach;

/// <summary>The promise to prospects.</summary>
public static class FirstContactTarget
{
    /// <summary>Within this time of submitting, a prospect hears from the firm.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromMinutes(5);
}
