using System.Diagnostics;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Outreach;
using Anteroom.Telemetry;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Commits new leads, with an attorney for each when one is free. Leads that arrive together share a transaction, and so what a
/// transaction costs. A prospect who leaves does not cancel it.
/// </summary>
internal sealed partial class CommitLeads
{
    private const int AtOnce = 64;

    /// <summary>Before each try: none for a dropped connection, then long enough for a server to restart and recover.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.Zero,
        TimeSpan.FromSeconds(0.5),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(4),
    ];

    private readonly NpgsqlDataSource _database;
    private readonly LeadBatch _rows;
    private readonly IOptions<OutreachOptions> _options;
    private readonly IOptions<FirmOptions> _firm;
    private readonly TimeProvider _time;
    private readonly ILogger<CommitLeads> _logger;
    private readonly Together<NewLead, NewLead> _together;

    public CommitLeads(
        NpgsqlDataSource database,
        LeadBatch rows,
        IOptions<OutreachOptions> options,
        IOptions<FirmOptions> firm,
        TimeProvider time,
        ILogger<CommitLeads> logger
    )
    {
        (_database, _rows, _options, _firm, _time, _logger) = (database, rows, options, firm, time, logger);
        _together = new(AtOnce, InsertAsync, MayHaveCommitted);
    }

    /// <summary>Commits a lead.</summary>
    /// <returns>As it was committed; null when the other click of a double click won, and nothing was committed.</returns>
    /// <exception cref="OutcomeUnknownException">It may have been committed.</exception>
    public async Task<NewLead?> RunAsync(NewLead lead)
    {
        try
        {
            return await _together.RunAsync(lead);
        }
        catch (PostgresException answer)
            when (answer.ConstraintName is "ix_leads_submission_key" or "pk_idempotency_keys")
        {
            return null;
        }
        catch (Exception error) when (MayHaveCommitted(error))
        {
            OutcomeUnknown(_logger, lead.Number, error);
        }

        await CommitAgainAsync(lead);
        return lead;
    }

    /// <summary>One transaction. Whatever is wrong with giving leads out, they are taken in.</summary>
    private async Task<IReadOnlyList<NewLead>> InsertAsync(IReadOnlyList<NewLead> leads)
    {
        using var span = Traces.StartMany("commit leads", ActivityKind.Internal, leads.Select(lead => lead.Trace));
        if (_options.Value.Assign && leads.Any(lead => lead.Owner is null))
            try
            {
                return await GiveOutAsync(leads);
            }
            catch (PostgresException answer) when (!MayHaveCommitted(answer) && !IsAboutRows(answer))
            {
                NotGivenOut(_logger, leads.Count, answer);
            }

        await using var connection = await _database.OpenConnectionAsync(CancellationToken.None);
        await InsertAsync(connection, leads);
        return leads;
    }

    /// <summary>Two round trips: who is free; the rows and the commit.</summary>
    private async Task<IReadOnlyList<NewLead>> GiveOutAsync(IReadOnlyList<NewLead> leads)
    {
        await using var connection = await _database.OpenConnectionAsync(CancellationToken.None);
        var now = Data.Sql.Instant(_time.GetUtcNow());
        var turn = await AttorneysAtWork.BeginAsync(connection, now, _firm.Value.Zone, CancellationToken.None);
        NewLead[] given = [.. leads.Select(lead => lead.Owner is null ? GiveOut(lead, turn, now) : lead)];
        await using var batch = connection.CreateBatch();
        _rows.Add(batch, given);
        batch.Add("commit");
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        return given;
    }

    private static NewLead GiveOut(NewLead lead, AttorneysAtWork.Turn turn, DateTimeOffset now) =>
        turn.LeastBusy is not { } leastBusy ? lead
        : leastBusy.Choose(lead.Submission.Facts.PracticeArea, now) is { } attorney
            ? lead with
            {
                Given = new Assignment(lead.Brief, From: null, attorney, "the least busy", now),
            }
        // Behind those that wait; what has to be done when the first begins to wait is done.
        : turn.IsNobodyAvailable ? lead with { WaitsUntil = now + AssignLeads.Look }
        : lead;

    /// <summary>The connection broke or the server is shutting down (SQLSTATE class 57); any other error is a no.</summary>
    private static bool MayHaveCommitted(Exception error) =>
        error is not PostgresException answer || answer.SqlState.StartsWith("57", StringComparison.Ordinal);

    /// <summary>A row that the tables refuse (SQLSTATE class 23).</summary>
    private static bool IsAboutRows(PostgresException answer) =>
        answer.SqlState.StartsWith("23", StringComparison.Ordinal);

    /// <summary>Asks whether the lead is there, and inserts it if not, until there is an answer.</summary>
    private async Task CommitAgainAsync(NewLead lead)
    {
        Exception? last = null;
        foreach (var pause in Pauses)
        {
            await Task.Delay(pause, _time);
            try
            {
                await using var connection = await _database.OpenConnectionAsync(CancellationToken.None);
                if (!await IsThereAsync(connection, lead.Id))
                    await InsertAsync(connection, [lead]);
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

    private async Task InsertAsync(NpgsqlConnection connection, IReadOnlyList<NewLead> leads)
    {
        await using var batch = connection.CreateBatch();
        _rows.Add(batch, leads);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    [LoggerMessage(
        LogLevel.Error,
        "{Count} new leads were taken in but could not be given out with it; they are queued for that"
    )]
    private static partial void NotGivenOut(ILogger logger, int count, Exception error);

    [LoggerMessage(
        LogLevel.Warning,
        "The line to the database broke while lead {Number} was committed; asking what became of it"
    )]
    private static partial void OutcomeUnknown(ILogger logger, long number, Exception error);
}
