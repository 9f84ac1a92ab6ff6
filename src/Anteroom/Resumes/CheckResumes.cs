using System.Globalization;
using Anteroom.Data;
using Anteroom.Schedule;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>
/// Reads every resume file and holds it against its row, so that damage is found while a backup still has the file. One after the other,
/// with a pause for each, so that nobody else waits for the disk.
/// </summary>
public sealed partial class CheckResumes(
    NpgsqlDataSource database,
    IResumeStore store,
    Alarms alarms,
    ILogger<CheckResumes> logger
)
{
    private const int Page = 500;
    private const int MostNamed = 10;

    private sealed record FileRow(Guid Id, string StorageKey, long Bytes, byte[] Sha256);

    /// <summary>Looks at all of them.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        try
        {
            return await LookAsync(cancellation);
        }
        catch (LockedResumeException locked)
        {
            await alarms.RaiseAsync(ResumeAlarms.Locked, locked.Message, cancellation);
            throw;
        }
    }

    private async Task<JobReport> LookAsync(CancellationToken cancellation)
    {
        var (files, bytes) = (0L, 0L);
        var damaged = new List<string>();
        for (var after = Guid.Empty; ; )
        {
            var page = await PageAsync(after, cancellation);
            if (page.Count == 0)
                break;
            foreach (var file in page)
            {
                files++;
                bytes += file.Bytes;
                if (!await IsWholeAsync(file, cancellation))
                    damaged.Add(file.StorageKey);
            }

            after = page[^1].Id;
        }

        // Whatever was encrypted could be opened, so every key is there.
        await alarms.EndAsync(ResumeAlarms.Locked, cancellation);
        if (damaged.Count == 0)
        {
            await alarms.EndAsync(ResumeAlarms.Damaged, cancellation);
            return new JobReport(
                string.Create(CultureInfo.InvariantCulture, $"Read {files:N0} files ({FileSize.Of(bytes)}): all whole.")
            );
        }

        var named = string.Join(", ", damaged.Take(MostNamed)) + (damaged.Count > MostNamed ? ", …" : "");
        var found = AlarmTexts.In(
            AlarmTexts.ResumesDamaged,
            damaged.Count.ToString("N0", CultureInfo.InvariantCulture),
            files.ToString("N0", CultureInfo.InvariantCulture),
            named
        );
        await alarms.RaiseAsync(ResumeAlarms.Damaged, found, cancellation);
        throw new InvalidOperationException(found);
    }

    private async Task<bool> IsWholeAsync(FileRow file, CancellationToken cancellation)
    {
        await using var content = await store.OpenAsync(file.StorageKey, cancellation);
        if (
            content is not null && await ReadResume.IsWholeAsync(content, file.Bytes, file.Sha256, cancellation)
            || !await IsStillThereAsync(file.Id, cancellation)
        )
            return true;
        Damaged(logger, file.StorageKey);
        return false;
    }

    private Task<List<FileRow>> PageAsync(Guid after, CancellationToken cancellation) =>
        database.QueryAsync<FileRow>(
            """
            select id, storage_key, bytes, sha256 from kept_files where id > $1
            order by id limit $2
            """,
            cancellation,
            Sql.Value(after),
            Sql.Value(Page)
        );

    // It may have been deleted since the page was read.
    private async Task<bool> IsStillThereAsync(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select exists (select from kept_files where id = $1)");
        command.Parameters.Add(Sql.Value(id));
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    [LoggerMessage(LogLevel.Critical, "The resume file {Key} is missing, or is not what was received")]
    private static partial void Damaged(ILogger logger, string key);
}
