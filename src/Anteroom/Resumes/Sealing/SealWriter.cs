namespace Anteroom.Resumes;

/// <summary>Writes a file encrypted, or as it comes when there is no key.</summary>
internal sealed class SealWriter(Stream target, EncryptionKey? key, Guid id) : IAsyncDisposable
{
    private readonly byte[] _plain = key is null ? [] : new byte[ChunkCipher.PlainBytes];
    private readonly byte[] _chunk = key is null ? [] : new byte[ChunkCipher.PlainBytes + ChunkCipher.TagBytes];
    private ChunkCipher? _cipher;
    private int _filled;
    private long _place;

    /// <summary>Writes the next bytes.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (key is null)
        {
            await target.WriteAsync(bytes, cancellation);
            return;
        }

        while (bytes.Length > 0)
        {
            // Whether a chunk is the last one shows when more comes.
            if (_filled == _plain.Length)
                await WriteChunkAsync(isLast: false, cancellation);
            var taken = Math.Min(bytes.Length, _plain.Length - _filled);
            bytes[..taken].CopyTo(_plain.AsMemory(_filled));
            _filled += taken;
            bytes = bytes[taken..];
        }
    }

    /// <summary>Ends the file: without it, it is none.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        if (key is not null)
            await WriteChunkAsync(isLast: true, cancellation);
    }

    private async ValueTask WriteChunkAsync(bool isLast, CancellationToken cancellation)
    {
        if (_cipher is null)
        {
            var header = SealHeader.New(key!);
            _cipher = new ChunkCipher(header.FileKey(key!, id));
            await target.WriteAsync(header.Raw, cancellation);
        }

        _cipher.Encrypt(_place++, isLast, _plain.AsSpan(0, _filled), _chunk);
        await target.WriteAsync(_chunk.AsMemory(0, _filled + ChunkCipher.TagBytes), cancellation);
        _filled = 0;
    }

    /// <summary>Lets go of the key; the target is the caller's.</summary>
    public ValueTask DisposeAsync()
    {
        _cipher?.Dispose();
        return ValueTask.CompletedTask;
    }
}
