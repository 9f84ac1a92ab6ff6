namespace Anteroom.Resumes;

public sealed partial class DiskStore
{
    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <inheritdoc />
    public IAsyncEnumerable<StoredResume> ListAsync(CancellationToken cancellation) => Files().ToAsyncEnumerable();

    private IEnumerable<StoredResume> Files()
    {
        foreach (var year in new DirectoryInfo(_root).EnumerateDirectories())
        foreach (var file in year.EnumerateFiles("*", Everywhere))
        {
            var key = Path.GetRelativePath(_root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            // Without a key of ours, it is somebody else's or still arriving; without a length, it is gone by now.
            if (Key().IsMatch(key) && file.Exists)
                yield return new(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
        }
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">This store never gave out such a key.</exception>
    public async Task RestoreAsync(string key, Stream content, CancellationToken cancellation)
    {
        var place = PathOf(key);
        var path = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        await using var file = CreateFile(path);
        try
        {
            await content.CopyToAsync(file, BufferBytes, cancellation);
            await DeleteAsync(key, cancellation);
            await _flush.MoveAsync(file.SafeFileHandle, path, place);
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            TryDelete(path);
            throw Unavailable(exception);
        }
        catch
        {
            TryDelete(path);
            throw;
        }
    }

    /// <inheritdoc />
    /// <remarks>Younger ones may belong to another node that shares the folder.</remarks>
    public Task<int> RemoveUnfinishedAsync(CancellationToken cancellation)
    {
        var before = _time.GetUtcNow() - Abandoned;
        var removed = 0;
        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles())
        {
            cancellation.ThrowIfCancellationRequested();
            if (file.LastWriteTimeUtc < before.UtcDateTime && TryDelete(file.FullName))
                removed++;
        }

        return Task.FromResult(removed);
    }
}
