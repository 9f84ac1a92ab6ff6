using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>Over which time a chart goes.</summary>
public enum ChartSpan
{
    /// <summary>The last hour, by minute.</summary>
    Hour,

    /// <summary>The last day, by quarter of an hour.</summary>
    Day,

    /// <summary>The last week, by three hours.</summary>
    Week,
}

/// <summary>What was done in a step of a chart.</summary>
/// <param name="At">Its beginning, UTC.</param>
/// <param name="Done">Done, or sent.</param>
/// <param name="Retried">Tries that failed and were to be repeated.</param>
/// <param name="Failed">Given up.</param>
/// <param name="Median">Half of what was done had begun within so much; null for nothing done.</param>
/// <param name="Slowest">Nineteen of twenty had.</param>
public sealed record QueueStep(
    DateTimeOffset At,
    long Done,
    long Retried,
    long Failed,
    TimeSpan? Median,
    TimeSpan? Slowest
);

/// <summary>Reads what was done over time: one statement, over sums of minutes and hours.</summary>
public sealed class QueueCharts(NpgsqlDataSource database, TimeProvider time)
{
    internal sealed record OutcomeRow(string Queue, string Kind, short Outcome, long Items);

    private sealed record StepRow(DateTimeOffset At, short Outcome, long Items);

    /// <summary>The steps, the oldest first, without gaps.</summary>
    /// <param name="queue">Only this kind; null for all.</param>
    /// <param name="span">Over which time.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<IReadOnlyList<QueueStep>> ReadAsync(
        QueueName? queue,
        ChartSpan span,
        CancellationToken cancellation
    )
    {
        var (step, count) = span switch
        {
            ChartSpan.Hour => (TimeSpan.FromMinutes(1), 60),
            ChartSpan.Day => (TimeSpan.FromMinutes(15), 96),
            _ => (TimeSpan.FromHours(3), 56),
        };
        var now = time.GetUtcNow();
        var last = now.AddTicks(-(now.UtcTicks % step.Ticks));
        var first = last - (count - 1) * step;
        var rows = await database.QueryAsync<StepRow>(
            """
            select date_bin($1, at, $2) at, outcome, sum(items)::bigint items from (
                select at, outcome, items from queue_minutes where at >= $2 and ($3 is null or queue = $3) and ($4 is null or kind = $4)
                union all
                select at, outcome, items from queue_hours where at >= $2 and ($3 is null or queue = $3) and ($4 is null or kind = $4)
            ) counts group by 1, 2
            """,
            cancellation,
            Sql.Value(step),
            Sql.Value(first),
            Sql.Value(queue?.Queue),
            Sql.Value(queue?.Kind)
        );
        var byStep = rows.ToLookup(row => row.At);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(at => first + at * step)
                .Select(at =>
                {
                    var outcomes = byStep[at].Select(row => new OutcomeRow("", "", row.Outcome, row.Items)).ToList();
                    return new QueueStep(
                        at,
                        outcomes.Where(row => row.Outcome >= 0).Sum(row => row.Items),
                        outcomes.Where(row => row.Outcome == QueueTally.Retried).Sum(row => row.Items),
                        outcomes.Where(row => row.Outcome == QueueTally.Failed).Sum(row => row.Items),
                        Quantile(outcomes, 0.5),
                        Quantile(outcomes, 0.95)
                    );
                }),
        ];
    }

    /// <summary>Within how much that share of what was done had begun; null for nothing done.</summary>
    internal static TimeSpan? Quantile(IEnumerable<OutcomeRow> rows, double share)
    {
        var steps = rows.Where(row => row.Outcome >= 0).OrderBy(row => row.Outcome).ToList();
        var wanted = steps.Sum(row => row.Items) * share;
        var seen = 0L;
        foreach (var row in steps)
        {
            if (seen + row.Items >= wanted)
                // Evenly within the step.
                return QueueTally.WaitOf(row.Outcome - 1 + (wanted - seen) / row.Items);
            seen += row.Items;
        }

        return null;
    }
}
