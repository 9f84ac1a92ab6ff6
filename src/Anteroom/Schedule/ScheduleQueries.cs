using Anteroom.Data;
using Anteroom.Firm;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Schedule;

/// <summary>How a run ended.</summary>
public enum RunResult
{
    /// <summary>It did its work.</summary>
    Succeeded,

    /// <summary>There was nothing to do for this node.</summary>
    Skipped,

    /// <summary>It threw; the message says what.</summary>
    Failed,

    /// <summary>It was stopped on the way, by a stop of the node; it is run again.</summary>
    Cancelled,
}

/// <summary>A run that has ended.</summary>
/// <param name="At">When it began.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Message">What it said: the summary, or the error.</param>
/// <param name="Node">Where it ran.</param>
/// <param name="ByHand">Somebody asked for it.</param>
/// <param name="Details">What it had to say beyond the message; null for nothing, and in the list.</param>
public sealed record JobRun(
    DateTimeOffset At,
    TimeSpan Took,
    RunResult Result,
    string? Message,
    string Node,
    bool ByHand,
    string? Details
);

/// <summary>A job as it stands.</summary>
/// <param name="Job">The job.</param>
/// <param name="Schedule">When it runs.</param>
/// <param name="SetBy">Who has set that; null while it is the default.</param>
/// <param name="Next">Its next run; null while it is paused, or before the first node has started.</param>
/// <param name="IsPaused">It is not run by its schedule.</param>
/// <param name="RunningSince">It is running at the moment.</param>
/// <param name="Last">Its last run.</param>
/// <param name="FailuresInARow">How many of the last runs have failed without a success between.</param>
public sealed record JobState(
    RecurringJob Job,
    JobSchedule Schedule,
    string? SetBy,
    DateTimeOffset? Next,
    bool IsPaused,
    DateTimeOffset? RunningSince,
    JobRun? Last,
    int FailuresInARow
);

/// <summary>A page of a job's history, newest first.</summary>
public sealed record JobHistory(IReadOnlyList<JobRun> Runs, int Page, bool HasOlder);

/// <summary>Reads the timetable for pages, from Quartz's tables, without opening the scheduler: one statement a question.</summary>
public sealed class ScheduleQueries(NpgsqlDataSource database, RecurringJobs jobs, IOptions<FirmOptions> firm)
{
    /// <summary>How many runs a page of the history has.</summary>
    public const int PageSize = 25;

    private const string SetByPrefix = "set by ";

    /// <summary>The time zone that schedules go by.</summary>
    public TimeZoneInfo Zone => firm.Value.Zone;

    // Instants and times are in ticks, as Quartz keeps them.
    private sealed record JobRow
    {
        public required string JobName { get; init; }
        public required string CronExpression { get; init; }
        public required string? Description { get; init; }
        public required long? NextFireTime { get; init; }
        public required string TriggerState { get; init; }
        public required long? RunningSince { get; init; }
        public required long? LastFiredTime { get; init; }
        public required long? LastRunTime { get; init; }
        public required int? LastResult { get; init; }
        public required string? LastMessage { get; init; }
        public required string? LastInstanceName { get; init; }
        public required int? ConsecutiveFailures { get; init; }
    }

    /// <summary>Every job, in the order of <see cref="RecurringJobs.All"/>.</summary>
    public async Task<IReadOnlyList<JobState>> ListAsync(CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<JobRow>(
            """
            select trigger.job_name, cron_expression, trigger.description, next_fire_time, trigger_state,
                (select min(fired_time) from quartz.qrtz_fired_triggers fired
                 where fired.sched_name = $1 and fired.job_name = trigger.job_name and fired.state = 'EXECUTING') running_since,
                last_fired_time, last_run_time, last_result,
                case when last_result in (2, 3) then coalesce(last_failure_message, last_summary) else last_summary end last_message,
                last_instance_name, consecutive_failures
            from quartz.qrtz_triggers trigger
            join quartz.qrtz_cron_triggers cron using (sched_name, trigger_name, trigger_group)
            left join quartz.qrtz_job_status status
                on status.sched_name = $1 and status.job_group = trigger.job_group and status.job_name = trigger.job_name
            where trigger.sched_name = $1 and trigger.trigger_group = $1
            """,
            cancellation,
            Sql.Value(Timetable.SchedulerName)
        );
        return
        [
            .. jobs.All.Select(job =>
                rows.FindLast(row => row.JobName == job.Key) is { } row
                    ? State(job, row)
                    : new JobState(job, job.Default, null, null, false, null, null, 0)
            ),
        ];
    }

    private static JobState State(RecurringJob job, JobRow row)
    {
        var set = row.Description ?? "";
        var paused = row.TriggerState.StartsWith("PAUSED", StringComparison.Ordinal);
        return new JobState(
            job,
            JobSchedule.Stored(row.CronExpression),
            set.StartsWith(SetByPrefix, StringComparison.Ordinal) ? set[SetByPrefix.Length..] : null,
            paused || row.NextFireTime is not { } next ? null : Instant(next),
            paused,
            row.RunningSince is { } since ? Instant(since) : null,
            row.LastFiredTime is not { } last
                ? null
                : new JobRun(
                    Instant(last),
                    TimeSpan.FromTicks(row.LastRunTime!.Value),
                    Result(row.LastResult!.Value),
                    row.LastMessage,
                    row.LastInstanceName!,
                    ByHand: false,
                    Details: null
                ),
            row.ConsecutiveFailures ?? 0
        );
    }

    private sealed record RunRow(
        long FiredTime,
        long RunTime,
        bool Succeeded,
        int? Result,
        string? Message,
        string InstanceName,
        bool ByHand,
        string? Report
    );

    /// <summary>The job's past runs, newest first.</summary>
    /// <param name="job">Which job.</param>
    /// <param name="page">1 is the newest.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<JobHistory> HistoryAsync(RecurringJob job, int page, CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<RunRow>(
            """
            select fired_time, run_time, succeeded, result, coalesce(error_message, summary) message, instance_name,
                coalesce(manual, false) by_hand, report
            from quartz.qrtz_execution_history history
            left join job_reports on job = job_name and fire_id = fire_instance_id
            where sched_name = $1 and job_group = $1 and job_name = $2
            order by fired_time desc, entry_id desc limit $3 offset $4
            """,
            cancellation,
            Sql.Value(Timetable.SchedulerName),
            Sql.Value(job.Key),
            Sql.Value(PageSize + 1),
            Sql.Value((page - 1) * PageSize)
        );
        return new JobHistory([.. rows.Take(PageSize).Select(Run)], page, rows.Count > PageSize);
    }

    private static JobRun Run(RunRow row) =>
        new(
            Instant(row.FiredTime),
            TimeSpan.FromTicks(row.RunTime),
            row.Result is { } result ? Result(result)
                : row.Succeeded ? RunResult.Succeeded
                : RunResult.Failed,
            row.Message,
            row.InstanceName,
            row.ByHand,
            row.Report
        );

    // Quartz keeps instants as ticks of .NET, and results by number (Quartz.JobRunResult).
    private static DateTimeOffset Instant(long ticks) => new(ticks, TimeSpan.Zero);

    private static RunResult Result(int number) =>
        (Quartz.JobRunResult)number switch
        {
            Quartz.JobRunResult.Succeeded => RunResult.Succeeded,
            Quartz.JobRunResult.Skipped => RunResult.Skipped,
            Quartz.JobRunResult.Cancelled => RunResult.Cancelled,
            _ => RunResult.Failed,
        };
}
