namespace Anteroom.Timeline;

/// <summary>A line in a lead's timeline: who did what, when. Never edited; deleted only with the lead.</summary>
public sealed class Activity
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The lead it belongs to.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>What happened: one of <see cref="ActivityKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The user who did it; null for the prospect and for Anteroom itself.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>The name to show, as it was at the time.</summary>
    public required string Actor { get; init; }

    /// <summary>What happened, one sentence without the actor: <c>moved this lead from Registered to Reached out</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is found by (<see cref="SearchWords"/>); null for lines that Anteroom words.</summary>
    public string? Words { get; init; }
}
