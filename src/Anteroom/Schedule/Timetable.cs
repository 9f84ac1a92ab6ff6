using Anteroom.Audit;
using Anteroom.Firm;
using Microsoft.Extensions.Options;
using Quartz;

namespace Anteroom.Schedule;

/// <summary>
/// The timetable that all nodes share: Quartz's store in the database. What is changed on one node holds on all. A default
/// only fills in a job that has none, or follows a newer version's default as long as nobody has set another schedule.
/// </summary>
public sealed class Timetable(
    ISchedulerFactory factory,
    RecurringJobs jobs,
    IOptions<FirmOptions> firm,
    AuditLog audit,
    TimeProvider time
) : IDisposable
{
    /// <summary>The name under which the nodes find each other.</summary>
    public const string SchedulerName = "anteroom";

    /// <summary>What a trigger's description says while its schedule is the default.</summary>
    internal const string IsDefault = "default";

    private readonly SemaphoreSlim _opening = new(1);
    private IScheduler? _scheduler;

    /// <summary>The store, with every job in it. A node that only serves pages opens it too, and never starts it.</summary>
    internal async Task<IScheduler> OpenAsync(CancellationToken cancellation)
    {
        if (_scheduler is { } open)
            return open;
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_scheduler is null)
            {
                var scheduler = await factory.GetScheduler(cancellation);
                foreach (var job in jobs.All)
                    await EnsureAsync(scheduler, job, cancellation);
                _scheduler = scheduler;
            }

            return _scheduler;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Sets another schedule; null goes back to the default. A job that is paused stays so.</summary>
    public async Task ChangeAsync(RecurringJob job, JobSchedule? schedule, string by, CancellationToken cancellation)
    {
        var scheduler = await OpenAsync(cancellation);
        var trigger = Trigger(job, schedule ?? job.Default, schedule is null ? IsDefault : $"set by {by}");
        var paused = await scheduler.GetTriggerState(trigger.Key, cancellation) == TriggerState.Paused;
        await scheduler.RescheduleJob(trigger.Key, trigger, cancellation);
        if (paused)
            await scheduler.PauseTrigger(trigger.Key, cancellation);
        var words = (schedule ?? job.Default).ToWords();
        await WriteDownAsync(
            job,
            schedule is null
                ? $"went back to the usual schedule of {job.Label}: {words}"
                : $"changed the schedule of {job.Label}: {words}",
            cancellation
        );
    }

    /// <summary>No more runs until <see cref="ResumeAsync"/>; one that is under way goes on.</summary>
    public async Task PauseAsync(RecurringJob job, string by, CancellationToken cancellation)
    {
        await (await OpenAsync(cancellation)).PauseTriggerWith(
            TriggerOf(job),
            new PauseDetails { RequestedBy = by },
            cancellation
        );
        await WriteDownAsync(job, $"paused {job.Label}", cancellation);
    }

    /// <summary>Quartz has a transaction of its own, so the line comes right after.</summary>
    private Task WriteDownAsync(RecurringJob job, string what, CancellationToken cancellation) =>
        audit.WriteAsync(AuditKind.ScheduleChanged, what, $"job:{job.Key}", cancellation: cancellation);

    /// <summary>Goes on with the schedule, from the next run; what was left out meanwhile is not made up for.</summary>
    public async Task ResumeAsync(RecurringJob job, CancellationToken cancellation)
    {
        var scheduler = await OpenAsync(cancellation);
        // A trigger that went on by itself would take the runs of the pause for missed ones and make up for them at once.
        if (
            await scheduler.GetTrigger(TriggerOf(job), cancellation) is ICronTrigger paused
            && paused.NextFireTimeUtc <= time.GetUtcNow()
        )
            await scheduler.RescheduleJob(
                paused.Key,
                Trigger(job, JobSchedule.Stored(paused.CronExpressionString!), paused.Description ?? IsDefault),
                cancellation
            );
        await scheduler.ResumeTrigger(TriggerOf(job), cancellation);
        await WriteDownAsync(job, $"resumed {job.Label}", cancellation);
    }

    /// <summary>One run as soon as a node that does background work takes it, whatever the schedule says; paused jobs too.</summary>
    public async Task RunNowAsync(RecurringJob job, CancellationToken cancellation)
    {
        await (await OpenAsync(cancellation)).TriggerJob(KeyOf(job), cancellationToken: cancellation);
        await WriteDownAsync(job, $"asked for a run of {job.Label}", cancellation);
    }

    /// <summary>Begins to run jobs on this node.</summary>
    internal async Task StartAsync(CancellationToken cancellation) =>
        await (await OpenAsync(cancellation)).Start(cancellation);

    /// <summary>Stops running jobs on this node: those under way are cancelled, and run again where there is a node.</summary>
    internal async Task StopAsync(CancellationToken cancellation)
    {
        if (_scheduler is { } open)
            await open.Shutdown(waitForJobsToComplete: true, cancellation);
    }

    /// <summary>Lets every job go by the firm's time zone as it is now. Nothing happens where that is so already.</summary>
    internal async Task FollowZoneAsync(CancellationToken cancellation)
    {
        var scheduler = await OpenAsync(cancellation);
        foreach (var job in jobs.All)
            await EnsureAsync(scheduler, job, cancellation);
    }

    /// <inheritdoc />
    public void Dispose() => _opening.Dispose();

    private async Task EnsureAsync(IScheduler scheduler, RecurringJob job, CancellationToken cancellation)
    {
        var trigger = Trigger(job, job.Default, IsDefault);
        try
        {
            if (await scheduler.GetTrigger(trigger.Key, cancellation) is not ICronTrigger stored)
            {
                var detail = JobBuilder
                    .Create<RunRecurringJob>()
                    .WithIdentity(KeyOf(job))
                    .StoreDurably()
                    .RequestRecovery()
                    .Build();
                await scheduler.AddJob(detail, new AddJobOptions { Replace = true }, cancellation);
                await scheduler.ScheduleJob(trigger, new ScheduleJobOptions(), cancellation);
                return;
            }

            var isDefault = stored.Description == IsDefault;
            var cron = isDefault ? job.Default.Cron : stored.CronExpressionString!;
            if (cron == stored.CronExpressionString && stored.TimeZone.Id == firm.Value.Zone.Id)
                return;
            var paused = await scheduler.GetTriggerState(trigger.Key, cancellation) == TriggerState.Paused;
            await scheduler.RescheduleJob(
                trigger.Key,
                Trigger(job, JobSchedule.Stored(cron), stored.Description ?? IsDefault),
                cancellation
            );
            if (paused)
                await scheduler.PauseTrigger(trigger.Key, cancellation);
        }
        catch (ObjectAlreadyExistsException)
        {
            // Another node that starts at the same time was quicker.
        }
    }

    private ITrigger Trigger(RecurringJob job, JobSchedule schedule, string description) =>
        TriggerBuilder
            .Create(time)
            .WithIdentity(TriggerOf(job))
            .ForJob(KeyOf(job))
            .WithDescription(description)
            .WithSchedule(
                CronScheduleBuilder
                    .Create(schedule.Cron)
                    .InTimeZone(firm.Value.Zone)
                    // After downtime once, not once for each run that was missed.
                    .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)
            )
            .Build();

    private static JobKey KeyOf(RecurringJob job) => new(job.Key, SchedulerName);

    private static TriggerKey TriggerOf(RecurringJob job) => new(job.Key, SchedulerName);
}
