using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// Who wants no more automatic email, by address, in upper or lower case. It holds for all leads of the address, also for later ones.
/// Whatever sends without a person deciding asks here first; only the confirmation does not, for who sends the form waits for it.
/// </summary>
public sealed class OptOuts(NpgsqlDataSource database)
{
    /// <summary>The question as a condition in SQL.</summary>
    /// <param name="column">The column or parameter with the address, as <c>leads.email</c>; never anything that was typed.</param>
    public static string Sql(string column) =>
        $"exists (select from opt_outs where opt_outs.address = lower({column}))";

    /// <summary>Whether the person at <paramref name="address"/> has opted out.</summary>
    public async Task<bool> IsOutAsync(string address, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Sql("$1")}");
        command.Parameters.Add(Data.Sql.Value(address));
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Opts out, or takes it back.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="address">Who.</param>
    /// <param name="isOut">Whether they are out from now on.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>False when it had been so already.</returns>
    internal static async Task<bool> SetAsync(
        NpgsqlConnection connection,
        string address,
        bool isOut,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(
            isOut
                ? "insert into opt_outs (address, at) values (lower($1), $2) on conflict do nothing"
                : "delete from opt_outs where address = lower($1) and $2::timestamptz is not null",
            connection
        );
        command.Parameters.Add(Data.Sql.Value(address));
        command.Parameters.Add(Data.Sql.Value(now));
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }
}
