using System.Buffers;
using System.Security.Cryptography;

namespace Anteroom.Resumes;

internal sealed partial class DiskStore
{
    private sealed record Received(ResumeType? Type, long Bytes, byte[] Sha256, Sentence? Problem);

    /// <summary>
    /// Copies the upload into the file, hashing it on the way. Failures of the upload reach the caller unchanged;
    /// what goes wrong with our disk becomes a <see cref="StorageUnavailableException"/>.
    /// </summary>
    private static async Task<Received> ReceiveAsync(
        Stream content,
        FileStream file,
        long maxBytes,
        CancellationToken cancellation
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var bytes = 0L;
            int filled;
            while ((filled = await FillAsync(content, buffer, cancellation)) > 0)
            {
                if (bytes + filled > maxBytes)
                    return new(null, bytes + filled, [], TooLarge(maxBytes));

                hash.AppendData(buffer, 0, filled);
                await WriteAsync(file, buffer.AsMemory(0, filled), cancellation);
                bytes += filled;
                if (filled < buffer.Length)
                    break;
            }

            // A file that fits in the buffer is inspected there, without reading it back.
            var (type, problem) = bytes <= buffer.Length ? InspectBuffer(buffer, (int)bytes) : InspectFile(file);
            return new(type, bytes, hash.GetHashAndReset(), problem);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Fills the buffer, or until the content ends; a network stream gives a few kilobytes at a time.</summary>
    private static async ValueTask<int> FillAsync(Stream content, byte[] buffer, CancellationToken cancellation) =>
        await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);

    private static async ValueTask WriteAsync(
        FileStream file,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellation
    )
    {
        try
        {
            await file.WriteAsync(bytes, cancellation);
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            throw Unavailable(exception);
        }
    }

    private static ResumeInspection InspectBuffer(byte[] buffer, int length)
    {
        using var stream = new MemoryStream(buffer, 0, length, writable: false);
        return ResumeInspector.Inspect(stream);
    }

    private static ResumeInspection InspectFile(FileStream file)
    {
        try
        {
            return ResumeInspector.Inspect(file);
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            throw Unavailable(exception);
        }
    }

    private static Sentence TooLarge(long maxBytes) =>
        $"This file is too large: a resume can have at most {FileSize.Of(maxBytes)}. Please send a smaller one.";
}
