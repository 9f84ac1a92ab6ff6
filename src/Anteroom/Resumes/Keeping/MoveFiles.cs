using Anteroom.Data;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>A file that stayed where it was, and why.</summary>
internal sealed record NotMoved(string Key, string Reason);

/// <summary>What became of the files.</summary>
internal sealed class MovedFiles
{
    private long _moved;
    private long _encrypted;
    private long _bytes;
    private long _withoutRow;
    private readonly List<NotMoved> _left = [];

    /// <summary>Files that are in the other store now.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>Files that were where they belong, and are written as the settings say now.</summary>
    public long Encrypted => Interlocked.Read(ref _encrypted);

    /// <summary>The size of both.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Files that are in no row: of a submission under way, or left by one that failed.</summary>
    public long WithoutRow => Interlocked.Read(ref _withoutRow);

    /// <summary>Files that stayed where they were.</summary>
    public IReadOnlyList<NotMoved> Left => _left;

    public void Done(bool isMoved, long bytes)
    {
        Interlocked.Increment(ref isMoved ? ref _moved : ref _encrypted);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Leave(string key, string reason)
    {
        lock (_left)
            _left.Add(new(key, reason));
    }

    public void FoundWithoutRow(int files) => Interlocked.Add(ref _withoutRow, files);
}

/// <summary>
/// Moves all files to the store where new ones go, and encrypts those that are not encrypted with the newest key, while Anteroom runs. A
/// file is read at its old place until it is at the new one, whole; only then the old one is deleted. It may be killed at any instruction and
/// started again: what is left is where it was.
/// </summary>
internal sealed class MoveFiles(ResumeStore store, FileStores stores, FileSeal seal, NpgsqlDataSource database)
{
    private const int BatchSize = 500;
    private const int AtOnce = 4;

    private sealed record FileRow(string StorageKey, long Bytes, byte[] Sha256);

    /// <summary>Moves them.</summary>
    /// <param name="progress">Hears after every batch how far it is.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="StorageUnavailableException">A store is away. What was moved is moved.</exception>
    public async Task<MovedFiles> RunAsync(Action<MovedFiles> progress, CancellationToken cancellation)
    {
        var moved = new MovedFiles();
        await stores.First.FindAsync(cancellation);
        foreach (var from in stores.All.Reverse()) // the first is the last: then everything is there to be encrypted
        await foreach (var files in from.ListAsync(cancellation).Chunk(BatchSize).WithCancellation(cancellation))
        {
            var rows = await RowsAsync(files, cancellation);
            if (from != stores.First)
                moved.FoundWithoutRow(files.Length - rows.Count);
            await Parallel.ForEachAsync(
                rows,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (row, stop) => await TakeAsync(row, from, moved, stop)
            );
            progress(moved);
        }

        return moved;
    }

    private async Task TakeAsync(FileRow row, IFileStore from, MovedFiles moved, CancellationToken cancellation)
    {
        try
        {
            var isMoved = from != stores.First;
            if (isMoved ? await MoveAsync(row, from, cancellation) : await EncryptAsync(row, cancellation))
                moved.Done(isMoved, row.Bytes);
        }
        catch (Exception error) when (error is LockedResumeException or DamagedResumeException)
        {
            moved.Leave(row.StorageKey, error.Message);
        }
    }

    private async Task<bool> MoveAsync(FileRow row, IFileStore from, CancellationToken cancellation)
    {
        // It is there already when an earlier run was killed before it could delete the old one.
        if (!await IsWholeAsync(row, stores.First, cancellation) && !await CopyAsync(row, from, cancellation))
            return false;
        await from.DeleteAsync(row.StorageKey, cancellation);
        if ((await RowsAsync([new(row.StorageKey, 0, default)], cancellation)).Count == 0)
            await stores.First.DeleteAsync(row.StorageKey, cancellation); // its lead was erased meanwhile
        return true;
    }

    private async Task<bool> EncryptAsync(FileRow row, CancellationToken cancellation) =>
        await stores.First.ReadStartAsync(row.StorageKey, SealHeader.Bytes, cancellation) is { } start
        && !seal.IsAsOfToday(start)
        && await CopyAsync(row, stores.First, cancellation);

    /// <summary>False when the file has been deleted meanwhile.</summary>
    private async Task<bool> CopyAsync(FileRow row, IFileStore from, CancellationToken cancellation)
    {
        await using var content = await OpenAsync(row, from, cancellation);
        if (content is null)
            return false;
        using var copy = await store.SealAsync(row.StorageKey, content, cancellation);
        // Held against the row before it takes anything's place, and again where it is then.
        var plain = await seal.OpenAsync(copy.Content, ResumeKey.IdOf(row.StorageKey), cancellation);
        if (!await ReadResume.IsWholeAsync(plain, row.Bytes, row.Sha256, cancellation))
            throw new DamagedResumeException();
        await stores.First.ReplaceAsync(copy, row.StorageKey, cancellation);
        if (await IsWholeAsync(row, stores.First, cancellation))
            return true;
        // What the new place gives back is not what it was given. The old file stays, and is read again.
        if (from != stores.First)
            await stores.First.DeleteAsync(row.StorageKey, cancellation);
        throw new DamagedResumeException();
    }

    private async Task<bool> IsWholeAsync(FileRow row, IFileStore place, CancellationToken cancellation)
    {
        await using var content = await OpenAsync(row, place, cancellation);
        return content is not null && await ReadResume.IsWholeAsync(content, row.Bytes, row.Sha256, cancellation);
    }

    private async Task<Stream?> OpenAsync(FileRow row, IFileStore place, CancellationToken cancellation) =>
        await place.OpenAsync(row.StorageKey, cancellation) is { } file
            ? await seal.OpenAsync(file, ResumeKey.IdOf(row.StorageKey), cancellation)
            : null;

    private Task<List<FileRow>> RowsAsync(StoredResume[] files, CancellationToken cancellation) =>
        database.QueryAsync<FileRow>(
            "select storage_key, bytes, sha256 from kept_files where storage_key = any ($1)",
            cancellation,
            Sql.Value(files.Select(file => file.Key).ToArray())
        );
}
