using System.Security.Cryptography;

namespace Anteroom.Resumes;

/// <summary>
/// The plain content of an encrypted file, from any place on: a range costs its chunks. Each chunk is verified before any of it is given.
/// </summary>
/// <param name="file">The encrypted file; disposed with this.</param>
/// <param name="cipher">Of this file.</param>
internal sealed class SealedStream(Stream file, ChunkCipher cipher) : Stream
{
    private const int ChunkBytes = ChunkCipher.PlainBytes + ChunkCipher.TagBytes;

    private readonly byte[] _chunk = new byte[ChunkBytes];
    private readonly byte[] _plain = new byte[ChunkCipher.PlainBytes];
    private readonly long _chunks = Math.Max(1, (file.Length - SealHeader.Bytes + ChunkBytes - 1) / ChunkBytes);
    private long _decrypted = -1;
    private int _length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    /// <summary>Of the plain content; a file that was cut shows when it is read.</summary>
    public override long Length => PlainLength(file.Length);

    public override long Position { get; set; }

    /// <summary>The length of what an encrypted file of that length holds.</summary>
    public static long PlainLength(long encrypted)
    {
        var chunks = Math.Max(1, (encrypted - SealHeader.Bytes + ChunkBytes - 1) / ChunkBytes);
        return Math.Max(0, encrypted - SealHeader.Bytes - (chunks * ChunkCipher.TagBytes));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0 || !Seek(out var place))
            return 0;
        if (place != _decrypted)
        {
            var filled = await file.ReadAtLeastAsync(_chunk, ChunkBytes, false, cancellationToken);
            Decrypt(place, filled);
        }

        return Give(buffer.Span);
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0 || !Seek(out var place))
            return 0;
        if (place != _decrypted)
            Decrypt(place, file.ReadAtLeast(_chunk, ChunkBytes, false));
        return Give(buffer);
    }

    // The last chunk is decrypted at the end as well: of an empty file, or one that was cut, there is nothing else to notice it by.
    private bool Seek(out long place)
    {
        place = Math.Min(Position / ChunkCipher.PlainBytes, _chunks - 1);
        if (Position >= Length && _decrypted == place)
            return false;
        if (place != _decrypted)
            file.Position = SealHeader.Bytes + (place * ChunkBytes);
        return true;
    }

    private void Decrypt(long place, int filled)
    {
        _decrypted = -1;
        try
        {
            if (filled < ChunkCipher.TagBytes)
                throw new DamagedResumeException();
            _length = filled - ChunkCipher.TagBytes;
            cipher.Decrypt(place, isLast: place == _chunks - 1, _chunk.AsSpan(0, filled), _plain.AsSpan(0, _length));
            _decrypted = place;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new DamagedResumeException();
        }
    }

    private int Give(Span<byte> buffer)
    {
        var from = Position - (_decrypted * ChunkCipher.PlainBytes);
        if (from >= _length)
            return 0;
        var given = _plain.AsSpan((int)from, Math.Min(buffer.Length, _length - (int)from));
        given.CopyTo(buffer);
        Position += given.Length;
        return given.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cipher.Dispose();
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
