using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Anteroom.Data;
using Anteroom.Postgres;
using Anteroom.Resumes;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What was restored.</summary>
/// <param name="Base">From which base.</param>
/// <param name="Leads">Leads that are there.</param>
/// <param name="MovedTo">Where the database that was there is now; null when there was none.</param>
internal sealed record RestoredToTime(string Base, long Leads, string? MovedTo);

/// <summary>
/// Brings the private PostgreSQL to how it was at a moment: the newest base before it, then the log up to it. Needs the data folder for
/// itself. What was there is moved aside, never deleted.
/// </summary>
internal sealed class RestoreToTime(
    WalArchive archive,
    IResumeStore store,
    DataFolder data,
    IConfiguration configuration,
    TimeProvider time,
    ILogger<RestoreToTime> logger
)
{
    private const string Restored = "restored_wal";
    private const int Block = 64 * 1024;

    private sealed record KeptFile(string StorageKey, string Sha256);

    /// <summary>Restores the database. Its files follow once it runs: <see cref="RestoreFilesAsync"/>.</summary>
    /// <param name="at">The moment; null for the last that is archived.</param>
    /// <param name="force">Move away a database that is there.</param>
    /// <param name="cancellation">Gives up; what was there is moved aside by then, or untouched.</param>
    /// <exception cref="CannotStartException">Says what is wrong.</exception>
    public async Task<RestoredToTime> RunAsync(DateTimeOffset? at, bool force, CancellationToken cancellation)
    {
        data.Lock();
        var bases = await archive.BasesAsync(cancellation);
        if (bases.Count == 0)
            throw new CannotStartException(
                $"There is no continuous backup in {archive.Place.Where}. Is Backup:Continuous set as it was, and the folder or bucket?"
            );
        var from =
            bases.Find(one => at is null || one.StoppedAt <= at)
            ?? throw new CannotStartException(
                $"The continuous backup begins at {Moment(bases[^1].StoppedAt)}; {Moment(at!.Value)} is before that."
            );
        if (WalArchive.GapBehind(from, await archive.SegmentsAsync(cancellation)) is { } gap)
            logger.LogGap(gap.ToString(), from.Name);
        if (File.Exists(Path.Combine(data.Postgres, "PG_VERSION")) && !force)
            throw new CannotStartException(
                $"There is a database in {data.Postgres}. Restore into another folder with --data, or add --force: then it is moved aside first."
            );

        var making = data.Postgres + ".restoring";
        if (Directory.Exists(making))
            Directory.Delete(making, recursive: true);
        PrivateFolder.Create(making);
        await ExtractAsync(from, making, cancellation);
        await FetchLogAsync(from, making, cancellation);
        await File.WriteAllTextAsync(Path.Combine(making, "recovery.signal"), "", cancellation);

        string? movedTo = null;
        if (Directory.Exists(data.Postgres))
        {
            movedTo = $"{data.Postgres}.before-{BackupFolder.NameOf(time.GetUtcNow())}";
            Directory.Move(data.Postgres, movedTo);
        }

        Directory.Move(making, data.Postgres);
        try
        {
            return await RecoverAsync(from, at, movedTo, cancellation);
        }
        catch (CannotStartException failed)
        {
            // As it was before.
            Directory.Delete(data.Postgres, recursive: true);
            if (movedTo is not null)
                Directory.Move(movedTo, data.Postgres);
            throw failed.Message.Contains("before configured recovery target was reached", StringComparison.Ordinal)
                ? new CannotStartException(
                    $"The continuous backup ends before {Moment(at!.Value)}, or has a gap before it. --at latest restores the last moment that it has.",
                    failed
                )
                : failed;
        }
    }

    private async Task<RestoredToTime> RecoverAsync(
        ArchivedBase from,
        DateTimeOffset? at,
        string? movedTo,
        CancellationToken cancellation
    )
    {
        var options = new EmbeddedPostgresOptions();
        configuration.GetSection("Database").Bind(options);
        options.Settings["restore_command"] = $"cp \"{Restored}/%f\" \"%p\"";
        options.Settings["hot_standby"] = "off"; // ready means: recovered
        options.Settings["recovery_target_action"] = "promote";
        options.Settings["archive_cleanup_command"] = "";
        if (at is { } moment)
            options.Settings["recovery_target_time"] = Moment(moment);
        await using (var postgres = await EmbeddedPostgres.StartAsync(data, options, logger, cancellation))
        {
            await using var database = NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=false");
            await using var connection = await database.OpenConnectionAsync(cancellation);
            var leads = await connection.QueryOneAsync<long>("select count(*) from leads", cancellation);
            Directory.Delete(Path.Combine(data.Postgres, Restored), recursive: true);
            return new(from.Name, leads, movedTo);
        }
    }

    /// <summary>Puts back the files that rows name and the store has not; how many rows have theirs, and those that nothing has.</summary>
    public async Task<(int Files, List<string> Missing)> RestoreFilesAsync(
        NpgsqlDataSource database,
        CancellationToken cancellation
    )
    {
        var files = await database.QueryAsync<KeptFile>(
            "select storage_key, encode(sha256, 'hex') as sha256 from kept_files order by id",
            cancellation
        );
        var missing = new List<string>();
        foreach (var file in files)
            if (!await RestoreFileAsync(file, cancellation))
                missing.Add(file.StorageKey);
        return (files.Count - missing.Count, missing);
    }

    private async Task<bool> RestoreFileAsync(KeptFile file, CancellationToken cancellation)
    {
        if (await IsWholeAsync(() => store.OpenAsync(file.StorageKey, cancellation), file, cancellation))
            return true;
        var name = BackupFolder.PoolNameOf(file.StorageKey);
        if (!await IsWholeAsync(() => archive.OpenAsync(name, compressed: false, cancellation), file, cancellation))
            return false;
        await using var content = await archive.OpenAsync(name, compressed: false, cancellation);
        await store.RestoreAsync(file.StorageKey, content!, cancellation);
        return true;
    }

    private static async Task<bool> IsWholeAsync(
        Func<Task<Stream?>> open,
        KeptFile file,
        CancellationToken cancellation
    )
    {
        try
        {
            await using var content = await open();
            return content is not null
                && Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation)) == file.Sha256;
        }
        catch (Exception error) when (error is DamagedResumeException or StoreMissingException)
        {
            return false;
        }
    }

    private async Task ExtractAsync(ArchivedBase from, string target, CancellationToken cancellation)
    {
        await using var parts = new JoinedStream(archive, from);
        await using var gzip = new GZipStream(parts, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(gzip, target, overwriteFiles: false, cancellation);
        foreach (var empty in (string[])["pg_wal", "pg_wal/archive_status", "pg_wal/summaries"])
            PrivateFolder.Create(Path.Combine(target, empty));
    }

    /// <summary>The log from the base on, where the server finds it. Mostly zeros, which take no room on the disk.</summary>
    private async Task FetchLogAsync(ArchivedBase from, string target, CancellationToken cancellation)
    {
        var log = Path.Combine(target, Restored);
        PrivateFolder.Create(log);
        var first = WalSegment.Parse(from.StartSegment)!;
        var names = new List<string>();
        await foreach (var found in archive.Place.ListAsync(WalArchive.Wal, cancellation))
            names.Add(found.Name[WalArchive.Wal.Length..]);
        foreach (var name in names)
        {
            if (
                WalSegment.Parse(name) is { } segment
                    ? segment.Number < first.Number
                    : !name.EndsWith(".history", StringComparison.Ordinal)
            )
                continue;
            await using var content = await archive.OpenAsync(WalArchive.Wal + name, compressed: true, cancellation);
            if (content is not null)
                await WriteSparseAsync(content, Path.Combine(log, name), cancellation);
        }
    }

    private static async Task WriteSparseAsync(Stream content, string path, CancellationToken cancellation)
    {
        await using var file = BackupFile.Create(path);
        var buffer = new byte[Block];
        var length = 0L;
        int read;
        while ((read = await content.ReadAtLeastAsync(buffer, Block, throwOnEndOfStream: false, cancellation)) > 0)
        {
            if (buffer.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                file.Position = length;
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }

            length += read;
        }

        file.SetLength(length);
    }

    /// <summary>A moment as PostgreSQL and people read it.</summary>
    internal static string Moment(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture);
}

