using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>
/// Keeps files in a bucket of any service that speaks S3. A file is durable when the service has acknowledged it; the hash that signs
/// each request lets the service refuse what was changed on the way.
/// </summary>
internal sealed partial class S3Store : IFileStore, IDisposable
{
    /// <summary>What the setting calls it.</summary>
    internal const string ItsName = "s3";

    /// <summary>Up to this, a file goes up in one request; a larger one in parts of this size.</summary>
    internal const int PartBytes = 8 * 1024 * 1024;

    /// <summary>Up to this, a file that is read stays in memory.</summary>
    private const int InMemoryBytes = 1024 * 1024;

    private readonly BucketOptions _options;
    private readonly Incoming _incoming;
    private readonly Lazy<AmazonS3Client> _client;

    public S3Store(IOptions<BucketOptions> options, Incoming incoming)
    {
        (_options, _incoming) = (options.Value, incoming);
        _client = new(() => Connect(_options));
    }

    /// <inheritdoc />
    public string Name => ItsName;

    /// <inheritdoc />
    public string Where => $"the bucket {_options.Name}";

    /// <inheritdoc />
    /// <remarks>A bucket that is not there refuses the file, so nobody asks before.</remarks>
    public ValueTask FindAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public Task KeepAsync(IncomingFile file, string key, CancellationToken cancellation) =>
        AskAsync(
            () =>
                file.Content.Length <= PartBytes
                    ? PutAsync(file.Content, key, cancellation)
                    : PutPartsAsync(file.Content, key, cancellation),
            cancellation
        );

    /// <inheritdoc />
    public Task ReplaceAsync(IncomingFile file, string key, CancellationToken cancellation) =>
        KeepAsync(file, key, cancellation);

    /// <inheritdoc />
    /// <remarks>
    /// The whole file is fetched before any of it is given: readers hold its hash against the row first, and may then read any part of what
    /// was verified. A large one waits on the disk.
    /// </remarks>
    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation) =>
        AskAsync(() => FetchAsync(key, cancellation), cancellation);

    /// <inheritdoc />
    public Task<byte[]?> ReadStartAsync(string key, int count, CancellationToken cancellation) =>
        AskAsync(
            async () =>
            {
                var request = new GetObjectRequest
                {
                    BucketName = _options.Name,
                    Key = Named(key),
                    ByteRange = new ByteRange(0, count - 1),
                };
                using var answer = await _client.Value.GetObjectAsync(request, cancellation);
                var start = new byte[count];
                var read = await answer.ResponseStream.ReadAtLeastAsync(start, count, false, cancellation);
                return start[..read];
            },
            cancellation
        );

    /// <inheritdoc />
    public Task<StoredResume?> LookAsync(string key, CancellationToken cancellation) =>
        AskAsync(
            async () =>
            {
                var found = await _client.Value.GetObjectMetadataAsync(_options.Name, Named(key), cancellation);
                return new StoredResume(key, found.ContentLength, Instant(found.LastModified));
            },
            cancellation
        );

    /// <inheritdoc />
    public Task DeleteAsync(string key, CancellationToken cancellation) =>
        AskAsync(
            async () => (await _client.Value.DeleteObjectAsync(_options.Name, Named(key), cancellation)).HttpStatusCode,
            cancellation
        );

    /// <summary>The address where a browser gets the file from the bucket, for as long as the setting says.</summary>
    public Task<string> LinkAsync(string key, string disposition, string contentType) =>
        _client.Value.GetPreSignedURLAsync(
            new GetPreSignedUrlRequest
            {
                BucketName = _options.Name,
                Key = Named(key),
                Verb = HttpVerb.GET,
                Protocol = _options.Endpoint?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) is true
                    ? Protocol.HTTP
                    : Protocol.HTTPS,
                Expires = DateTime.UtcNow + _options.LinkLifetime,
                ResponseHeaderOverrides =
                {
                    ContentDisposition = disposition,
                    ContentType = contentType,
                    CacheControl = "private, no-store",
                },
            }
        );

    /// <inheritdoc />
    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private async Task<Stream?> FetchAsync(string key, CancellationToken cancellation)
    {
        using var answer = await _client.Value.GetObjectAsync(_options.Name, Named(key), cancellation);
        Stream content =
            answer.ContentLength <= InMemoryBytes
                ? new MemoryStream((int)answer.ContentLength)
                : _incoming.CreatePassing("read-");
        try
        {
            await answer.ResponseStream.CopyToAsync(content, ReceiveUpload.BufferBytes, cancellation);
            content.Position = 0;
            return content;
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private async Task<HttpStatusCode> PutAsync(FileStream file, string key, CancellationToken cancellation)
    {
        file.Position = 0;
        var answer = await _client.Value.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = _options.Name,
                Key = Named(key),
                InputStream = file,
                AutoCloseStream = false,
                // Signed as a whole: framing in chunks is not known everywhere, and some keep it as content.
                UseChunkEncoding = false,
                DisablePayloadSigning = false,
            },
            cancellation
        );
        return answer.HttpStatusCode;
    }

    private async Task<HttpStatusCode> PutPartsAsync(FileStream file, string key, CancellationToken cancellation)
    {
        var upload = await _client.Value.InitiateMultipartUploadAsync(_options.Name, Named(key), cancellation);
        try
        {
            var parts = new List<PartETag>();
            for (var at = 0L; at < file.Length; at += PartBytes)
            {
                file.Position = at;
                var part = await _client.Value.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = _options.Name,
                        Key = Named(key),
                        UploadId = upload.UploadId,
                        PartNumber = parts.Count + 1,
                        PartSize = Math.Min(PartBytes, file.Length - at),
                        InputStream = file,
                        UseChunkEncoding = false,
                        DisablePayloadSigning = false,
                    },
                    cancellation
                );
                parts.Add(new PartETag(part.PartNumber ?? parts.Count + 1, part.ETag));
            }

            var done = await _client.Value.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = _options.Name,
                    Key = Named(key),
                    UploadId = upload.UploadId,
                    PartETags = parts,
                },
                cancellation
            );
            return done.HttpStatusCode;
        }
        catch
        {
            await TryAbortAsync(Named(key), upload.UploadId);
            throw;
        }
    }

    private string Named(string key) =>
        ResumeKey.IsOne(key)
            ? _options.Prefix + key
            : throw new ArgumentException("This is not the key of a resume.", nameof(key));

    private static DateTimeOffset Instant(DateTime? at) => at is { } time ? new(time.ToUniversalTime()) : default;
}
