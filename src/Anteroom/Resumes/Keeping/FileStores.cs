using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>The stores that there are: the one of <c>Resumes:Store</c> first, then the other one if its settings are there.</summary>
internal sealed class FileStores(
    DiskStore disk,
    S3Store s3,
    IOptions<ResumeOptions> options,
    IOptions<BucketOptions> bucket
)
{
    /// <summary>The first is where new files go.</summary>
    public IReadOnlyList<IFileStore> All { get; } =
        options.Value.Store == S3Store.ItsName ? [s3, disk]
        : bucket.Value.IsSet ? [disk, s3]
        : [disk];

    /// <summary>Where new files go.</summary>
    public IFileStore First => All[0];

    /// <summary>The bucket; null when there is none.</summary>
    public S3Store? Bucket => bucket.Value.IsSet ? s3 : null;

    /// <summary>
    /// Asks one store after the other. The first is asked again at the end: a file may have been moved there while the second was asked.
    /// </summary>
    /// <exception cref="StorageUnavailableException">No store has it, and one did not answer.</exception>
    public async Task<T?> AnyAsync<T>(Func<IFileStore, Task<T?>> ask)
        where T : class
    {
        StorageUnavailableException? away = null;
        foreach (var store in All.Count == 1 ? All : [.. All, First])
        {
            try
            {
                if (await ask(store) is { } found)
                    return found;
            }
            catch (StorageUnavailableException error)
            {
                away ??= error;
            }
        }

        return away is null ? null : throw away;
    }
}
