using System.Buffers;
using System.Security.Cryptography;

namespace Anteroom.Resumes;

/// <summary>What was received.</summary>
/// <param name="Type">The type found in it; null when it is none that is accepted.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its hash; empty when it is too large.</param>
/// <param name="Problem">Why it cannot be accepted.</param>
/// <param name="PhotoProblem">Of a photo: why it cannot be accepted as one.</param>
internal sealed record ReceivedUpload(
    ResumeType? Type,
    long Bytes,
    byte[] Sha256,
    Sentence? Problem,
    Sentence? PhotoProblem = null
);

/// <summary>
/// Copies an upload into a file, hashing it on the way, and finds out what it is. Failures of the upload reach the caller unchanged; what
/// goes wrong with our disk becomes a <see cref="StorageUnavailableException"/>.
/// </summary>
internal static class ReceiveUpload
{
    /// <summary>Large enough that an ordinary resume is one read buffer and one write.</summary>
    public const int BufferBytes = 128 * 1024;

    /// <summary>Receives it.</summary>
    /// <param name="content">The upload.</param>
    /// <param name="file">Where it is written to.</param>
    /// <param name="seal">How: encrypted or as it comes.</param>
    /// <param name="id">The id it will be kept under.</param>
    /// <param name="maxBytes">The largest size accepted.</param>
    /// <param name="cancellation">Stops receiving.</param>
    public static async Task<ReceivedUpload> RunAsync(
        Stream content,
        IncomingFile file,
        FileSeal seal,
        Guid id,
        long maxBytes,
        CancellationToken cancellation
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var writer = seal.Write(file.Content, id);
            var bytes = 0L;
            int filled;
            while ((filled = await FillAsync(content, buffer, cancellation)) > 0)
            {
                if (bytes + filled > maxBytes)
                    return new(null, bytes + filled, [], TooLarge(maxBytes));

                hash.AppendData(buffer, 0, filled);
                await OnDiskAsync(() => writer.WriteAsync(buffer.AsMemory(0, filled), cancellation));
                bytes += filled;
                if (filled < buffer.Length)
                    break;
            }

            await OnDiskAsync(() => writer.EndAsync(cancellation));
            // A file that fits in the buffer is inspected there, without reading it back.
            var found =
                bytes <= buffer.Length
                    ? InspectBuffer(buffer, (int)bytes)
                    : await InspectFileAsync(file, seal, id, cancellation);
            return new(found.Type, bytes, hash.GetHashAndReset(), found.Problem, found.PhotoProblem);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Fills the buffer, or until the content ends; a network stream gives a few kilobytes at a time.</summary>
    private static async ValueTask<int> FillAsync(Stream content, byte[] buffer, CancellationToken cancellation) =>
        await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);

    private static async ValueTask OnDiskAsync(Func<ValueTask> step)
    {
        try
        {
            await step();
        }
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
        }
    }

    private static ResumeInspection InspectBuffer(byte[] buffer, int length)
    {
        using var stream = new MemoryStream(buffer, 0, length, writable: false);
        return ResumeInspector.Inspect(stream);
    }

    private static async Task<ResumeInspection> InspectFileAsync(
        IncomingFile file,
        FileSeal seal,
        Guid id,
        CancellationToken cancellation
    )
    {
        try
        {
            // Not disposed: the file goes on to the store.
            return ResumeInspector.Inspect(await seal.OpenAsync(file.Content, id, cancellation));
        }
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
        }
    }

    private static Sentence TooLarge(long maxBytes) =>
        $"This file is too large: a resume can have at most {FileSize.Of(maxBytes)}. Please send a smaller one.";
}
