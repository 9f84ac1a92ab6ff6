using Anteroom.Leads;

namespace Anteroom.Rules;

/// <summary>Leads in any state, without a database.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Earlier = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = Earlier.AddDays(7);
    public static readonly Guid Ana = new("0199aaaa-0000-7000-8000-000000000001");
    public static readonly Guid Ben = new("0199aaaa-0000-7000-8000-000000000002");

    /// <summary>A lead as it came in.</summary>
    public static Lead New(long number = 1) =>
        new()
        {
            Id = Guid.CreateVersion7(Earlier),
            Number = number,
            Source = "form",
            FirstName = "Ada",
            LastName = "Lovelace",
            Email = "ada@example.com",
            CreatedAt = Earlier,
            UpdatedAt = Earlier,
        };

    /// <summary>A lead that stands where <paramref name="state"/> says.</summary>
    public static Lead In(LeadSnapshot state, long number = 1)
    {
        var lead = New(number);
        lead.TryAssign(state.AssignedTo, state.AssignedAt ?? Earlier);
        lead.MoveBack(state, Earlier);
        return lead;
    }

    /// <summary>Where a lead stands in a status that it came to in the ordinary way.</summary>
    /// <param name="status">The status.</param>
    /// <param name="isContacted">Whether Ana has reached out and written.</param>
    public static LeadSnapshot State(LeadStatus status, bool isContacted) =>
        new()
        {
            Id = Guid.Empty,
            Number = 0,
            Status = status,
            ReachedOutBy = isContacted ? Ana : null,
            ReachedOutAt = isContacted ? Earlier.AddHours(1) : null,
            WrittenToAt = isContacted ? Earlier.AddMinutes(59) : null,
            RetainedAt = status == LeadStatus.Retained ? Earlier.AddDays(2) : null,
            ClosedAt = status.IsOpen ? null : Earlier.AddDays(2),
            NeedsCall = true,
        };
}
