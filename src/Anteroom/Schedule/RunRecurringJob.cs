using Anteroom.Data;
using Npgsql;
using Quartz;

namespace Anteroom.Schedule;

/// <summary>
/// One run of one <see cref="RecurringJob"/>: what Quartz starts. A job never runs beside itself, on no node. What it throws is the
/// run's failure and stands in the history.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class RunRecurringJob(
    RecurringJobs jobs,
    IServiceScopeFactory scopes,
    NpgsqlDataSource database,
    TimeProvider time
) : IJob
{
    /// <inheritdoc />
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var key = context.JobDetail.Key.Name;
        if (jobs.Find(key) is not { } job)
        {
            // Beside a newer version: its nodes know the job.
            context.Result = JobRunReport.Skipped("This node runs an older version, which does not know the job.");
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var report = await job.RunAsync(
            scope.ServiceProvider,
            context.ScheduledFireTimeUtc ?? context.FireTimeUtc,
            cancellationToken
        );
        context.Result = JobRunReport.Succeeded(report.Summary);
        if (report.Details is { } details)
            await KeepAsync(key, context.FireInstanceId, details, cancellationToken);
    }

    private async Task KeepAsync(string job, string fireId, string details, CancellationToken cancellation)
    {
        await using var keep = database.CreateCommand(
            "insert into job_reports (job, fire_id, at, report) values ($1, $2, $3, $4) on conflict do nothing"
        );
        keep.Parameters.Add(Sql.Value(job));
        keep.Parameters.Add(Sql.Value(fireId));
        keep.Parameters.Add(Sql.Value(time.GetUtcNow()));
        keep.Parameters.Add(Sql.Value(details));
        await keep.ExecuteNonQueryAsync(cancellation);
    }
}
