using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Opts a prospect out of automatic email, or back in. The timelines of all leads with the address record it.</summary>
public sealed class ChangeOptOut(NpgsqlDataSource database, Changes changes, TimeProvider time)
{
    /// <summary>Opts out; does nothing if already out.</summary>
    public Task OptOutAsync(string address, CancellationToken cancellation) =>
        ChangeAsync(address, isOut: true, "opted_out", "asked for no more automatic email", cancellation);

    /// <summary>Opts back in.</summary>
    public Task OptInAsync(string address, CancellationToken cancellation) =>
        ChangeAsync(address, isOut: false, "opted_in", "takes automatic email again", cancellation);

    private async Task ChangeAsync(
        string address,
        bool isOut,
        string activity,
        string summary,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await OptOuts.SetAsync(connection, address, isOut, now, cancellation))
            return;

        var leads = await LeadsOfAsync(connection, address, cancellation);
        await using (
            var lines = new NpgsqlCommand(
                RecordActivity.InsertEach(
                    """
                    select line.id, leads.id lead_id, $3 kind, rtrim(first_name || ' ' || last_name) actor, $4 summary, $5 at
                    from unnest($1, $2) line (id, lead_id) join leads on leads.id = line.lead_id
                    """
                ),
                connection,
                transaction
            )
        )
        {
            lines.Parameters.Add(Sql.Value(leads.Select(_ => Guid.CreateVersion7(now)).ToArray()));
            lines.Parameters.Add(Sql.Value(leads.Select(lead => lead.Id).ToArray()));
            lines.Parameters.Add(Sql.Value(activity));
            lines.Parameters.Add(Sql.Value(summary));
            lines.Parameters.Add(Sql.Value(now));
            await lines.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        changes.Publish(leads.Select(lead => lead.Number));
    }

    /// <summary>The leads with this address, found through the search index, where the address is a word.</summary>
    private static Task<List<Found>> LeadsOfAsync(
        NpgsqlConnection connection,
        string address,
        CancellationToken cancellation
    ) =>
        connection.QueryAsync<Found>(
            """
            select id, number from leads where number in (select number from lead_search where words @@ $1::tsquery)
                and lower(email) = lower($2)
            """,
            cancellation,
            Sql.Value(WordsQuery.Exactly(SearchText.For(address))),
            Sql.Value(address)
        );

    private sealed record Found(Guid Id, long Number);
}
