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
        if (!await IsThereAsync(cancellation))
            yield break;
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
            if (ResumeKey.IsOne(key) && file.Exists)
                yield return new(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
        }
    }

    /// <inheritdoc />
    /// <remarks>The flush comes before the rename: until then the old file stands, and afterwards the new one is durable.</remarks>
    public async Task ReplaceAsync(IncomingFile file, string key, CancellationToken cancellation)
    {
        var place = PathOf(key);
        cancellation.ThrowIfCancellationRequested();
        MarkFolder(); // what is brought here, from a backup or another store, makes the folder the right one
        try
        {
            await Task.Run(
                () =>
                {
                    RandomAccess.FlushToDisk(file.Content.SafeFileHandle);
                    _flush.Replace(file.Path, place);
                },
                CancellationToken.None
            );
        }
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
        }
    }

    /// <inheritdoc />
    /// <remarks>Nothing: files arrive in <see cref="Incoming"/>.</remarks>
    public Task<int> RemoveUnfinishedAsync(DateTimeOffset before, CancellationToken cancellation) => Task.FromResult(0);

    /// <inheritdoc />
    public async Task TryOutAsync(CancellationToken cancellation)
    {
        if (_isFirst)
            await FindAsync(cancellation);
        using var file = _incoming.Create("tried-");
        try
        {
            await file.Content.WriteAsync(new byte[ReceiveUpload.BufferBytes], cancellation);
        }
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
        }
    }
}
