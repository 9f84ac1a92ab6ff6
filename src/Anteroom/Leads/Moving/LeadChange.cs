namespace Anteroom.Leads;

/// <summary>Changes to a lead; null leaves a value unchanged.</summary>
public sealed record LeadChange
{
    /// <summary>The longest <see cref="Reason"/>, in code points.</summary>
    public const int LongestReason = 300;

    /// <summary>The status to move to.</summary>
    public LeadStatus? Status { get; init; }

    /// <summary>Why it moves, one line for the timeline; null or blank for none.</summary>
    public string? Reason { get; init; }

    /// <summary>Who made the first contact, when it is not who changes the lead. Only with a status past <c>registered</c>.</summary>
    public Guid? ReachedOutBy { get; init; }

    /// <summary>Whether the owner changes.</summary>
    public bool Assigns { get; init; }

    /// <summary>The new owner; null takes the lead from whoever has it. Counts when <see cref="Assigns"/>.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>A move to another status.</summary>
    public static LeadChange MoveTo(LeadStatus status, string? reason = null) =>
        new() { Status = status, Reason = reason };

    /// <summary>Gives leads to <paramref name="owner"/>, or to nobody.</summary>
    public static LeadChange AssignTo(Guid? owner) => new() { Assigns = true, AssignedTo = owner };

    /// <summary>Whether <paramref name="lead"/> is like that already.</summary>
    internal bool IsDone(Lead lead) =>
        (Status ?? lead.Status) == lead.Status && (!Assigns || AssignedTo == lead.AssignedTo);
}

/// <summary>A lead as somebody saw it before they decided.</summary>
/// <param name="Version">Its <see cref="Lead.Version"/>.</param>
/// <param name="Status">Its status: another owner or fact is nothing to stop for. Null: any change is.</param>
public sealed record SeenLead(uint Version, LeadStatus? Status);

/// <summary>Which leads are meant: some by number, or one by number or id.</summary>
public sealed record LeadSelection
{
    private LeadSelection() { }

    /// <summary>Their numbers; empty when <see cref="Id"/> says which.</summary>
    public IReadOnlyList<long> Numbers { get; private init; } = [];

    /// <summary>The id of the only one; null when numbers say which.</summary>
    public Guid? Id { get; private init; }

    /// <summary>Whether a caller waits for the result of this one lead.</summary>
    public bool IsOne { get; private init; }

    /// <summary>What the caller saw of the one; null to not compare.</summary>
    public SeenLead? Seen { get; private init; }

    /// <summary>Any number of leads; at most <see cref="LeadFilter.MostNumbers"/>.</summary>
    public static LeadSelection Of(IReadOnlyList<long> numbers) => new() { Numbers = numbers };

    /// <summary>One lead.</summary>
    public static LeadSelection One(long number, SeenLead? seen = null) =>
        new()
        {
            Numbers = [number],
            IsOne = true,
            Seen = seen,
        };

    /// <summary>One lead, which must not have changed at all since <paramref name="version"/>, when that is given.</summary>
    public static LeadSelection One(Guid id, uint? version) =>
        new()
        {
            Id = id,
            IsOne = true,
            Seen = version is { } seen ? new SeenLead(seen, Status: null) : null,
        };

    internal int Count => IsOne ? 1 : Numbers.Count;
}

/// <summary>A lead after a change.</summary>
/// <param name="Lead">As it is now.</param>
/// <param name="Summary">What was done, to take it back; null when it was like that already.</param>
public sealed record LeadNow(Lead Lead, ChangeSummary? Summary);
