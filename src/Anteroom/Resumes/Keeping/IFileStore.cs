namespace Anteroom.Resumes;

/// <summary>
/// A place for files: a folder or a bucket. It knows nothing of resumes but their keys (<see cref="ResumeKey"/>), and keeps bytes as
/// they come, which <see cref="ResumeStore"/> may have encrypted.
/// </summary>
internal interface IFileStore
{
    /// <summary>As <c>Resumes:Store</c> calls it: <c>disk</c> or <c>s3</c>.</summary>
    string Name { get; }

    /// <summary>For people: which folder, which bucket.</summary>
    string Where { get; }

    /// <summary>Sees to it that this is the firm's place, before anything is received for it.</summary>
    /// <exception cref="StoreMissingException">It is not, or is not there.</exception>
    ValueTask FindAsync(CancellationToken cancellation);

    /// <summary>Keeps a file, durable when this returns. On an error nothing is left of it here.</summary>
    Task KeepAsync(IncomingFile file, string key, CancellationToken cancellation);

    /// <summary>The same, where a file may be: readers find the old one or the new one whole.</summary>
    Task ReplaceAsync(IncomingFile file, string key, CancellationToken cancellation);

    /// <summary>The bytes, from which a reader may take any part; null when there is no such file.</summary>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellation);

    /// <summary>The first bytes of a file, at most <paramref name="count"/>; null when there is no such file.</summary>
    Task<byte[]?> ReadStartAsync(string key, int count, CancellationToken cancellation);

    /// <summary>Its size and age; null when there is no such file.</summary>
    Task<StoredResume?> LookAsync(string key, CancellationToken cancellation);

    /// <summary>Deletes a file; does nothing when there is none.</summary>
    Task DeleteAsync(string key, CancellationToken cancellation);

    /// <summary>Every file, in no particular order.</summary>
    IAsyncEnumerable<StoredResume> ListAsync(CancellationToken cancellation);

    /// <summary>Removes what was begun here before then and never finished. Returns how many there were.</summary>
    Task<int> RemoveUnfinishedAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>Writes a file and removes it.</summary>
    /// <exception cref="StorageUnavailableException">Files cannot be kept at the moment.</exception>
    Task TryOutAsync(CancellationToken cancellation);
}

/// <summary>The place is not the one with the firm's resumes: not mounted, moved, or another's. Nothing is written into it.</summary>
internal sealed class StoreMissingException(string message) : StorageUnavailableException(message);
