using Anteroom.Data;
using Anteroom.Schedule;
using Anteroom.Telemetry;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Admin;

/// <summary>How the system does now and has done in the last day, for the page of operations.</summary>
/// <param name="Now">The newest sample; null when none was taken in the last day.</param>
/// <param name="Nodes">The processes, the ones that are missing first.</param>
/// <param name="Day">Samples of the last day, oldest first, thinned out.</param>
/// <param name="NobodyAvailableSince">Since when no attorney is available for leads that wait; null when all is well.</param>
/// <param name="Alarms">What an administrator has to see to, the oldest first.</param>
/// <param name="Over">What was wrong in the last week and is over, the newest first.</param>
/// <param name="Sizes">How large everything is, and was.</param>
/// <param name="Jobs">The recurring jobs.</param>
/// <param name="IsSilent">No worker has taken a sample for minutes: none is running.</param>
/// <param name="Errors">What went wrong inside, grouped, the newest first; at most <see cref="ReadWellbeing.MostErrors"/> kinds.</param>
public sealed record Wellbeing(
    HealthSample? Now,
    IReadOnlyList<NodeState> Nodes,
    IReadOnlyList<HealthSample> Day,
    DateTimeOffset? NobodyAvailableSince,
    IReadOnlyList<AttentionItem> Alarms,
    IReadOnlyList<PastCondition> Over,
    Sizes Sizes,
    IReadOnlyList<JobState> Jobs,
    bool IsSilent,
    IReadOnlyList<ErrorGroup> Errors
);

/// <summary>Reads <see cref="Wellbeing"/>.</summary>
public sealed class ReadWellbeing(
    HealthSamples samples,
    ReadNodes nodes,
    SizeDays sizes,
    ScheduleQueries schedule,
    AnteroomDb db,
    TimeProvider time
)
{
    /// <summary>How many kinds of errors the page shows.</summary>
    public const int MostErrors = 50;

    private const int Points = 144;
    private const int MostPast = 20;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    /// <summary>A few statements, whatever there is.</summary>
    public async Task<Wellbeing> RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var day = await samples.SinceAsync(now.AddDays(-1), cancellation);
        var conditions = await db
            .Conditions.AsNoTracking()
            .OrderBy(condition => condition.Since)
            .ToListAsync(cancellation);
        var step = Math.Max(1, day.Count / Points);
        return new Wellbeing(
            day.Count == 0 ? null : day[^1],
            await nodes.RunAsync(cancellation),
            [.. day.Where((_, at) => (day.Count - 1 - at) % step == 0)],
            conditions.Find(condition => condition.Name == Condition.NobodyAvailable)?.Since,
            [
                .. conditions
                    .Where(condition => condition.Detail is not null)
                    .Select(condition => new AttentionItem(
                        condition.Name,
                        condition.Since,
                        condition.Detail!,
                        condition.Advice,
                        condition.Link
                    )),
            ],
            await db
                .PastConditions.AsNoTracking()
                .Where(condition => condition.EndedAt > now.AddDays(-7))
                .OrderByDescending(condition => condition.EndedAt)
                .Take(MostPast)
                .ToListAsync(cancellation),
            await sizes.ReadAsync(cancellation),
            await schedule.ListAsync(cancellation),
            day.Count == 0 || now - day[^1].At > Silence,
            await db
                .ErrorGroups.AsNoTracking()
                .OrderByDescending(group => group.LastAt)
                .Take(MostErrors)
                .ToListAsync(cancellation)
        );
    }
}
