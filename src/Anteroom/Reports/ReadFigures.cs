using System.Data;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>
/// Counts what happened in a period, for the page, the CSV file and the emails alike: nine statements in one round trip, all of
/// the same moment.
/// </summary>
public sealed class ReadFigures(NpgsqlDataSource database, TimeProvider time)
{
    private const int MostWaiting = 10;

    /// <summary>The figures of <paramref name="period"/>.</summary>
    public async Task<Figures> RunAsync(ReportPeriod period, ReportScope scope, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var steps = period.Steps();
        var asked = new FigureQueries.Asked(scope, now, period.From, period.To)
        {
            Steps = [.. steps.Select(step => step.From)],
        };
        var (beforeFrom, beforeTo) = period.Before(now);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancellation
        );
        await using var batch = new NpgsqlBatch(connection, transaction);
        FigureQueries.Submitted(batch, asked);
        FigureQueries.Contacts(batch, asked);
        FigureQueries.Outcomes(batch, asked);
        FigureQueries.MailFailures(batch, asked);
        FigureQueries.Totals(batch, asked with { From = beforeFrom, To = beforeTo });
        FigureQueries.People(batch);
        FigureQueries.Standing(batch, asked);
        FigureQueries.Waiting(batch, asked, MostWaiting);
        FigureQueries.NotYetWaiting(batch, asked);

        Figures figures;
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
            figures = await new FiguresReading(reader, period, scope, steps, now).RunAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return figures;
    }

    /// <summary>How many leads were submitted in each step of <paramref name="period"/>, one statement.</summary>
    public async Task<IReadOnlyList<StepFigures>> SubmittedAsync(
        ReportPeriod period,
        ReportScope scope,
        CancellationToken cancellation
    )
    {
        var steps = period.Steps();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        FigureQueries.Series(
            batch,
            new(scope, time.GetUtcNow(), period.From, period.To) { Steps = [.. steps.Select(step => step.From)] }
        );
        var leads = new long[steps.Count];
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        foreach (var row in await reader.ReadAllAsync<FigureQueries.SeriesRow>(cancellation))
            leads[row.Step - 1] = row.Leads;
        return [.. steps.Select((step, at) => new StepFigures(step, new Totals { Submitted = leads[at] }))];
    }
}
