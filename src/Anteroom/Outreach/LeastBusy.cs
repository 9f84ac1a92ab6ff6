using Anteroom.Accounts;

namespace Anteroom.Outreach;

/// <summary>An attorney who takes leads right now.</summary>
/// <param name="Id">The user.</param>
/// <param name="FullName">The name prospects see.</param>
/// <param name="Email">For notifications and prospects' replies; null when there is none.</param>
/// <param name="PracticeAreas">Takes leads of these areas only; empty for any.</param>
/// <param name="Capacity">Maximum open leads.</param>
/// <param name="LastAssignedAt">When a lead was last given to the attorney; null when none was.</param>
/// <param name="Number">The oldest account has the smallest.</param>
/// <param name="WorkDays">Of the working hours; null for always.</param>
/// <param name="WorkFrom">Their beginning.</param>
/// <param name="WorkUntil">Their end.</param>
/// <param name="Language">The language that the attorney has chosen; null for none.</param>
/// <param name="TimeZone">The time zone, likewise.</param>
public sealed record AvailableAttorney(
    Guid Id,
    string FullName,
    string? Email,
    string[] PracticeAreas,
    int Capacity,
    DateTimeOffset? LastAssignedAt,
    long Number,
    short? WorkDays = null,
    short? WorkFrom = null,
    short? WorkUntil = null,
    string? Language = null,
    string? TimeZone = null
)
{
    /// <summary>As emails name one.</summary>
    internal Owner AsOwner => new(Id, FullName, Email, Language, TimeZone);
}

/// <summary>
/// Chooses who takes the next lead: among those with capacity left, and the lead's practice area when both have one, those who work at
/// this hour first; of them the one with the fewest open leads; on a tie, the one whose last assignment is the oldest.
/// </summary>
/// <param name="available">Who takes leads at the moment.</param>
/// <param name="workloads">Open leads of each user; none when missing.</param>
/// <param name="zone">The firm's, for working hours; null for UTC.</param>
public sealed class LeastBusy(
    IReadOnlyCollection<AvailableAttorney> available,
    IReadOnlyDictionary<Guid, int> workloads,
    TimeZoneInfo? zone = null
)
{
    private readonly Dictionary<Guid, int> _workloads = new(workloads);
    private readonly Dictionary<Guid, DateTimeOffset> _lastAssigned = [];

    // Breaks ties between assignments at the same instant.
    private readonly Dictionary<Guid, int> _turns = [];

    /// <summary>Chooses an attorney and adds the lead to their workload; null when nobody fits.</summary>
    /// <param name="practiceArea">The lead's; null when it names none.</param>
    /// <param name="now">When the lead is assigned.</param>
    /// <param name="except">A user to skip.</param>
    public AvailableAttorney? Choose(string? practiceArea, DateTimeOffset now, Guid? except = null)
    {
        var chosen = available
            .Where(attorney => attorney.Id != except && Workload(attorney.Id) < attorney.Capacity)
            .Where(attorney =>
                practiceArea is null
                || attorney.PracticeAreas.Length == 0
                || attorney.PracticeAreas.Contains(practiceArea, StringComparer.Ordinal)
            )
            .OrderBy(attorney =>
                !WorkingHours.Include(
                    WorkingHours.Of(attorney.WorkDays, attorney.WorkFrom, attorney.WorkUntil),
                    now,
                    zone ?? TimeZoneInfo.Utc
                )
            )
            .ThenBy(attorney => Workload(attorney.Id))
            .ThenBy(attorney => _lastAssigned.TryGetValue(attorney.Id, out var last) ? last : attorney.LastAssignedAt)
            .ThenBy(attorney => _turns.GetValueOrDefault(attorney.Id))
            .ThenBy(attorney => attorney.Number)
            .FirstOrDefault();
        if (chosen is not null)
        {
            _workloads[chosen.Id] = Workload(chosen.Id) + 1;
            _lastAssigned[chosen.Id] = now;
            _turns[chosen.Id] = _turns.Count == 0 ? 1 : _turns.Values.Max() + 1;
        }

        return chosen;
    }

    private int Workload(Guid attorney) => _workloads.GetValueOrDefault(attorney);
}
