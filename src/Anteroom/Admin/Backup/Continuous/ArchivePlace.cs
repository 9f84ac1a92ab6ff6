using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Anteroom.Resumes;

namespace Anteroom.Admin;

/// <summary>Something in an archive.</summary>
/// <param name="Name">With slashes.</param>
/// <param name="Bytes">Its size as it is kept.</param>
/// <param name="At">When it was written, UTC.</param>
internal sealed record Archived(string Name, long Bytes, DateTimeOffset At);

/// <summary>Where continuous backups are kept. What it has taken is durable.</summary>
internal interface IArchivePlace
{
    /// <summary>For people.</summary>
    string Where { get; }

    /// <summary>Takes a file; replaces what is there.</summary>
    Task PutAsync(string name, string file, CancellationToken cancellation);

    /// <summary>Puts a file that was kept into a local one; false when there is none.</summary>
    Task<bool> FetchAsync(string name, string file, CancellationToken cancellation);

    /// <summary>Everything whose name begins so, in no order.</summary>
    IAsyncEnumerable<Archived> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>Removes it; does nothing when it is not there.</summary>
    Task DeleteAsync(string name, CancellationToken cancellation);
}

/// <summary>A folder. Files of leads go to the pool that ordinary backups share.</summary>
internal sealed class FolderArchive(string backups) : IArchivePlace
{
    /// <summary>The folder beside the ordinary backups.</summary>
    public const string Folder = "continuous";

    /// <summary>What files of leads begin with.</summary>
    public const string Files = "files/";

    public string Where => Path.Combine(backups, Folder);

    public async Task PutAsync(string name, string file, CancellationToken cancellation)
    {
        var target = PathOf(name);
        var folder = Path.GetDirectoryName(target)!;
        PrivateFolder.Create(folder);
        var unfinished = target + ".new";
        await using (var from = File.OpenRead(file))
        await using (var to = BackupFile.Create(unfinished))
        {
            await from.CopyToAsync(to, cancellation);
            to.Flush(flushToDisk: true);
        }

        File.Move(unfinished, target, overwrite: true);
        SystemCalls.FlushFolder(folder);
    }

    public async Task<bool> FetchAsync(string name, string file, CancellationToken cancellation)
    {
        if (!File.Exists(PathOf(name)))
            return false;
        await using var from = File.OpenRead(PathOf(name));
        await using var to = BackupFile.Create(file);
        await from.CopyToAsync(to, cancellation);
        return true;
    }

    public async IAsyncEnumerable<Archived> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await Task.CompletedTask;
        var root = prefix.StartsWith(Files, StringComparison.Ordinal) ? backups : Where;
        var folder = Path.Combine(root, prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellation.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(root, file.FullName).Replace('\\', '/');
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !name.EndsWith(".new", StringComparison.Ordinal))
                yield return new(name, file.Length, new(file.LastWriteTimeUtc, TimeSpan.Zero));
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation)
    {
        var path = PathOf(name);
        if (File.Exists(path))
            File.Delete(path);
        if (
            Path.GetDirectoryName(path) is { } folder
            && Directory.Exists(folder)
            && !Directory.EnumerateFileSystemEntries(folder).Any()
        )
            Directory.Delete(folder);
        return Task.CompletedTask;
    }

    private string PathOf(string name) =>
        Path.Combine(name.StartsWith(Files, StringComparison.Ordinal) ? backups : Where, name);
}

/// <summary>A bucket of an S3-compatible service. Nothing that is put there is larger than one request takes.</summary>
internal sealed class BucketArchive(BucketOptions options) : IArchivePlace, IDisposable
{
    private readonly AmazonS3Client _client = S3Store.Connect(options);

    public string Where => $"the bucket {options.Name}";

    public async Task PutAsync(string name, string file, CancellationToken cancellation)
    {
        await using var content = File.OpenRead(file);
        await AskAsync(() =>
            _client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = options.Name,
                    Key = options.Prefix + name,
                    InputStream = content,
                    AutoCloseStream = false,
                    UseChunkEncoding = false,
                    DisablePayloadSigning = false,
                },
                cancellation
            )
        );
    }

    public async Task<bool> FetchAsync(string name, string file, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _client.GetObjectAsync(options.Name, options.Prefix + name, cancellation);
            await using var to = BackupFile.Create(file);
            await answer.ResponseStream.CopyToAsync(to, cancellation);
            return true;
        }
        catch (AmazonS3Exception error)
            when (error.StatusCode == System.Net.HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket")
        {
            return false;
        }
        catch (Exception error) when (IsOfService(error))
        {
            throw Away(error);
        }
    }

    public async IAsyncEnumerable<Archived> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var request = new ListObjectsV2Request { BucketName = options.Name, Prefix = options.Prefix + prefix };
        while (true)
        {
            var page = await AskAsync(() => _client.ListObjectsV2Async(request, cancellation));
            foreach (var found in page.S3Objects ?? [])
                yield return new(
                    found.Key[options.Prefix.Length..],
                    found.Size ?? 0,
                    found.LastModified is { } at ? new(at.ToUniversalTime(), TimeSpan.Zero) : DateTimeOffset.MinValue
                );
            if (page.IsTruncated is not true)
                yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation) =>
        AskAsync(() => _client.DeleteObjectAsync(options.Name, options.Prefix + name, cancellation));

    public void Dispose() => _client.Dispose();

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (IsOfService(error))
        {
            throw Away(error);
        }
    }

    private static bool IsOfService(Exception error) =>
        error
            is Amazon.Runtime.AmazonServiceException
                or Amazon.Runtime.AmazonClientException
                or HttpRequestException
                or TimeoutException;

    private StorageUnavailableException Away(Exception error) =>
        new($"The bucket {options.Name} for backups does not answer as it should: {error.Message}", error);
}
