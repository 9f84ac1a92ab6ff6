namespace Anteroom.Outreach;

/// <summary>The target for the first contact.</summary>
public static class FirstContactTarget
{
    /// <summary>A prospect hears from the firm within this time of submitting.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromMinutes(5);
}
