namespace Anteroom.Resumes;

/// <summary>
/// Keeps uploaded files. A file is first <em>staged</em> (received, measured and inspected, but not durable), then
/// <em>kept</em> (durable) by the use case that also writes its row, or discarded.
/// </summary>
public interface IResumeStore
{
    /// <summary>
    /// Receives a file from <paramref name="content"/> without holding it in memory and finds out what it is.
    /// The result says <see cref="StagedResume.Problem"/> when it cannot be accepted.
    /// </summary>
    /// <param name="content">The upload; read to its end, or until it is longer than <paramref name="maxBytes"/>.</param>
    /// <param name="fileName">What the browser called it; may be hostile.</param>
    /// <param name="maxBytes">The largest size accepted, in bytes.</param>
    /// <param name="cancellation">Stops receiving; nothing is left behind.</param>
    /// <exception cref="StorageUnavailableException">The disk is full or cannot be written to; nothing is left behind.</exception>
    Task<StagedResume> StageAsync(Stream content, string? fileName, long maxBytes, CancellationToken cancellation);

    /// <summary>Makes a staged file durable: file and folder are on disk, or the bucket has it, when this returns. Returns its storage key.</summary>
    /// <exception cref="StorageUnavailableException">It could not be made durable; nothing is left behind.</exception>
    Task<string> KeepAsync(StagedResume staged, CancellationToken cancellation);

    /// <summary>Opens a kept file for reading, from any place on; null when there is none under that key.</summary>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellation);

    /// <summary>The size of the content of a kept file, found without reading it; null when there is none under that key.</summary>
    Task<long?> LengthAsync(string key, CancellationToken cancellation);

    /// <summary>
    /// A link to a kept file in the bucket, which works for the while that <c>Bucket:LinkLifetime</c> says; null when there are to be none,
    /// or the file is not in a bucket in its full size.
    /// </summary>
    Task<string?> LinkAsync(
        string key,
        long bytes,
        string disposition,
        string contentType,
        CancellationToken cancellation
    );

    /// <summary>Deletes a kept file; does nothing when there is none.</summary>
    Task DeleteAsync(string key, CancellationToken cancellation);

    /// <summary>Every kept file, in no particular order. What comes or goes meanwhile may or may not be among them.</summary>
    IAsyncEnumerable<StoredResume> ListAsync(CancellationToken cancellation);

    /// <summary>Keeps a file under the key it had before, durable when this returns: for restoring a backup. Replaces what is there.</summary>
    /// <exception cref="StorageUnavailableException">It could not be made durable.</exception>
    Task RestoreAsync(string key, Stream content, CancellationToken cancellation);

    /// <summary>Removes what uploads left that were never finished and began more than a day ago. Returns how many there were.</summary>
    Task<int> RemoveUnfinishedAsync(CancellationToken cancellation);

    /// <summary>Writes a file of usual size and removes it.</summary>
    /// <exception cref="StorageUnavailableException">Resumes cannot be kept at the moment.</exception>
    Task TryOutAsync(CancellationToken cancellation);
}

/// <summary>A file that a store keeps.</summary>
/// <param name="Key">Where: <see cref="Resume.StorageKey"/>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="KeptAt">When it was written, UTC.</param>
public sealed record StoredResume(string Key, long Bytes, DateTimeOffset KeptAt);
