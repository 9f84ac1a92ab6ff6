using System.Data;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Schedule;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>
/// Sums up the firm's days that are over, and again those about which something has changed, for reports of many leads. Goes by the
/// database's clock alone, for what is written down about a change does (migration 0101): nothing about instants of the last hour. So a
/// day is summed up two hours after its end, while no transaction is open that began half an hour ago: whoever wrote down nothing has ended,
/// and who is not seen in the leads has written it down. Run it as often and on as many nodes as you like.
/// </summary>
public sealed class SumReportDays(NpgsqlDataSource database, IOptions<FirmOptions> firm)
{
    /// <summary>About a month in a transaction.</summary>
    private const int MostAtOnce = 31;

    private static readonly TimeSpan Settled = TimeSpan.FromHours(2);

    /// <summary>How long transactions may take that a day does not wait for.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(30);

    private sealed record LookRow(DateTimeOffset At, bool IsQuiet, DateTimeOffset? First);

    /// <summary>Sums up what is to be summed up.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        // Before the snapshot of the sums: what is open then is open now, or began since.
        var look = await database.QueryOneAsync<LookRow>(
            """
            select now() at, not exists (
                select from pg_stat_activity
                where datname = current_database() and backend_type = 'client backend' and xact_start < now() - $1) is_quiet,
                (select min(created_at) from leads) first
            """,
            cancellation,
            Sql.Value(Patience)
        );
        var days = look!.First is { } first ? Days(first, look.At - Settled) : [];
        var due = days.Count == 0 ? [] : await DueAsync(days, cancellation);
        if (due.Count == 0)
            return new JobReport("Nothing to sum up.");
        if (!look.IsQuiet)
            return new JobReport($"Waits for a transaction that has been open for {ReportWords.Duration(Patience)}.");
        foreach (var some in due.Chunk(MostAtOnce))
            await SumAsync(days, some, cancellation);
        return new JobReport($"Summed up {ReportWords.Count(due.Count, "day")}.");
    }

    /// <summary>The days that are over by then, from the first lead's, as far back as reports go.</summary>
    private List<Day> Days(DateTimeOffset first, DateTimeOffset over)
    {
        var zone = firm.Value.Zone;
        var days = new List<Day>();
        var at = LocalDays.DayOf(first, zone);
        var earliest = LocalDays.DayOf(over, zone).AddDays(-2 * ReportPeriod.LongestInDays);
        for (at = at < earliest ? earliest : at; LocalDays.StartOf(at.AddDays(1), zone) <= over; at = at.AddDays(1))
        {
            var day = new Day(LocalDays.StartOf(at, zone), LocalDays.StartOf(at.AddDays(1), zone));
            if (day.Begun < day.Ended)
                days.Add(day);
        }

        return days;
    }

    /// <summary>Those without sums, and those with changes; the last first.</summary>
    private async Task<List<Day>> DueAsync(List<Day> days, CancellationToken cancellation)
    {
        var places = await database.QueryAsync<int>(
            $"""
            select place::integer from unnest($1, $2) with ordinality day (begun, ended, place)
            where not exists (
                select from report_days
                where report_days.begun = day.begun and report_days.ended = day.ended and owner = '{ReportDay.Nobody}')
            union
            select width_bucket(at, $1) from report_changes where at >= $1[1] and at < $2[array_upper($2, 1)]
            order by 1 desc
            """,
            cancellation,
            Sql.Value(Begun(days)),
            Sql.Value(Ended(days))
        );
        return places.ConvertAll(place => days[place - 1]);
    }

    private async Task SumAsync(List<Day> days, Day[] some, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancellation
        );
        await using var batch = new NpgsqlBatch(connection, transaction);
        SumQueries.TakeTurns(batch);
        SumQueries.Remove(batch, Begun(days), Ended(days), Begun(some));
        SumQueries.RemoveChanges(batch);
        SumQueries.AddDays(batch, Begun(some), Ended(some));
        SumQueries.AddParts(batch, Begun(some), Ended(some));
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static DateTimeOffset[] Begun(IEnumerable<Day> days) => [.. days.Select(day => day.Begun)];

    private static DateTimeOffset[] Ended(IEnumerable<Day> days) => [.. days.Select(day => day.Ended)];

    private sealed record Day(DateTimeOffset Begun, DateTimeOffset Ended);
}