internal static partial class RestoreLog
{
    [LoggerMessage(
        LogLevel.Warning,
        "The segment {Segment} of the log behind the base {Base} is missing; moments behind it cannot be restored"
    )]
    public static partial void LogGap(this ILogger logger, string segment, string @base);
}

/// <summary>The parts of a base as one stream; each is verified before any of it is given.</summary>
internal sealed class JoinedStream(WalArchive archive, ArchivedBase from) : Stream
{
    private Stream? _part;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_part is not null && await _part.ReadAsync(buffer, cancellationToken) is var read and > 0)
                return read;
            if (_part is not null)
                await _part.DisposeAsync();
            _part = null;
            if (_next == from.Parts.Count)
                return 0;
            _part = await OpenAsync(_next++, cancellationToken);
        }
    }

    private async Task<Stream> OpenAsync(int part, CancellationToken cancellation)
    {
        var name = from.PartName(part);
        try
        {
            await using (var content = await archive.OpenAsync(name, compressed: false, cancellation))
                if (
                    content is not null
                    && Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation)) == from.Parts[part]
                )
                    return (await archive.OpenAsync(name, compressed: false, cancellation))!;
        }
        catch (DamagedResumeException) { }

        throw new CannotStartException($"The base {from.Name} cannot be used: {name} is missing or damaged.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask DisposeAsync()
    {
        if (_part is not null)
            await _part.DisposeAsync();
        await base.DisposeAsync();
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
