namespace Anteroom.Admin;

/// <summary>A clock that the demo sets, so that its leads came in over the last weeks.</summary>
internal sealed class SampleClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Now;
}
