using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Anteroom.Data;
using Anteroom.Schedule;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What a drill has found to be otherwise than in the backup.</summary>
public sealed class DrillFailedException(string message) : Exception(message);

/// <summary>
/// Restores the newest backup into a scratch database and compares what is there with the backup: the rows of each table and their
/// contents, the files and their SHA-256. A backup that nobody has restored is a hope.
/// </summary>
public sealed class RestoreDrill(
    NpgsqlDataSource database,
    AnteroomDb db,
    BackupFolder folder,
    VerifyBackup verify,
    BackupSeal seal,
    Alarms alarms,
    DataFolder data,
    IConfiguration configuration,
    ILogger<RestoreDrill> logger
)
{
    /// <summary>The alarm when it fails.</summary>
    internal const string Alarm = "restore_drill";

    // The restore itself sets what was running to waiting.
    private const string ChangedByRestore = "quartz.qrtz_triggers";

    /// <summary>For the schedule.</summary>
    /// <exception cref="DrillFailedException">The backup cannot be restored as it was made.</exception>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        if (await folder.ListAsync(cancellation) is not [var newest, ..])
            return new JobReport("There is no backup yet that could be restored.");
        try
        {
            var report = await TryAsync(newest, cancellation);
            await alarms.EndAsync(Alarm, cancellation);
            return report;
        }
        catch (NoScratchException none)
        {
            return new JobReport($"{newest.Name} was not restored: {none.Message}.");
        }
        catch (Exception error)
            when (error
                    is DrillFailedException
                        or CannotStartException
                        or StorageUnavailableException
                        or PostgresException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            await alarms.RaiseAsync(
                Alarm,
                AlarmTexts.In(AlarmTexts.DrillFailed, newest.Name, error.Message),
                cancellation
            );
            throw;
        }
    }

    private async Task<JobReport> TryAsync(KeptBackup backup, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var (name, path, manifest) = backup;
        await foreach (var problem in verify.ProblemsAsync(path, manifest, cancellation))
            throw new DrillFailedException(problem);

        await using var scratch = await ScratchDatabase.OpenAsync(
            data,
            configuration,
            database,
            await SizeAsync(cancellation),
            logger,
            cancellation
        );
        var lines = new List<string>();
        await using (var connection = await scratch.Source.OpenConnectionAsync(cancellation))
        {
            await RestoreBackup.MakeSchemaAsync(connection, db, manifest.Migrations, cancellation);
            await new DatabaseLoad(connection, seal).RunAsync(path, manifest, cancellation);
            foreach (var table in manifest.Tables)
                lines.Add(await CompareAsync(connection, path, manifest, table, cancellation));
            await CompareFilesAsync(connection, path, manifest, cancellation);
        }

        return new JobReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Restored {name} into {scratch.Where} in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s: {manifest.Tables.Count:N0} tables with {manifest.Tables.Sum(table => table.Rows):N0} rows and {manifest.Resumes.Count:N0} files, all as they were backed up."
            ),
            string.Join('\n', lines)
        );
    }

    private async Task<long> SizeAsync(CancellationToken cancellation)
    {
        const long empty = 100L << 20;
        await using var command = database.CreateCommand("select pg_database_size(current_database())");
        return empty + (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<string> CompareAsync(
        NpgsqlConnection connection,
        string path,
        BackupManifest manifest,
        BackupTable table,
        CancellationToken cancellation
    )
    {
        using var restored = new HashingStream();
        var rows = await DatabaseDump.CopyAsync(connection, table.Name, table.Columns, restored, cancellation);
        if (rows != table.Rows)
            throw new DrillFailedException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{table.Name} has {rows:N0} rows when it is restored, and had {table.Rows:N0} when it was backed up."
                )
            );
        string hash;
        await using (
            var content = await BackupFile.OpenCompressedAsync(
                Path.Combine(path, Path.GetFileName(table.File)),
                seal,
                manifest.NameOf(table.File),
                cancellation
            )
        )
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
        if (table.Name != ChangedByRestore && restored.Hash() is var found && found != hash)
            throw new DrillFailedException($"The rows of {table.Name} are not those that were backed up.");
        return string.Create(CultureInfo.InvariantCulture, $"{table.Name}: {rows:N0} rows, SHA-256 {hash}");
    }

    private async Task CompareFilesAsync(
        NpgsqlConnection connection,
        string path,
        BackupManifest manifest,
        CancellationToken cancellation
    )
    {
        var named = await connection.QueryAsync<BackedUpFile>(
            "select storage_key as key, encode(sha256, 'hex') as sha256, bytes from kept_files",
            cancellation
        );
        var listed = new HashSet<BackedUpFile>();
        await foreach (var file in BackupFolder.ReadFilesAsync(path, manifest, seal, cancellation))
            listed.Add(file);
        var lost = manifest.MissingResumes.ToHashSet(StringComparer.Ordinal);
        if (named.Find(file => !listed.Contains(file) && !lost.Contains(file.Key)) is { } missing)
            throw new DrillFailedException($"The restored rows name a file that the backup has not: {missing.Key}.");
    }

    /// <summary>Takes in what is written, for its hash.</summary>
    private sealed class HashingStream : MemoryStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _hash.AppendData(buffer.Span);
            return ValueTask.CompletedTask;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
