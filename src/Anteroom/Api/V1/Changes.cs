using System.ComponentModel.DataAnnotations;

namespace Anteroom.Api.V1;

// For the API documents; PatchBody reads them.

/// <summary>What to change about a lead; what is left out stays.</summary>
public sealed class LeadChangeV1
{
    /// <summary>The new status; the lead's present one decides which are allowed. Null is as good as left out.</summary>
    public string? Status { get; init; }

    /// <summary>The user who made the first contact. Null is as good as left out.</summary>
    public Guid? ReachedOutBy { get; init; }

    /// <summary>The user to assign it to; null to unassign.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>
    /// Together with assigned_to: false assigns without the automatic welcome email, for good; true sends it even if it was kept back
    /// before. Left out or null, it goes out as the firm's settings say.
    /// </summary>
    public bool? SendWelcome { get; init; }
}

/// <summary>What to change about an attorney's availability; what is left out stays.</summary>
public sealed class AvailabilityV1
{
    /// <summary>Whether they take new leads.</summary>
    public bool? Available { get; init; }

    /// <summary>No new leads before this instant; null when not away.</summary>
    public DateTimeOffset? AwayUntil { get; init; }

    /// <summary>Maximum open leads, 0 to 100,000.</summary>
    [Range(0, 100_000)]
    public int? Capacity { get; init; }

    /// <summary>Only leads of this practice area; null for any. For several, send practice_areas instead.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>Only leads of these practice areas; empty or null for any.</summary>
    public IReadOnlyList<string>? PracticeAreas { get; init; }
}
