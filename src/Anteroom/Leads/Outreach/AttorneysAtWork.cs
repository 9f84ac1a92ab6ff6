using Anteroom.Data;
using Anteroom.Outreach;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What assigning leads needs to know, read under the lock that makes assignments happen one at a time.</summary>
/// <param name="LeastBusy">Chooses among those available.</param>
/// <param name="NextReturn">When the first absent attorney comes back; null when nobody is away until a date.</param>
/// <param name="Administrators">Whom to notify when nobody is available.</param>
internal sealed record AttorneysAtWork(
    LeastBusy LeastBusy,
    DateTimeOffset? NextReturn,
    IReadOnlyList<Mailbox> Administrators
)
{
    /// <summary>
    /// Every assignment holds this lock until its commit, so that workloads are exact on any number of nodes. An arbitrary number that is
    /// used for nothing else.
    /// </summary>
    private const long Lock = 0x41737369676E;

    /// <summary>Waits for the lock, in the caller's transaction.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // A statement of its own: the next one takes its snapshot after the lock, and so sees what the last holder did.
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        command.Parameters.Add(Sql.Value(Lock));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Waits for the lock and reads, two round trips.</summary>
    public static async Task<AttorneysAtWork> ReadAsync(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken cancellation,
        TimeZoneInfo? zone = null
    )
    {
        await LockAsync(connection, cancellation);
        await using var batch = connection.CreateBatch();
        AddAvailable(batch, now);
        batch.Add(
            "select min(away_until) as next_return from users where role = 'attorney' and active and available and not sample and away_until > $1",
            Sql.Value(now)
        );
        batch.Add(NotificationPolicy.Administrators);

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var leastBusy = await ReadAvailableAsync(reader, zone, cancellation);
        var back = await reader.ReadOneAsync<ReturnRow>(cancellation);
        return new AttorneysAtWork(leastBusy, back?.NextReturn, await reader.ReadAllAsync<Mailbox>(cancellation));
    }

    /// <summary>Begins a transaction and reads who takes new leads, one round trip. The caller sends the <c>commit</c>.</summary>
    public static async Task<Turn> BeginAsync(
        NpgsqlConnection connection,
        DateTimeOffset now,
        TimeZoneInfo zone,
        CancellationToken cancellation
    )
    {
        await using var batch = connection.CreateBatch();
        batch.Add("begin");
        batch.ByIndex();
        batch.Add(
            """
            select pg_try_advisory_xact_lock($1)
                and not exists (select from work where kind = 'assign' and state = 'queued' and next_attempt_at <= $2)
                and not exists (select from work where kind = 'assign' and state = 'working') as is_ours,
                exists (select from conditions where name = $3) as is_nobody_available
            """,
            Sql.Value(Lock),
            Sql.Value(now),
            Sql.Value(Condition.NobodyAvailable)
        );
        AddAvailable(batch, now);

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation); // that of ByIndex
        var turn = (await reader.ReadOneAsync<TurnRow>(cancellation))!;
        var leastBusy = await ReadAvailableAsync(reader, zone, cancellation);
        return new Turn(turn.IsOurs ? leastBusy : null, turn.IsNobodyAvailable);
    }

    /// <summary>What a transaction may do with new leads.</summary>
    /// <param name="LeastBusy">
    /// Chooses; null when it is not this transaction's turn, for somebody else is just assigning leads, or some are due to be given out.
    /// </param>
    /// <param name="IsNobodyAvailable">It is known, and the administrators are told, that leads wait because nobody is available.</param>
    public sealed record Turn(LeastBusy? LeastBusy, bool IsNobodyAvailable);

    private static void AddAvailable(NpgsqlBatch batch, DateTimeOffset now)
    {
        batch.Add(
            """
            select id, full_name, email, practice_areas, capacity, last_assigned_at, number, work_days, work_from, work_until,
                language, time_zone
            from users
            where role = 'attorney' and active and available and not sample and (away_until is null or away_until <= $1)
            """,
            Sql.Value(now)
        );
        batch.Add(
            $"""
            select assigned_to, sum(leads)::integer as leads from lead_counts
            where assigned_to is not null and status in ({LeadStatus.OpenSql}) group by assigned_to
            """
        );
    }

    private static async Task<LeastBusy> ReadAvailableAsync(
        NpgsqlDataReader reader,
        TimeZoneInfo? zone,
        CancellationToken cancellation
    )
    {
        var available = await reader.ReadAllAsync<AvailableAttorney>(cancellation);
        var workloads = await reader.ReadAllAsync<WorkloadRow>(cancellation);
        return new LeastBusy(available, workloads.ToDictionary(row => row.AssignedTo, row => row.Leads), zone);
    }

    private sealed record WorkloadRow(Guid AssignedTo, int Leads);

    private sealed record ReturnRow(DateTimeOffset? NextReturn);

    private sealed record TurnRow(bool IsOurs, bool IsNobodyAvailable);
}
