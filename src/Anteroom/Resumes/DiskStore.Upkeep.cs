namespace Anteroom.Resumes;

internal sealed partial class DiskStore
{
    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <inheritdoc />
    public async IAsyncEnumerable<StoredResume> ListAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await FindFolderAsync(cancellation);
        foreach (var file in Files())
            yield return file;
    }

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
        MarkFolder(); // what comes from a backup makes the folder the right one
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
    public async Task<int> RemoveUnfinishedAsync(CancellationToken cancellation)
    {
        await FindFolderAsync(cancellation);
        var before = _time.GetUtcNow() - Abandoned;
        var removed = 0;
        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles())
        {
            cancellation.ThrowIfCancellationRequested();
            if (file.LastWriteTimeUtc < before.UtcDateTime && TryDelete(file.FullName))
                removed++;
        }

        return removed;
    }

    /// <inheritdoc />
    public async Task TryOutAsync(CancellationToken cancellation)
    {
        await FindFolderAsync(cancellation);
        var path = Path.Combine(_incoming, $"tried-{Guid.NewGuid():N}");
        await using var file = CreateFile(path);
        try
        {
            await file.WriteAsync(new byte[BufferBytes], cancellation);
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            throw Unavailable(exception);
        }
        finally
        {
            TryDelete(path);
        }
    }
}
