namespace Anteroom.Leads;

/// <summary>What the list and the board show of a lead.</summary>
public sealed record LeadRow
{
    /// <summary>The key.</summary>
    public required Guid Id { get; init; }

    /// <summary>The number people say aloud.</summary>
    public required long Number { get; init; }

    /// <summary>The first name.</summary>
    public required string FirstName { get; init; }

    /// <summary>The last name.</summary>
    public required string LastName { get; init; }

    /// <summary>The address.</summary>
    public required string Email { get; init; }

    /// <summary>The telephone number; null when none was given.</summary>
    public string? Phone { get; init; }

    /// <summary>The same in E.164; null when it is not known.</summary>
    public string? PhoneE164 { get; init; }

    /// <summary>What it is about; null when that was not said.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>The door it came through.</summary>
    public required string Source { get; init; }

    /// <summary>Where it stands.</summary>
    public required LeadStatus Status { get; init; }

    /// <summary>Who made the first contact.</summary>
    public string? ReachedOutByName { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? ReachedOutAt { get; init; }

    /// <summary>When it was received.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><see cref="Lead.ContactDueAt"/>.</summary>
    public DateTimeOffset? ContactDueAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who has it; null for nobody.</summary>
    public string? AssignedToName { get; init; }

    /// <summary>An email to the prospect was refused.</summary>
    public bool NeedsCall { get; init; }

    /// <summary>An email about it was given up.</summary>
    public bool MailFailed { get; init; }

    /// <summary>The resume was deleted.</summary>
    public bool ResumeDeleted { get; init; }

    /// <summary>The virus scanner has found something in the resume.</summary>
    public bool ResumeQuarantined { get; init; }

    /// <summary>Nobody of the firm has looked at it or done anything about it yet.</summary>
    public bool Unread { get; init; }

    /// <summary>The names of its tags, a line each; null when it has none.</summary>
    public string? Tags { get; init; }

    /// <summary>The title of the open task that is due first; null when none is open.</summary>
    public string? NextTask { get; init; }

    /// <summary>The day on which <see cref="NextTask"/> is due; null when it has none.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>Its <see cref="Lead.Version"/>.</summary>
    public uint Version { get; init; }

    /// <summary>First and last name.</summary>
    public string FullName => PersonName.Full(FirstName, LastName);

    /// <summary>No one has reached out yet.</summary>
    public bool Waits => Status == LeadStatus.Registered;
}

/// <summary>A page of the list, or the columns of the board.</summary>
/// <param name="Rows">At most as many as asked for, in order.</param>
/// <param name="HasNext">Whether there are more further down.</param>
/// <param name="HasPrevious">Whether there are more further up.</param>
/// <param name="Counts">How many leads there are in each status, whatever statuses are asked for.</param>
/// <param name="CountedAll">False: there are more than counted, for only the newest thousand are.</param>
public sealed record LeadRows(
    IReadOnlyList<LeadRow> Rows,
    bool HasNext,
    bool HasPrevious,
    IReadOnlyDictionary<LeadStatus, long> Counts,
    bool CountedAll
)
{
    /// <summary>How many leads there are in <paramref name="statuses"/>, or in all when there is none; as far as they are counted.</summary>
    public long CountOf(IReadOnlyList<LeadStatus> statuses)
    {
        var count =
            statuses.Count == 0 ? Counts.Values.Sum() : statuses.Sum(status => Counts.GetValueOrDefault(status));
        return CountedAll ? count : Math.Min(count, LeadQueries.MostCounted);
    }
}
