namespace Anteroom.Outreach;

/// <summary>An attorney who takes leads at the moment.</summary>
/// <param name="Id">The user.</param>
/// <param name="FullName">The name prospects see.</param>
/// <param name="Email">Where the attorney is told, and where prospects' answers go; null when there is none.</param>
/// <param name="PracticeArea">Takes leads of this area only; null for any.</param>
/// <param name="Capacity">Maximum open leads.</param>
/// <param name="LastAssignedAt">When a lead was last given to the attorney; null when none was.</param>
/// <param name="Number">The oldest account has the smallest.</param>
public sealed record AvailableAttorney(
    Guid Id,
    string FullName,
    string? Email,
    string? PracticeArea,
    int Capacity,
    DateTimeOffset? LastAssignedAt,
    long Number
)
{
    /// <summary>As emails name one.</summary>
    internal Owner AsOwner => new(Id, FullName, Email);
}

/// <summary>
/// Chooses who takes the next lead: of those with room, whose practice area is the lead's when both name one, the one with the
/// fewest open leads; of several, the one assigned longest ago.
/// </summary>
/// <param name="available">Who takes leads at the moment.</param>
/// <param name="workloads">Open leads of each user; none when missing.</param>
public sealed class LeastBusy(
    IReadOnlyCollection<AvailableAttorney> available,
    IReadOnlyDictionary<Guid, int> workloads
)
{
    private readonly Dictionary<Guid, int> _workloads = new(workloads);
    private readonly Dictionary<Guid, DateTimeOffset> _lastAssigned = [];

    // The order within one choice of instants that are the same.
    private readonly Dictionary<Guid, int> _turns = [];

    /// <summary>Chooses and counts the lead for who was chosen; null when nobody fits.</summary>
    /// <param name="practiceArea">The lead's; null when it names none.</param>
    /// <param name="now">When the lead is assigned.</param>
    /// <param name="except">Somebody who is not asked.</param>
    public AvailableAttorney? Choose(string? practiceArea, DateTimeOffset now, Guid? except = null)
    {
        var chosen = available
            .Where(attorney => attorney.Id != except && Workload(attorney.Id) < attorney.Capacity)
            .Where(attorney =>
                practiceArea is null || attorney.PracticeArea is null || attorney.PracticeArea == practiceArea
            )
            .OrderBy(attorney => Workload(attorney.Id))
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
