using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// Who wants no more automatic email, by address in any case, for all leads with the address, including later ones. Everything that is
/// sent automatically checks here first, except the confirmation, which the prospect is waiting for.
/// </summary>
public sealed class OptOuts(NpgsqlDataSource database)
{
    /// <summary>An SQL condition: whether the address has opted out.</summary>
    /// <param name="column">The column or parameter with the address, as <c>leads.email</c>; never user input.</param>
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
    /// <returns>False when nothing changed.</returns>
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
