using Anteroom.Audit;
using Anteroom.Outreach;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>An automatic assignment of a lead, and why it went to this attorney.</summary>
internal sealed record Assignment(LeadBrief Lead, Owner? From, AvailableAttorney To, string Why);

/// <summary>Records automatic assignments.</summary>
internal static class Assignments
{
    /// <summary>Adds the changes of leads and attorneys, timeline lines, an audit entry, and what follows from a new owner.</summary>
    public static void Add(
        NpgsqlBatch batch,
        IReadOnlyList<Assignment> given,
        OwnerChange ownerChange,
        AuditLog audit,
        DateTimeOffset now
    )
    {
        if (given.Count == 0)
            return;
        LeadWriter.Owners(batch, [.. given.Select(each => (each.Lead.Id, (Guid?)each.To.Id))], now);
        batch.Record(
            Actor.Anteroom,
            LeadWriter.Assigned,
            [.. given.Select(each => (each.Lead.Id, $"assigned this lead to {each.To.FullName}, {each.Why}"))],
            now
        );
        foreach (var attorney in given.GroupBy(each => each.To.FullName, StringComparer.Ordinal))
            audit.LeadsChanged(
                batch,
                $"assigned to {attorney.Key}",
                [.. attorney.Select(each => each.Lead.Number)],
                by: null
            );
        foreach (var (lead, from, to, _) in given)
            ownerChange.Add(batch, lead, from, to.AsOwner, by: null, now);
    }
}
