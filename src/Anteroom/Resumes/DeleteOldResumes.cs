using System.Globalization;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Schedule;
using Anteroom.Timeline;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>
/// Deletes resumes after the firm's retention period, counted from the submission, and files that people of the firm added, counted from
/// that day. The row goes first, in a transaction with a timeline
/// line, then the file: a process that dies in between leaves a file that <see cref="RemoveOrphans"/> finds.
/// </summary>
public sealed class DeleteOldResumes(
    NpgsqlDataSource database,
    IResumeStore store,
    Changes changes,
    IOptions<RetentionOptions> options,
    TimeProvider time
)
{
    private const int BatchSize = 200;

    /// <summary>Deletes what is due.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        if (options.Value.DeleteResumesAfterDays is not ({ } days and > 0))
            return new JobReport("Off: Retention:DeleteResumesAfterDays is not set.");

        var now = Sql.Instant(time.GetUtcNow());
        var deleted = 0;
        while (await TakeAsync(now, days, cancellation) is { Count: > 0 } keys)
        {
            foreach (var key in keys)
                await store.DeleteAsync(key, cancellation);
            changes.PublishEverything();
            deleted += keys.Count;
        }

        foreach (var key in await TakeCopiesAsync(cancellation))
            await store.DeleteAsync(key, cancellation);

        return new JobReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Deleted {deleted:N0} resumes and files that came in more than {days:N0} days ago."
            )
        );
    }

    private Task<List<string>> TakeAsync(DateTimeOffset now, int days, CancellationToken cancellation) =>
        database.QueryAsync<string>(
            $"""
            with due as materialized (
                select resumes.id, lead_id, added_at from resumes join leads on leads.id = lead_id
                where resumes.deleted_at is null and not exists (select from legal_holds where lead_id = leads.id) and created_at < $1 and coalesce(added_at, created_at) < $1
                order by created_at limit $2 for update of resumes skip locked
            ), lines as (
                {RecordActivity.InsertEach(
                    "select ($5::uuid[])[row_number() over ()] id, lead_id, 'resume_deleted' kind, 'Anteroom' actor, case when added_at is null then $3 else $6 end summary, $4 at from due"
                )}
            ), words as (
                delete from resume_words using due where resume_id = due.id
            )
            update resumes set deleted_at = $4, file_name = '', sha256 = '', note = null, words = null from due where resumes.id = due.id
            returning storage_key
            """,
            cancellation,
            Sql.Value(now.AddDays(-days)),
            Sql.Value(BatchSize),
            Sql.Value(Because("the resume", "resumes", days)),
            Sql.Value(now),
            // Timelines are sorted by id, so the ids must match the time.
            Sql.Value(Enumerable.Range(0, BatchSize).Select(_ => Guid.CreateVersion7(now)).ToArray()),
            Sql.Value(Because("a file", "files", days))
        );

    // After them, and of every file that is deleted: a copy may have been made at the same moment.
    private Task<List<string>> TakeCopiesAsync(CancellationToken cancellation) =>
        database.QueryAsync<string>(
            """
            delete from resume_copies using resumes where resume_id = resumes.id and deleted_at is not null
            returning resume_copies.storage_key
            """,
            cancellation
        );

    private static string Because(string what, string such, int days) =>
        string.Create(CultureInfo.InvariantCulture, $"deleted {what}, as the firm keeps {such} for {days:N0} days");
}
