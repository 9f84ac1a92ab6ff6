using System.Globalization;
using System.Text;
using System.Text.Json;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Resumes;
using Anteroom.Schedule;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What became of a backup.</summary>
public abstract record MakeBackupResult
{
    private MakeBackupResult() { }

    /// <summary>It is complete and durable.</summary>
    /// <param name="Backup">The backup.</param>
    /// <param name="NewFiles">How many resume files were not in the pool yet.</param>
    /// <param name="Pruned">How many old backups were deleted.</param>
    public sealed record Made(KeptBackup Backup, int NewFiles, int Pruned) : MakeBackupResult;

    /// <summary>Another process is making one at the moment.</summary>
    public sealed record Busy : MakeBackupResult;
}

/// <summary>
/// Makes a consistent copy of everything while the firm goes on working: the database as of one instant (one REPEATABLE READ
/// transaction, COPY of each table), and the resume files that its rows name. Compressed files, a manifest with their digests, all
/// under a name that only a complete backup has. Needs no program of PostgreSQL's.
/// </summary>
/// <remarks>
/// A resume is on disk before its row is committed and is not changed later, so each row of the snapshot has its file. One that is deleted
/// between snapshot and copy, by retention, is named in the manifest.
/// </remarks>
public sealed partial class MakeBackup(
    NpgsqlDataSource database,
    IResumeStore store,
    BackupFolder folder,
    BackupSeal seal,
    SealAudit chain,
    AuditLog audit,
    TimeProvider time,
    ILogger<MakeBackup> logger
)
{
    /// <summary>Any number that only backups use as an advisory lock: one at a time on all nodes.</summary>
    private const long OneAtATime = 0x6261636B7570;

    /// <summary>For the schedule.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation) =>
        await MakeAsync(cancellation) switch
        {
            MakeBackupResult.Made made => new JobReport(Words(made)),
            _ => new JobReport("Another backup was being made; this one was left out."),
        };

    /// <summary>What was made, as a sentence.</summary>
    public static string Words(MakeBackupResult.Made made)
    {
        var manifest = made.Backup.Manifest;
        var missing = manifest.MissingResumes.Count;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Made {made.Backup.Name}: {manifest.RowsOf("public.leads"):N0} leads, {manifest.Resumes.Count:N0} files ({made.NewFiles:N0} new{(missing == 0 ? "" : $", {missing:N0} MISSING OR DAMAGED in the store")}). Deleted {made.Pruned:N0} old backups."
        );
    }

    /// <summary>Makes a backup, then deletes those that are old enough.</summary>
    /// <exception cref="IOException">The folder cannot be written, or is full. What was begun is removed by the next.</exception>
    public async Task<MakeBackupResult> MakeAsync(CancellationToken cancellation)
    {
        PrivateFolder.Create(folder.Path);
        await using var guard = await database.OpenConnectionAsync(cancellation);
        // Its end lets go of the locks, however it comes about.
        await using var locks = await guard.BeginTransactionAsync(cancellation);
        await guard.TakeTimeAsync(cancellation);
        if (!await LockAsync(guard, cancellation))
            return new MakeBackupResult.Busy();

        var at = time.GetUtcNow();
        var name = BackupFolder.NameOf(at);
        while (Directory.Exists(folder.PathOf(name)))
            name = BackupFolder.NameOf(at = at.AddSeconds(1));
        var path = folder.UnfinishedPathOf(name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        PrivateFolder.Create(path);

        var (manifest, newFiles) = await WriteAsync(path, at, cancellation);
        SystemCalls.FlushFolder(path);
        Directory.Move(path, folder.PathOf(name));
        SystemCalls.FlushFolder(folder.Path);
        var pruned = await folder.PruneAsync(time.GetUtcNow(), cancellation);
        await audit.WriteAsync(AuditKind.BackupMade, $"made the backup {name}", cancellation: cancellation);
        return new MakeBackupResult.Made(new(name, folder.PathOf(name), manifest), newFiles, pruned);
    }

    /// <summary>One backup at a time; and migrations wait for it, or it for them.</summary>
    private static async Task<bool> LockAsync(NpgsqlConnection guard, CancellationToken cancellation)
    {
        await using var alone = new NpgsqlCommand("select pg_try_advisory_xact_lock($1)", guard);
        alone.Parameters.Add(Sql.Value(OneAtATime));
        if (!(bool)(await alone.ExecuteScalarAsync(cancellation))!)
            return false;
        await using var migrations = new NpgsqlCommand("select pg_advisory_xact_lock_shared($1)", guard);
        migrations.CommandTimeout = 0;
        migrations.Parameters.Add(Sql.Value(MigrateDatabase.Lock));
        await migrations.ExecuteNonQueryAsync(cancellation);
        return true;
    }

    private async Task<(BackupManifest Manifest, int NewFiles)> WriteAsync(
        string path,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        var id = Guid.NewGuid();
        var head = await chain.RunAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var dump = await DatabaseDump.BeginAsync(connection, cancellation);
        var tables = await dump.WriteTablesAsync(path, id, seal, cancellation);
        var files = await dump.ResumesAsync(cancellation);
        // Sequences know no snapshot: read after the rows, each is at least as far as they are.
        var sequences = await dump.SequencesAsync(cancellation);
        await dump.EndAsync(cancellation);

        var missing = new HashSet<string>(StringComparer.Ordinal);
        var newFiles = await PoolAsync(files, missing, cancellation);
        files.RemoveAll(file => missing.Contains(file.Key));
        const string ListFile = "resumes.txt.gz";
        var listHash = await BackupFile.WriteCompressedAsync(
            Path.Combine(path, ListFile),
            seal,
            $"{id}/{ListFile}",
            async list =>
            {
                await using var writer = new StreamWriter(list, leaveOpen: true);
                foreach (var file in files)
                    await writer.WriteAsync(
                        string.Create(CultureInfo.InvariantCulture, $"{file.Key} {file.Sha256} {file.Bytes}\n")
                    );
            },
            cancellation
        );
        var manifest = new BackupManifest(
            seal.KeyName is null ? BackupManifest.CurrentFormat : BackupManifest.EncryptedFormat,
            typeof(MakeBackup).Assembly.GetName().Version!.ToString(),
            at,
            dump.Migrations,
            tables,
            sequences,
            new BackupResumes(ListFile, listHash, files.Count, files.Sum(file => file.Bytes)),
            [.. missing.Order(StringComparer.Ordinal)],
            id,
            head,
            seal.KeyName
        );
        var written = JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest);
        if (seal.Sign(written) is { } signature)
            await WriteAsync(BackupSeal.SignatureFile, Encoding.ASCII.GetBytes(signature));
        await WriteAsync(BackupManifest.FileName, written);
        return (manifest, newFiles);

        async Task WriteAsync(string name, byte[] content)
        {
            await using var target = BackupFile.Create(Path.Combine(path, name));
            await target.WriteAsync(content, cancellation);
            target.Flush(flushToDisk: true);
        }
    }

    /// <summary>Sees to it that the pool has every file: a day costs only what is new. How many were new.</summary>
    private async Task<int> PoolAsync(
        IEnumerable<BackedUpFile> files,
        HashSet<string> missing,
        CancellationToken cancellation
    )
    {
        var made = 0;
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var place = BackupFolder.PoolPathOf(folder.Path, file.Key);
            if (await seal.IsAsOfTodayAsync(place, file.Bytes, cancellation))
                continue;
            if (await CopyAsync(file, place, folders, cancellation))
                made++;
            else
                missing.Add(file.Key);
        }

        foreach (var changed in folders)
            SystemCalls.FlushFolder(changed);
        return made;
    }

    private async Task<bool> CopyAsync(
        BackedUpFile file,
        string place,
        HashSet<string> folders,
        CancellationToken cancellation
    )
    {
        // Decrypted: a backup has keys of its own, or has to be of use without any.
        await using var content = await store.OpenAsync(file.Key, cancellation);
        if (content is null)
        {
            Missing(logger, file.Key);
            return false;
        }

        var parent = Path.GetDirectoryName(place)!;
        PrivateFolder.Create(parent);
        for (var above = parent; above.Length >= folder.Path.Length; above = Path.GetDirectoryName(above)!)
            folders.Add(above);
        var unfinished = place + ".new";
        if (await TryCopyAsync(content, unfinished, file.Key, cancellation) != file.Sha256)
        {
            File.Delete(unfinished);
            Damaged(logger, file.Key);
            return false;
        }

        File.Move(unfinished, place, overwrite: true);
        return true;
    }

    private async Task<string?> TryCopyAsync(Stream content, string target, string key, CancellationToken cancellation)
    {
        try
        {
            return await BackupFile.CopyAsync(content, target, seal, BackupFolder.PoolNameOf(key), cancellation);
        }
        catch (DamagedResumeException)
        {
            return null;
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Error,
        "The resume file {Key} is in the database and not in the store; the backup is without it"
    )]
    private static partial void Missing(ILogger logger, string key);

    [LoggerMessage(2, LogLevel.Error, "The resume file {Key} is not what was uploaded; the backup is without it")]
    private static partial void Damaged(ILogger logger, string key);
}
