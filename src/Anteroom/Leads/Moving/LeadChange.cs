using Npgsql;

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

    /// <summary>
    /// Which of the firm's reasons (<see cref="Anteroom.Firm.FirmOptions.DeclineReasons"/>), for a move to a declined status; null or blank
    /// for none. <see cref="Reason"/> is a note beside it, or the whole reason.
    /// </summary>
    public string? DeclineReason { get; init; }

    /// <summary>Who made the first contact, if not the user. Only for a lead that is past <c>registered</c>, or becomes it.</summary>
    public Guid? ReachedOutBy { get; init; }

    /// <summary>Whether the owner changes.</summary>
    public bool Assigns { get; init; }

    /// <summary>The new owner; null unassigns. Used only when <see cref="Assigns"/>.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>
    /// Whether the automatic welcome goes out in the new owner's name: at once when it is late. False keeps it back for good, true sends
    /// it even if it was kept back before; null leaves that as it is.
    /// </summary>
    public bool? Welcomes { get; init; }

    /// <summary>
    /// Writes the letter that goes with the move of one lead, in its transaction; the prospect has been written to then. Null for none.
    /// </summary>
    internal Func<NpgsqlBatch, Lead, DateTimeOffset, Task>? Letter { get; init; }

    /// <summary>A move to another status.</summary>
    public static LeadChange MoveTo(LeadStatus status, string? reason = null, string? declineReason = null) =>
        new()
        {
            Status = status,
            Reason = reason,
            DeclineReason = declineReason,
        };

    /// <summary>Assigns leads to <paramref name="owner"/>; null unassigns them.</summary>
    public static LeadChange AssignTo(Guid? owner, bool? welcomes = null) =>
        new()
        {
            Assigns = true,
            AssignedTo = owner,
            Welcomes = welcomes,
        };

    /// <summary>Whether <paramref name="lead"/> already matches.</summary>
    internal bool IsDone(Lead lead) =>
        (Status ?? lead.Status) == lead.Status
        && (ReachedOutBy ?? lead.ReachedOutBy) == lead.ReachedOutBy
        && (!Assigns || AssignedTo == lead.AssignedTo);
}

/// <summary>What the user saw of a lead before deciding.</summary>
/// <param name="Version">Its <see cref="Lead.Version"/>.</param>
/// <param name="Status">If given, only a different status is a conflict; if null, any change is.</param>
public sealed record SeenLead(uint Version, LeadStatus? Status);

/// <summary>The leads to act on: several by number, or one by number or id.</summary>
public sealed record LeadSelection
{
    private LeadSelection() { }

    /// <summary>Empty when <see cref="Id"/> says which.</summary>
    public IReadOnlyList<long> Numbers { get; private init; } = [];

    /// <summary>The id of the only lead; null when <see cref="Numbers"/> says which.</summary>
    public Guid? Id { get; private init; }

    /// <summary>Whether the caller wants the result of this one lead.</summary>
    public bool IsOne { get; private init; }

    /// <summary>What the caller saw of it; null skips the check.</summary>
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

    /// <summary>One lead, which must not have changed since <paramref name="version"/> if that is given.</summary>
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
