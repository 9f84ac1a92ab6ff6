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
    /// <param name="batch">In the transaction of the assignments.</param>
    /// <param name="given">All of one instant.</param>
    public void Add(NpgsqlBatch batch, IReadOnlyList<Assignment> given)
    {
        if (given is not [{ At: var now }, ..])
            return;
        LeadWriter.Owners(batch, [.. given.Select(each => (each.Lead.Id, (Guid?)each.To.Id))], now);
        AddRest(batch, given, now, now);
    }

    /// <summary>The same for leads that are inserted with their owner.</summary>
    public void AddNew(NpgsqlBatch batch, IReadOnlyList<Assignment> given)
    {
        if (given is not [{ At: var now }, ..])
            return;
        LastAssigned.Add(batch, [.. given.Select(each => each.To.Id).Distinct()], now);
        // Timelines are sorted by id: a millisecond after the lead came.
        AddRest(batch, given, now, now.AddMilliseconds(1));
    }

    private void AddRest(NpgsqlBatch batch, IReadOnlyList<Assignment> given, DateTimeOffset now, DateTimeOffset lineAt)
    {
        batch.Record(
            Actor.Anteroom,
            LeadWriter.Assigned,
            [.. given.Select(each => (each.Lead.Id, $"assigned this lead to {each.To.FullName}, {each.Why}"))],
            lineAt
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
