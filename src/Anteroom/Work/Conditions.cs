using Anteroom.Data;
using Npgsql;

namespace Anteroom.Work;

/// <summary>Conditions begin and end in the transaction of what finds them.</summary>
internal static class Conditions
{
    /// <summary>Writes down that it is so; false when that was known.</summary>
    public static async Task<bool> BeginsAsync(this WorkTurn turn, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "insert into conditions (name, since) values ($1, $2) on conflict do nothing",
            turn.Connection
        );
        command.Parameters.Add(Sql.Value(name));
        command.Parameters.Add(Sql.Value(turn.Now));
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Ends it, unless work of this kind still waits for this reason.</summary>
    public static void EndsUnlessWaiting(this NpgsqlBatch batch, string name, WorkKind kind, string reason) =>
        batch.Add(
            """
            delete from conditions where name = $1
                and not exists (select from work where kind = $2 and state = 'queued' and last_error = $3)
            """,
            Sql.Value(name),
            Sql.Value(kind.ToWire()),
            Sql.Value(reason)
        );
}
