using Anteroom.Live;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// Who wants no more automatic e-mail, by address, in upper or lower case. It holds for all leads of the address, also for later ones.
/// Whatever sends without a person deciding asks here first; only the confirmation does not, for who sends the form waits for it.
/// </summary>
public sealed class OptOuts(NpgsqlDataSource database, Changes changes, TimeProvider time)
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

    /// <summary>Opts out. Harmless when it has been done already.</summary>
    public Task OptOutAsync(string address, CancellationToken cancellation) =>
        ChangeAsync(
            address,
            "insert into opt_outs (address, at) values (lower($1), $2) on conflict do nothing",
            "opted_out",
            "asked for no more automatic e-mail",
            cancellation
        );

    /// <summary>Takes it back.</summary>
    public Task OptInAsync(string address, CancellationToken cancellation) =>
        ChangeAsync(
            address,
            "delete from opt_outs where address = lower($1) and $2::timestamptz is not null",
            "opted_in",
            "takes automatic e-mail again",
            cancellation
        );

    private async Task ChangeAsync(
        string address,
        string change,
        string activity,
        string summary,
        CancellationToken cancellation
    )
    {
        var now = Data.Sql.Instant(time.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var command = new NpgsqlCommand(change, connection, transaction))
        {
            command.Parameters.Add(Data.Sql.Value(address));
            command.Parameters.Add(Data.Sql.Value(now));
            if (await command.ExecuteNonQueryAsync(cancellation) == 0)
                return;
        }

        var leads = await LeadsOfAsync(connection, address, cancellation);
        await using (
            var lines = new NpgsqlCommand(
                """
                insert into activities (id, lead_id, kind, actor, summary, at)
                select line.id, leads.id, $3, first_name || ' ' || last_name, $4, $5
                from unnest($1, $2) line (id, lead_id) join leads on leads.id = line.lead_id
                """,
                connection,
                transaction
            )
        )
        {
            lines.Parameters.Add(Data.Sql.Value(leads.Ids.Select(_ => Guid.CreateVersion7(now)).ToArray()));
            lines.Parameters.Add(Data.Sql.Value(leads.Ids.ToArray()));
            lines.Parameters.Add(Data.Sql.Value(activity));
            lines.Parameters.Add(Data.Sql.Value(summary));
            lines.Parameters.Add(Data.Sql.Value(now));
            await lines.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        changes.Tell(leads.Numbers);
    }

    /// <summary>The leads with this address, by way of the search's index of words: the address is one.</summary>
    private static async Task<(List<Guid> Ids, List<long> Numbers)> LeadsOfAsync(
        NpgsqlConnection connection,
        string address,
        CancellationToken cancellation
    )
    {
        var word = SearchText.For(address);
        await using var command = new NpgsqlCommand(
            """
            select id, number from leads where number in (select number from lead_words where word = left($1, 200))
                and lower(email) = lower($2)
            """,
            connection
        );
        command.Parameters.Add(Data.Sql.Value(word));
        command.Parameters.Add(Data.Sql.Value(address));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (ids, numbers) = (new List<Guid>(), new List<long>());
        while (await reader.ReadAsync(cancellation))
        {
            ids.Add(reader.GetGuid(0));
            numbers.Add(reader.GetInt64(1));
        }

        return (ids, numbers);
    }
}
