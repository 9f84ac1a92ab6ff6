using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>Attorneys who take as many leads as can be, with the same ids in every database.</summary>
internal static class Attorneys
{
    /// <summary>Adds so many, before the app starts.</summary>
    public static async Task AddAsync(string connectionString, int attorneys, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(
            """
            insert into users (id, full_name, email, normalized_email, role, capacity, created_at, user_name, normalized_user_name,
                email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            select lpad(i::text, 32, '0')::uuid, 'Taker ' || i, 'taker' || i || '@example.com', 'TAKER' || i || '@EXAMPLE.COM', 'attorney',
                100000, now(), 'taker' || i, 'TAKER' || i, true, false, false, true, 0
            from generate_series(1, $1) i
            """
        );
        command.Parameters.AddWithValue(attorneys);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
