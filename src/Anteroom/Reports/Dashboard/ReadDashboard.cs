using Npgsql;

namespace Anteroom.Reports;

/// <summary>
/// Reads the dashboard: four statements in one round trip, whose cost goes with the days of the period and not with its leads. Without
/// a cache; pages ask <see cref="CachedDashboard"/>.
/// </summary>
public sealed class ReadDashboard(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Up to this many first contacts the median is exact; beyond, it is accurate to four percent.</summary>
    public const int MostExact = 20_000;

    private const int MostWaiting = 5;
    private const int LeastWeeks = 12;

    /// <summary>The figures of <paramref name="period"/>.</summary>
    public async Task<DashboardFigures> RunAsync(ReportPeriod period, ReportScope scope, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var today = ReportPeriod.Day(LocalDays.DayOf(now, period.Zone), period.Zone);
        var trend = Trend(period);
        var steps = trend.Steps();
        var stretches = new Stretches([
            period.From,
            period.To,
            today.From,
            today.To,
            .. steps.Select(step => step.From),
            trend.To,
        ]);
        var whole = new Stretches([period.From, period.To]);
        var whose = new DashboardQueries.Whose(scope);

        await using var batch = database.CreateBatch();
        DashboardQueries.Submitted(batch, stretches, stretches.Between(period.From, period.To), whose);
        DashboardQueries.Contacts(batch, whole, period, MostExact, whose);
        DashboardQueries.Waiting(batch, period, now, MostWaiting, whose);
        DashboardQueries.People(batch, whose);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await new DashboardReading(reader, period, scope, today, trend, stretches, now).RunAsync(cancellation);
    }

    /// <summary>The period in whole weeks, or months; at least the twelve weeks up to its end.</summary>
    private static ReportPeriod Trend(ReportPeriod period)
    {
        if (period.Days > ReportPeriod.MostDaysByWeek)
            return period with { First = new(period.First.Year, period.First.Month, 1) };
        var lastWeek = ReportPeriod.Week(period.Last, period.Zone).First;
        var firstWeek = ReportPeriod.Week(period.First, period.Zone).First;
        var least = lastWeek.AddDays(-7 * (LeastWeeks - 1));
        // Never shorter than 46 days, so that its steps are weeks.
        return period with { First = firstWeek < least ? firstWeek : least };
    }
}
