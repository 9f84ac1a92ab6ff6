using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Anteroom.Resumes;

/// <summary>
/// Encrypts a file chunk by chunk with AES-256-GCM. The nonce is the chunk's place and whether it is the last one: a chunk at another
/// place, or a file that ends earlier or later, does not decrypt.
/// </summary>
internal sealed class ChunkCipher(byte[] fileKey) : IDisposable
{
    /// <summary>What a chunk holds; the last one may hold less.</summary>
    public const int PlainBytes = 64 * 1024;

    /// <summary>What encryption adds to a chunk.</summary>
    public const int TagBytes = 16;

    private readonly AesGcm _aes = new(fileKey, TagBytes);

    /// <summary>Encrypts a chunk into <paramref name="target"/>, which is longer by a tag.</summary>
    public void Encrypt(long place, bool isLast, ReadOnlySpan<byte> plain, Span<byte> target)
    {
        Span<byte> nonce = stackalloc byte[12];
        Nonce(place, isLast, nonce);
        _aes.Encrypt(nonce, plain, target[..plain.Length], target.Slice(plain.Length, TagBytes));
    }

    /// <summary>Decrypts a chunk.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It is not what was encrypted for this place.</exception>
    public void Decrypt(long place, bool isLast, ReadOnlySpan<byte> chunk, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[12];
        Nonce(place, isLast, nonce);
        _aes.Decrypt(nonce, chunk[..^TagBytes], chunk[^TagBytes..], plain);
    }

    private static void Nonce(long place, bool isLast, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce, place);
        nonce[8] = isLast ? (byte)1 : (byte)0;
    }

    /// <inheritdoc />
    public void Dispose() => _aes.Dispose();
}
