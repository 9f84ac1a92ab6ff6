using System.Security.Cryptography;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// The first 64 bytes of an encrypted file: what it is (8), the name of its key (16), the key's fingerprint (8), salt (32).
/// docs/decisions/0043-stores.md describes the format.
/// </summary>
internal readonly struct SealHeader
{
    /// <summary>How long it is.</summary>
    public const int Bytes = 64;

    /// <summary>The longest name of a key.</summary>
    public const int NameBytes = 16;

    // No type of resume begins like this, and no text has such bytes. The last one is the version.
    private static ReadOnlySpan<byte> Magic => [0x8E, (byte)'A', (byte)'N', (byte)'T', 0x0D, 0x1A, 0x00, 0x01];

    private SealHeader(byte[] bytes) => Raw = bytes;

    /// <summary>As it stands in the file.</summary>
    public byte[] Raw { get; }

    /// <summary>The name of the key.</summary>
    public string KeyName => Encoding.ASCII.GetString(Raw, 8, NameBytes).TrimEnd('\0');

    /// <summary>Tells whether the key of that name is the very one.</summary>
    public ReadOnlySpan<byte> Fingerprint => Raw.AsSpan(24, 8);

    private ReadOnlySpan<byte> Salt => Raw.AsSpan(32, 32);

    /// <summary>For a new file.</summary>
    public static SealHeader New(EncryptionKey key)
    {
        var bytes = new byte[Bytes];
        Magic.CopyTo(bytes);
        Encoding.ASCII.GetBytes(key.Name, bytes.AsSpan(8, NameBytes));
        key.Fingerprint.CopyTo(bytes.AsSpan(24));
        RandomNumberGenerator.Fill(bytes.AsSpan(32));
        return new(bytes);
    }

    /// <summary>Reads it from the start of a file; null when the file is not encrypted.</summary>
    public static SealHeader? Of(ReadOnlySpan<byte> start) =>
        start.Length >= Bytes && start.StartsWith(Magic) ? new(start[..Bytes].ToArray()) : null;

    /// <summary>Whether it was encrypted with that key.</summary>
    public bool IsOf(EncryptionKey key) => KeyName == key.Name && Fingerprint.SequenceEqual(key.Fingerprint);

    /// <summary>
    /// The file's own key: another header or another id gives another key, so neither can be exchanged. With a key for each file, nonces
    /// only count its chunks.
    /// </summary>
    public byte[] FileKey(EncryptionKey key, Guid id)
    {
        Span<byte> info = stackalloc byte[Bytes + 16];
        Raw.CopyTo(info);
        id.TryWriteBytes(info[Bytes..], bigEndian: true, out _);
        var derived = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Secret, derived, Salt, info);
        return derived;
    }
}
