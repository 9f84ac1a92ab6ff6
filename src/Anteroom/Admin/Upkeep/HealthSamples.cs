using System.Globalization;
using Anteroom.Data;
using Anteroom.Schedule;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>Takes samples of how the system does, and reads them.</summary>
public sealed class HealthSamples(
    NpgsqlDataSource database,
    AnteroomDb db,
    SizeDays sizes,
    DataFolder data,
    TimeProvider time
)
{
    /// <summary>How long samples are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Takes one and stores it.</summary>
    public async Task<JobReport> TakeAsync(CancellationToken cancellation)
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var take = database.CreateCommand(
            """
            with mail as (
                select count(*) waiting, min(next_attempt_at) oldest from outbox
                where (state = 'queued' and next_attempt_at <= $1) or state = 'sending'
            ), other as (
                select count(*) waiting, min(next_attempt_at) oldest from work
                where (state = 'queued' and next_attempt_at <= $1) or state = 'working'
            ), waiting as (
                select coalesce((select sum(leads) from lead_counts where status = 'registered'), 0)::bigint leads,
                    (select created_at from leads where status = 'registered' and deleted_at is null order by number limit 1) oldest
            )
            insert into health_samples (at, node, mail_waiting, mail_oldest_seconds, mail_failed,
                work_waiting, work_oldest_seconds, work_failed, leads_waiting, leads_oldest_seconds,
                database_bytes, database_connections, disk_free_bytes, memory_bytes, threads, thread_queue)
            select $1, $2, mail.waiting, coalesce(extract(epoch from $1 - mail.oldest), 0)::float8,
                (select count(*) from outbox where state = 'failed' and created_at > $1 - interval '1 day'),
                other.waiting, coalesce(extract(epoch from $1 - other.oldest), 0)::float8,
                (select count(*) from work where state = 'failed'),
                waiting.leads, coalesce(extract(epoch from $1 - waiting.oldest), 0)::float8,
                pg_database_size(current_database()), (select count(*) from pg_stat_activity where datname = current_database()),
                $3, $4, $5, $6
            from mail, other, waiting
            on conflict do nothing
            """
        );
        take.Parameters.Add(Sql.Value(now));
        take.Parameters.Add(Sql.Value(Environment.MachineName));
        take.Parameters.Add(Sql.Value(new DriveInfo(data.Path).AvailableFreeSpace));
        take.Parameters.Add(Sql.Value(Environment.WorkingSet));
        take.Parameters.Add(Sql.Value(ThreadPool.ThreadCount));
        take.Parameters.Add(Sql.Value(ThreadPool.PendingWorkItemCount));
        await take.ExecuteNonQueryAsync(cancellation);
        await sizes.KeepAsync(now, cancellation);
        return new JobReport(
            string.Create(CultureInfo.InvariantCulture, $"Sampled at {now.UtcDateTime:HH:mm:ss} UTC.")
        );
    }

    /// <summary>The samples since an instant, oldest first, of all nodes.</summary>
    public async Task<IReadOnlyList<HealthSample>> SinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        await db
            .HealthSamples.AsNoTracking()
            .Where(sample => sample.At >= since)
            .OrderBy(sample => sample.At)
            .ToListAsync(cancellation);
}
