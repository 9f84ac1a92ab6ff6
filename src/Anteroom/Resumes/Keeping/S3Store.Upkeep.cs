using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Anteroom.Resumes;

internal sealed partial class S3Store
{
    /// <summary>What is written to see whether the bucket takes files. It stays, and is written over.</summary>
    private const string Tried = ".anteroom-tried";

    /// <inheritdoc />
    public async IAsyncEnumerable<StoredResume> ListAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var request = new ListObjectsV2Request { BucketName = _options.Name, Prefix = _options.Prefix };
        while (true)
        {
            var page = await AskAsync(() => _client.Value.ListObjectsV2Async(request, cancellation), cancellation);
            foreach (var found in page?.S3Objects ?? [])
                if (found.Key[_options.Prefix.Length..] is var key && ResumeKey.IsOne(key))
                    yield return new(key, found.Size ?? 0, Instant(found.LastModified));
            if (page?.IsTruncated is not true)
                yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <inheritdoc />
    /// <remarks>Parts of uploads that a killed process left; the service keeps them, and they cost, until somebody ends the upload.</remarks>
    public async Task<int> RemoveUnfinishedAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var removed = 0;
        var request = new ListMultipartUploadsRequest { BucketName = _options.Name, Prefix = _options.Prefix };
        while (true)
        {
            var page = await AskAsync(() => UploadsAsync(request, cancellation), cancellation);
            foreach (var upload in page?.MultipartUploads ?? [])
                if (
                    ResumeKey.IsOne(upload.Key[_options.Prefix.Length..])
                    && Instant(upload.Initiated) < before
                    && await TryAbortAsync(upload.Key, upload.UploadId)
                )
                    removed++;
            if (page?.IsTruncated is not true)
                return removed;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    /// <inheritdoc />
    public Task TryOutAsync(CancellationToken cancellation) =>
        AskAsync(
            async () =>
            {
                using var content = new MemoryStream("Anteroom sees whether it can write.\n"u8.ToArray());
                var answer = await _client.Value.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = _options.Name,
                        Key = _options.Prefix + Tried,
                        InputStream = content,
                        UseChunkEncoding = false,
                        DisablePayloadSigning = false,
                    },
                    cancellation
                );
                return answer.HttpStatusCode;
            },
            cancellation
        );

    // Some services do not list them; those clean up by a rule of the bucket.
    private async Task<ListMultipartUploadsResponse?> UploadsAsync(
        ListMultipartUploadsRequest request,
        CancellationToken cancellation
    )
    {
        try
        {
            return await _client.Value.ListMultipartUploadsAsync(request, cancellation);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotImplemented)
        {
            return null;
        }
    }

    private async Task<bool> TryAbortAsync(string named, string upload)
    {
        try
        {
            await _client.Value.AbortMultipartUploadAsync(_options.Name, named, upload, CancellationToken.None);
            return true;
        }
        catch (Exception error)
            when (error
                    is AmazonServiceException
                        or AmazonClientException
                        or HttpRequestException
                        or OperationCanceledException
            )
        {
            return false; // The daily cleaning comes to it.
        }
    }
}
