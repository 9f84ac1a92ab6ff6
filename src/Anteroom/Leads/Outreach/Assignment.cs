using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Outreach;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>An automatic assignment of a lead, why it went to this attorney, and when.</summary>
internal sealed record Assignment(LeadBrief Lead, Owner? From, AvailableAttorney To, string Why, DateTimeOffset At);

/// <summary>Records automatic assignments.</summary>
internal sealed class Assignments(OwnerChange ownerChange, AuditLog audit)
{
    /// <summary>Adds the changes of leads and attorneys, timeline lines, audit entries, and what follows from a new owner.</summary>
    public void Add(NpgsqlBatch batch, IReadOnlyList<Assignment> given, DateTimeOffset now)
    {
        if (given.Count == 0)
            return;
        LeadWriter.Owners(batch, [.. given.Select(each => (each.Lead.Id, (Guid?)each.To.Id))], now);
        AddRest(batch, given, now);
    }

    /// <summary>The same for leads that are inserted with their owner.</summary>
    public void AddNew(NpgsqlBatch batch, IReadOnlyList<Assignment> given, DateTimeOffset now)
    {
        if (given.Count == 0)
            return;
        LastAssigned.Add(batch, [.. given.Select(each => each.To.Id).Distinct()], now);
        AddRest(batch, given, now);
    }

    private void AddRest(NpgsqlBatch batch, IReadOnlyList<Assignment> given, DateTimeOffset now)
    {
        batch.Record(
            Actor.Anteroom,
            LeadWriter.Assigned,
            [.. given.Select(each => (each.Lead.Id, $"assigned this lead to {each.To.FullName}, {each.Why}"))],
            // A millisecond after the lead came, because timelines are sorted by id.
            now.AddMilliseconds(1)
        );
        foreach (var attorney in given.GroupBy(each => each.To.FullName, StringComparer.Ordinal))
            audit.LeadsChanged(
                batch,
                $"assigned to {attorney.Key}",
                [.. attorney.Select(each => each.Lead.Number)],
                by: null
            );
        ownerChange.Add(
            batch,
            [.. given.Select(each => (each.Lead, each.From, (Owner?)each.To.AsOwner))],
            by: null,
            now
        );
    }
}
