using Anteroom.Data;
using Anteroom.Resumes;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>The log that was to be archived next is gone: what happened then cannot be restored.</summary>
internal sealed class WalGapException(string message) : Exception(message);

/// <summary>
/// Brings the log of the private PostgreSQL into the archive, segment by segment, and new files of leads. A replication slot keeps
/// segments until they are there, so that a place that is away for a while loses nothing.
/// </summary>
internal sealed class ArchiveWal(
    NpgsqlDataSource database,
    WalArchive archive,
    IResumeStore store,
    DataFolder data,
    TimeProvider time
) : IDisposable
{
    internal const string Slot = "anteroom_archive";

    // A file's row may be committed this long after its id was made.
    private static readonly TimeSpan LongestSubmission = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private WalSegment? _last;
    private DateTimeOffset _filesUpTo;

    private sealed record State(string Restart, string Current, string? Status);

    private sealed record FileRow(Guid Id, string StorageKey);

    /// <summary>The segment that was archived last by this process; null for none.</summary>
    public WalSegment? Last => _last;

    /// <summary>Keeps the log from now on; true when it did before, so that nothing is missing in between.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        var known = await database.QueryOneAsync<string>(
            $"select coalesce(wal_status, 'lost') from pg_replication_slots where slot_name = '{Slot}' and restart_lsn is not null",
            cancellation
        );
        if (known is not null and not "lost")
            return true;
        await ExecuteAsync(
            $"select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '{Slot}'",
            cancellation
        );
        await ExecuteAsync($"select pg_create_physical_replication_slot('{Slot}', true)", cancellation);
        _last = null;
        return false;
    }

    /// <summary>Lets go of the log, so that it does not fill the disk for nobody.</summary>
    public Task ReleaseAsync(CancellationToken cancellation) =>
        ExecuteAsync(
            $"select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '{Slot}' and not active",
            cancellation
        );

    /// <summary>Ends the segment that is being written, and archives everything up to it. How many segments.</summary>
    /// <exception cref="WalGapException">One is gone.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            // Files before rows, as everywhere: no restored row is without its file.
            await KeepFilesAsync(cancellation);
            await ExecuteAsync("select pg_switch_wal()", cancellation);
            return await ArchiveAsync(cancellation);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Archives until that segment is there.</summary>
    public async Task RunUpToAsync(WalSegment segment, CancellationToken cancellation)
    {
        do await RunAsync(cancellation);
        while (_last is not { } last || last.Order(segment) < 0);
    }

    private async Task<int> ArchiveAsync(CancellationToken cancellation)
    {
        var state =
            await database.QueryOneAsync<State>(
                $"""
                select pg_walfile_name(restart_lsn) as restart, pg_walfile_name(pg_current_wal_flush_lsn()) as current, wal_status as status
                from pg_replication_slots where slot_name = '{Slot}'
                """,
                cancellation
            ) ?? throw new WalGapException("The replication slot of the archive is gone.");
        if (state.Status == "lost" || state.Restart is null)
            throw new WalGapException("The log was not kept until it was archived: the archive was away for too long.");
        var current = WalSegment.Parse(state.Current)!;
        var next = _last?.Next ?? WalSegment.Parse(state.Restart)!;
        if (next.Timeline != current.Timeline)
            next = next with { Timeline = current.Timeline };
        var count = 0;
        foreach (var history in Directory.EnumerateFiles(Path.Combine(data.Postgres, "pg_wal"), "*.history"))
            await KeepAsync(Path.GetFileName(history), history, cancellation);
        for (; next.Order(current) < 0; next = next.Next)
        {
            var file = Path.Combine(data.Postgres, "pg_wal", next.ToString());
            if (!File.Exists(file))
                throw new WalGapException($"The segment {next} of the log is gone before it was archived.");
            await KeepAsync(next.ToString(), file, cancellation);
            _last = next;
            count++;
            await ExecuteAsync($"select pg_replication_slot_advance('{Slot}', '{next.End}')", cancellation);
        }

        return count;
    }

    private async Task KeepAsync(string name, string file, CancellationToken cancellation)
    {
        if (name.EndsWith(".history", StringComparison.Ordinal) && !_kept.Add(name))
            return;
        await using var content = new FileStream(
            file,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        await archive.KeepAsync(WalArchive.Wal + name, content, compress: true, cancellation);
    }

    /// <summary>Files that came since the last time; at first, all that are not there.</summary>
    private async Task KeepFilesAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_filesUpTo == default)
            await foreach (var found in archive.Place.ListAsync(FolderArchive.Files, cancellation))
                _kept.Add(found.Name);
        var since = _filesUpTo == default ? DateTimeOffset.UnixEpoch : _filesUpTo - LongestSubmission;
        var files = await database.QueryAsync<FileRow>(
            "select id, storage_key from kept_files where id >= $1 order by id",
            cancellation,
            Sql.Value(FirstId(since))
        );
        foreach (var (_, key) in files)
        {
            var name = BackupFolder.PoolNameOf(key);
            if (_kept.Contains(name))
                continue;
            await using var content = await store.OpenAsync(key, cancellation);
            if (content is not null) // else it was deleted meanwhile, or an alarm of its own says that it is lost
                await archive.KeepAsync(name, content, compress: false, cancellation);
            _kept.Add(name);
        }

        _filesUpTo = now;
    }

    private static Guid FirstId(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at)
            .TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6..].Clear();
        return new Guid(bytes, bigEndian: true);
    }

    /// <inheritdoc />
    public void Dispose() => _oneAtATime.Dispose();

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
