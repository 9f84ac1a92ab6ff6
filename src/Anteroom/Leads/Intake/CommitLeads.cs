using Npgsql;

namespace Anteroom.Leads;

/// <summary>The second round trip: one batch, which is one transaction. A prospect who leaves does not cancel it.</summary>
internal sealed partial class CommitLeads(
    NpgsqlDataSource database,
    LeadBatch rows,
    TimeProvider time,
    ILogger<CommitLeads> logger
)
{
    /// <summary>Before each try: none for a dropped connection, then long enough for a server to restart and recover.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.Zero,
        TimeSpan.FromSeconds(0.5),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(4),
    ];

    /// <summary>Commits a lead.</summary>
    /// <returns>False when the other click of a double click won; nothing was committed.</returns>
    /// <exception cref="OutcomeUnknownException">It may have been committed.</exception>
    public async Task<bool> RunAsync(NewLead lead)
    {
        await using (var connection = await database.OpenConnectionAsync(CancellationToken.None))
        {
            try
            {
                await InsertAsync(connection, lead);
                return true;
            }
            catch (PostgresException answer)
                when (answer.ConstraintName is "ix_leads_submission_key" or "pk_idempotency_keys")
            {
                return false;
            }
            catch (Exception error) when (MayHaveCommitted(error))
            {
                OutcomeUnknown(logger, lead.Number, error);
            }
        }

        await CommitAgainAsync(lead);
        return true;
    }

    /// <summary>The connection broke or the server is shutting down (SQLSTATE class 57); any other error is a no.</summary>
    private static bool MayHaveCommitted(Exception error) =>
        error is not PostgresException answer || answer.SqlState.StartsWith("57", StringComparison.Ordinal);

    /// <summary>Asks whether the lead is there, and inserts it if not, until there is an answer.</summary>
    private async Task CommitAgainAsync(NewLead lead)
    {
        Exception? last = null;
        foreach (var pause in Pauses)
        {
            await Task.Delay(pause, time);
            try
            {
                await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
                if (!await IsThereAsync(connection, lead.Id))
                    await InsertAsync(connection, lead);
                return;
            }
            catch (Exception error)
            {
                // Whatever it is, the first try may still have worked: a duplicate key, say, when it was committed just now.
                last = error;
            }
        }

        throw new OutcomeUnknownException(lead.Number, last!);
    }

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, Guid id)
    {
        await using var command = new NpgsqlCommand("select exists (select from leads where id = $1)", connection);
        command.Parameters.Add(Data.Sql.Value(id));
        return (bool)(await command.ExecuteScalarAsync(CancellationToken.None))!;
    }

    private async Task InsertAsync(NpgsqlConnection connection, NewLead lead)
    {
        await using var batch = connection.CreateBatch();
        rows.Add(batch, lead);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The line to the database broke while lead {Number} was committed; asking what became of it"
    )]
    private static partial void OutcomeUnknown(ILogger logger, long number, Exception error);
}
