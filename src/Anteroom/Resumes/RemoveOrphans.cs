using System.Globalization;
using Anteroom.Data;
using Anteroom.Schedule;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>
/// Deletes resume files without a row: left by a process that died between keeping a file and committing its lead, or between deleting a
/// row and its file. Only files older than a day, because newer ones may be about to get their row.
/// </summary>
public sealed partial class RemoveOrphans(
    NpgsqlDataSource database,
    IResumeStore store,
    TimeProvider time,
    ILogger<RemoveOrphans> logger
)
{
    // Deleted in one run, at most.
    private const int Most = 10_000;

    // Above this, if more than half of all files are orphans, they probably belong to another database.
    private const int Suspicious = 20;

    private const int BatchSize = 1_000;
    private static readonly TimeSpan OldEnough = TimeSpan.FromDays(1);

    /// <summary>Deletes them.</summary>
    /// <exception cref="InvalidOperationException">
    /// Most files have no row, so this is probably not their database. Nothing was deleted.
    /// </exception>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        var unfinished = await store.RemoveUnfinishedAsync(cancellation);
        var (files, orphans) = await FindAsync(cancellation);
        if (orphans.Count > Suspicious && orphans.Count * 2L > files)
            throw new InvalidOperationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{orphans.Count:N0} of {files:N0} resume files are in no row of this database. That looks like the wrong folder or the wrong database, so nothing was deleted."
                )
            );

        var bytes = 0L;
        foreach (var orphan in orphans)
        {
            await store.DeleteAsync(orphan.Key, cancellation);
            bytes += orphan.Bytes;
            Deleted(logger, orphan.Key);
        }

        return new JobReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Looked at {files:N0} files: deleted {orphans.Count:N0} without a lead ({FileSize.Of(bytes)}) and {unfinished:N0} of unfinished uploads."
            )
        );
    }

    /// <summary>How many there are; changes nothing.</summary>
    public async Task<int> CountAsync(CancellationToken cancellation) =>
        (await FindAsync(cancellation)).Orphans.Select(file => file.Key).Distinct(StringComparer.Ordinal).Count();

    private async Task<(long Files, List<StoredResume> Orphans)> FindAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow() - OldEnough;
        var files = 0L;
        var orphans = new List<StoredResume>();
        await foreach (
            var batch in store
                .ListAsync(cancellation)
                .Where(file => file.KeptAt < before)
                .Chunk(BatchSize)
                .WithCancellation(cancellation)
        )
        {
            files += batch.Length;
            var known = await KnownAsync(batch, cancellation);
            orphans.AddRange(batch.Where(file => !known.Contains(file.Key)).Take(Most - orphans.Count));
        }

        return (files, orphans);
    }

    private async Task<HashSet<string>> KnownAsync(StoredResume[] files, CancellationToken cancellation)
    {
        var known = await database.QueryAsync<string>(
            "select storage_key from kept_files where storage_key = any ($1)",
            cancellation,
            Sql.Value(files.Select(file => file.Key).ToArray())
        );
        return known.ToHashSet(StringComparer.Ordinal);
    }

    [LoggerMessage(LogLevel.Information, "The resume file {Key} belonged to no lead and was deleted")]
    private static partial void Deleted(ILogger logger, string key);
}
