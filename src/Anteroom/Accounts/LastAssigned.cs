using Anteroom.Data;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>When attorneys last got a lead: of two with as many, the one who waits longer is next.</summary>
internal static class LastAssigned
{
    /// <summary>Adds that these users get leads now.</summary>
    public static void Add(NpgsqlBatch batch, Guid[] users, DateTimeOffset now)
    {
        if (users.Length > 0)
            batch.Add("update users set last_assigned_at = $2 where id = any ($1)", Sql.Value(users), Sql.Value(now));
    }
}
