using System.Data;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>
/// Counts what happened in a period, for the page, the CSV file and the emails alike, all of the same moment: of few leads from the leads,
/// of many from days that are summed up (<see cref="SumReportDays"/>), and only the rest from the leads.
/// </summary>
public sealed class ReadFigures(NpgsqlDataSource database, TimeProvider time)
{
    private const int MostWaiting = 10;

    /// <summary>Up to this many submissions and first contacts all is read from the leads, and median and percentile are exact.</summary>
    internal int MostExact { get; init; } = ReadDashboard.MostExact;

    /// <summary>The figures of <paramref name="period"/>.</summary>
    public async Task<Figures> RunAsync(ReportPeriod period, ReportScope scope, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var steps = period.Steps();

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancellation
        );
        var (sources, areMany) = await SourcesAsync(period, now, connection, cancellation);
        var asked = new Asked(scope, now, sources) { Steps = [.. steps.Select(step => step.From)] };

        await using var batch = new NpgsqlBatch(connection, transaction);
        FigureQueries.Submitted(batch, asked);
        if (areMany)
            FigureQueries.ManyContacts(batch, asked);
        else
            FigureQueries.Contacts(batch, asked);
        FigureQueries.Outcomes(batch, asked);
        if (sources.HasDays)
        {
            DayQueries.Days(batch, asked);
            DayQueries.Parts(batch, asked);
        }
        FigureQueries.MailFailures(batch, asked, period);
        StandingQueries.People(batch);
        StandingQueries.Standing(batch, asked);
        StandingQueries.Waiting(batch, asked, MostWaiting);
        StandingQueries.NotYetWaiting(batch, asked);

        Figures figures;
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
            figures = await new FiguresReading(reader, period, asked, steps).RunAsync(areMany, cancellation);
        await transaction.CommitAsync(cancellation);
        return figures;
    }

    /// <summary>What is read from where, and whether it is about many leads.</summary>
    private async Task<(TimeSources Sources, bool AreMany)> SourcesAsync(
        ReportPeriod period,
        DateTimeOffset now,
        NpgsqlConnection connection,
        CancellationToken cancellation
    )
    {
        var leads = new TimeSources(period, now, []);
        // Hours are no days.
        if (period.Days == 1)
            return (leads, false);
        await using var batch = new NpgsqlBatch(connection);
        DayQueries.Summed(batch, leads, MostExact, now);
        var summed = await batch.RowsAsync<DayQueries.SummedRow>(cancellation);
        return summed[0].AreMany ? (new TimeSources(period, now, summed), true) : (leads, false);
    }

    /// <summary>How many leads were submitted in each step of <paramref name="period"/>, one statement.</summary>
    public async Task<IReadOnlyList<StepFigures>> SubmittedAsync(
        ReportPeriod period,
        ReportScope scope,
        CancellationToken cancellation
    )
    {
        var steps = period.Steps();
        var sources = new TimeSources(period);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        FigureQueries.Series(
            batch,
            new(scope, time.GetUtcNow(), sources) { Steps = [.. steps.Select(step => step.From)] }
        );
        var leads = new long[steps.Count];
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        foreach (var row in await reader.ReadAllAsync<FigureQueries.SeriesRow>(cancellation))
            leads[row.Step - 1] = row.Leads;
        return [.. steps.Select((step, at) => new StepFigures(step, new Totals { Submitted = leads[at] }))];
    }
}
