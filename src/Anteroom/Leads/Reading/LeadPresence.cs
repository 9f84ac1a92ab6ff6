using Anteroom.Data;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Who is viewing which lead. The page sends a heartbeat every 15 seconds; a viewer without one for <see cref="Lasts"/> is gone. Stored in
/// an unlogged table, so that all nodes know; a database crash loses it until the next heartbeat.
/// </summary>
public sealed class LeadPresence(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a heartbeat counts.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(40);

    /// <summary>Records that the user is viewing the lead.</summary>
    /// <returns>Whether they have just come.</returns>
    public async Task<bool> BeatAsync(Guid lead, CurrentUser user, CancellationToken cancellation)
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var command = database.CreateCommand(
            """
            with before as (select seen_at from lead_viewers where lead_id = $1 and user_id = $2)
            insert into lead_viewers (lead_id, user_id, seen_at) values ($1, $2, $3)
            on conflict (lead_id, user_id) do update set seen_at = excluded.seen_at
            returning coalesce((select seen_at from before), '-infinity') <= $4
            """
        );
        command.Parameters.Add(Sql.Value(lead));
        command.Parameters.Add(Sql.Value(user.Id));
        command.Parameters.Add(Sql.Value(now));
        command.Parameters.Add(Sql.Value(now - Lasts));
        try
        {
            return await command.ExecuteScalarAsync(cancellation) is true;
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false; // just erased or merged
        }
    }

    /// <summary>Records that the user has left.</summary>
    public async Task LeaveAsync(Guid lead, CurrentUser user, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "delete from lead_viewers where lead_id = $1 and user_id = $2"
        );
        command.Parameters.Add(Sql.Value(lead));
        command.Parameters.Add(Sql.Value(user.Id));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The names of the other viewers.</summary>
    public async Task<IReadOnlyList<string>> OthersAsync(Guid lead, CurrentUser user, CancellationToken cancellation) =>
        await database.QueryAsync<string>(
            """
            select full_name from lead_viewers join users on users.id = user_id
            where lead_id = $1 and user_id <> $2 and seen_at > $3 order by full_name limit 10
            """,
            cancellation,
            Sql.Value(lead),
            Sql.Value(user.Id),
            Sql.Value(time.GetUtcNow() - Lasts)
        );
}
