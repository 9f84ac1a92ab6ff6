using Anteroom.Data;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Leads wait, and no attorney takes them: how many, since when, and what keeps the attorneys from it.</summary>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Leads">How many wait.</param>
/// <param name="Oldest">When the one that waits longest came in, UTC.</param>
/// <param name="Full">Attorneys who have as many open leads as they take.</param>
/// <param name="Away">Attorneys who are away or take none.</param>
/// <param name="Free">Attorneys with room, who work in other practice areas.</param>
public sealed record NobodyAvailable(
    DateTimeOffset Since,
    long Leads,
    DateTimeOffset? Oldest,
    long Full,
    long Away,
    long Free
);

/// <summary>Reads it.</summary>
public sealed class ReadNobodyAvailable(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>One statement; null when all is well.</summary>
    public async Task<NobodyAvailable?> RunAsync(CancellationToken cancellation) =>
        await database.QueryOneAsync<NobodyAvailable>(
            $"""
            select conditions.since, waiting.leads, waiting.oldest, attorneys.full, attorneys.away, attorneys.free
            from conditions,
                (select count(*) leads, min(leads.created_at) oldest from work join leads on leads.id = work.subject
                    where kind = 'assign' and state = 'queued' and last_error = $2 and assigned_to is null
                        and deleted_at is null and status in ({LeadStatus.OpenSql})) waiting,
                (select count(*) filter (where takes and open >= capacity) as full,
                        count(*) filter (where not takes) as away, count(*) filter (where takes and open < capacity) as free
                    from (select available and (away_until is null or away_until <= $3) takes, capacity,
                            coalesce((select sum(leads) from lead_counts
                                where assigned_to = users.id and status in ({LeadStatus.OpenSql})), 0) open
                        from users where role = 'attorney' and active and not sample) each) attorneys
            where name = $1 and waiting.leads > 0
            """,
            cancellation,
            Sql.Value(Condition.NobodyAvailable),
            Sql.Value(AssignLeads.Waiting),
            Sql.Value(time.GetUtcNow())
        );
}
