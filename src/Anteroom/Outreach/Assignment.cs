using Anteroom.Data;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>Writes down that Anteroom has given a lead to an attorney.</summary>
internal static class Assignment
{
    /// <summary>Adds the change of lead and attorney and the timeline entry to <paramref name="batch"/>.</summary>
    public static void Add(
        NpgsqlBatch batch,
        LeadBrief lead,
        AvailableAttorney attorney,
        DateTimeOffset now,
        string why = "the least busy"
    )
    {
        batch.Add(
            "update leads set assigned_to = $2, assigned_at = $3, updated_at = $3 where id = $1",
            Sql.Value(lead.Id),
            Sql.Value(attorney.Id),
            Sql.Value(now)
        );
        batch.Add("update users set last_assigned_at = $2 where id = $1", Sql.Value(attorney.Id), Sql.Value(now));
        batch.Add(
            "insert into activities (id, lead_id, kind, actor, summary, at) values ($1, $2, 'assigned', 'Anteroom', $3, $4)",
            Sql.Value(Guid.CreateVersion7(now)),
            Sql.Value(lead.Id),
            Sql.Value($"assigned this lead to {attorney.FullName}, {why}"),
            Sql.Value(now)
        );
    }
}
