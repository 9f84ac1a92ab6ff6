using Anteroom.Mail;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>What the list shows of a lead.</summary>
public sealed record LeadRow(
    Guid Id,
    long Number,
    string FirstName,
    string LastName,
    string Email,
    string? PracticeArea,
    LeadStatus Status,
    string? ReachedOutByName,
    DateTimeOffset? ReachedOutAt,
    DateTimeOffset CreatedAt,
    bool MailFailed
)
{
    /// <summary>First and last name.</summary>
    public string FullName => $"{FirstName} {LastName}";
}

/// <summary>The question the list answers. Pages go by key: the number of the last lead seen.</summary>
public sealed record LeadFilter
{
    /// <summary>Only this status; null for all.</summary>
    public LeadStatus? Status { get; init; }

    /// <summary>Part of a name or e-mail address, any case, accents ignored; null for all.</summary>
    public string? Search { get; init; }

    /// <summary>Only leads older (with a smaller number) than this one; null for the newest page.</summary>
    public long? Before { get; init; }

    /// <summary>Only leads newer than this one, the nearest page of them; null otherwise. Not together with <see cref="Before"/>.</summary>
    public long? After { get; init; }

    /// <summary>How many leads a page holds, 1 to 200.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>One page of the list, newest first.</summary>
/// <param name="Rows">At most <see cref="LeadFilter.Limit"/> leads.</param>
/// <param name="Older">The key for the next page (<see cref="LeadFilter.Before"/>); null on the last.</param>
/// <param name="Newer">The key for the page before (<see cref="LeadFilter.After"/>); null on the first.</param>
/// <param name="CountByStatus">How many leads match the search in each status, for the tabs.</param>
public sealed record LeadPage(
    IReadOnlyList<LeadRow> Rows,
    long? Older,
    long? Newer,
    IReadOnlyDictionary<LeadStatus, long> CountByStatus
);

/// <summary>Everything the lead's page shows.</summary>
/// <param name="Lead">The lead with its resume.</param>
/// <param name="ReachedOutByName">Who made the first contact.</param>
/// <param name="Emails">Its e-mails, newest first.</param>
/// <param name="Timeline">Its activities, newest first.</param>
public sealed record LeadDetails(
    Lead Lead,
    string? ReachedOutByName,
    IReadOnlyList<Email> Emails,
    IReadOnlyList<Activity> Timeline
);

/// <summary>Reads leads for pages and APIs.</summary>
public sealed class LeadQueries
{
    /// <summary>A page of the list; at most two statements.</summary>
    public Task<LeadPage> ListAsync(LeadFilter filter, CancellationToken cancellation) =>
        throw new NotSupportedException();

    /// <summary>A lead with everything on its page, at most four statements; null when there is none.</summary>
    public Task<LeadDetails?> FindAsync(long number, CancellationToken cancellation) =>
        throw new NotSupportedException();

    /// <summary>The resume of a lead; null when there is none.</summary>
    public Task<Resume?> FindResumeAsync(long number, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
