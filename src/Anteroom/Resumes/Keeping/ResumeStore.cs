using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>
/// The firm's files, wherever they are: new ones go to the store that <c>Resumes:Store</c> names, and files are found in the other one as
/// well when there is one, so that they can be moved at any time (<see cref="MoveFiles"/>). Encrypted or not: <see cref="FileSeal"/>.
/// </summary>
internal sealed class ResumeStore(
    FileStores stores,
    Incoming incoming,
    FileSeal seal,
    IOptions<BucketOptions> bucket,
    TimeProvider time
) : IResumeStore
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <inheritdoc />
    public async Task<StagedResume> StageAsync(
        Stream content,
        string? fileName,
        long maxBytes,
        CancellationToken cancellation
    )
    {
        await stores.First.FindAsync(cancellation);
        var at = time.GetUtcNow();
        var id = Guid.CreateVersion7(at);
        var file = incoming.Create();
        try
        {
            var received = await ReceiveUpload.RunAsync(content, file, seal, id, maxBytes, cancellation);
            if (received.Problem is not null)
                file.Dispose();
            return new Staged(file, id, at)
            {
                FileName = ResumeFileName.Clean(fileName),
                Type = received.Type,
                Bytes = received.Bytes,
                Sha256 = received.Sha256,
                Problem = received.Problem,
                PhotoProblem = received.PhotoProblem,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    /// <remarks>On a disk, cancellation is honored until the flush has begun; from then on it finishes, within milliseconds.</remarks>
    /// <exception cref="ArgumentException">It was staged by another store, has a problem, or was kept or disposed before.</exception>
    public async Task<string> KeepAsync(StagedResume staged, CancellationToken cancellation)
    {
        if (staged is not Staged { Problem: null, Type: { } type } own || !own.File.TryTake())
            throw new ArgumentException("This resume cannot be kept.", nameof(staged));

        using var file = own.File;
        cancellation.ThrowIfCancellationRequested();
        var key = ResumeKey.Of(own.Id, own.At, type);
        await stores.First.KeepAsync(file, key, cancellation);
        return key;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">No store ever gave out such a key.</exception>
    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        var id = ResumeKey.IdOf(key);
        if (await stores.AnyAsync(store => store.OpenAsync(key, cancellation)) is not { } file)
            return null;
        try
        {
            return await seal.OpenAsync(file, id, cancellation);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async Task<long?> LengthAsync(string key, CancellationToken cancellation)
    {
        ResumeKey.IdOf(key);
        if (await stores.AnyAsync(store => store.LookAsync(key, cancellation)) is not { } found)
            return null;
        var start = await stores.AnyAsync(store => store.ReadStartAsync(key, SealHeader.Bytes, cancellation));
        return start is null ? null : FileSeal.PlainLength(start, found.Bytes);
    }

    /// <inheritdoc />
    public async Task<string?> LinkAsync(
        string key,
        long bytes,
        string disposition,
        string contentType,
        CancellationToken cancellation
    ) =>
        bucket.Value.LinkLifetime > TimeSpan.Zero
        && stores.Bucket is { } s3
        && await s3.LookAsync(key, cancellation) is { } found
        && found.Bytes == bytes
            ? await s3.LinkAsync(key, disposition, contentType)
            : null;

    /// <inheritdoc />
    /// <exception cref="ArgumentException">No store ever gave out such a key.</exception>
    public async Task DeleteAsync(string key, CancellationToken cancellation)
    {
        ResumeKey.IdOf(key);
        foreach (var store in stores.All)
            await store.DeleteAsync(key, cancellation);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<StoredResume> ListAsync(CancellationToken cancellation) =>
        stores.All.ToAsyncEnumerable().SelectMany(store => store.ListAsync(cancellation));

    /// <inheritdoc />
    /// <exception cref="ArgumentException">No store ever gave out such a key.</exception>
    public async Task RestoreAsync(string key, Stream content, CancellationToken cancellation)
    {
        using var file = await SealAsync(key, content, cancellation);
        await stores.First.ReplaceAsync(file, key, cancellation);
    }

    /// <summary>A copy of a file, as it would be kept today.</summary>
    internal async Task<IncomingFile> SealAsync(string key, Stream content, CancellationToken cancellation)
    {
        var id = ResumeKey.IdOf(key);
        var file = incoming.Create();
        try
        {
            await using var writer = seal.Write(file.Content, id);
            var buffer = new byte[ChunkCipher.PlainBytes];
            int read;
            while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellation);
            await writer.EndAsync(cancellation);
            return file;
        }
        catch (Exception error)
        {
            file.Dispose();
            if (IncomingFile.IsStorage(error))
                throw IncomingFile.Unavailable(error);
            throw;
        }
    }

    /// <inheritdoc />
    public async Task<int> RemoveUnfinishedAsync(CancellationToken cancellation)
    {
        // At the start, too: a disk that is not mounted is noticed before the first prospect comes.
        await stores.First.FindAsync(cancellation);
        var before = time.GetUtcNow() - Abandoned;
        var removed = incoming.RemoveOld(before, cancellation);
        foreach (var store in stores.All)
            removed += await store.RemoveUnfinishedAsync(before, cancellation);
        return removed;
    }

    /// <inheritdoc />
    public Task TryOutAsync(CancellationToken cancellation) => stores.First.TryOutAsync(cancellation);

    private sealed class Staged(IncomingFile file, Guid id, DateTimeOffset at) : StagedResume
    {
        public IncomingFile File => file;

        public Guid Id => id;

        public DateTimeOffset At => at;

        public override ValueTask DisposeAsync()
        {
            if (file.TryTake())
                file.Dispose();
            return base.DisposeAsync();
        }
    }
}
