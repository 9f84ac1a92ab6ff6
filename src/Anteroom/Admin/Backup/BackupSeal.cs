using System.Security.Cryptography;
using System.Text;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>
/// Encryption of backups, in the format of encrypted resumes (AES-256-GCM in chunks, a key for each file): with keys in
/// <c>Backup:EncryptionKeys</c>, files are written encrypted; encrypted or not, they are read. The manifest, which holds nothing of
/// people, stays in the clear and is signed.
/// </summary>
public sealed class BackupSeal(IOptions<BackupOptions> options)
{
    internal const string Setting = "Backup:EncryptionKeys";

    /// <summary>The manifest's signature in a backup's folder.</summary>
    internal const string SignatureFile = "manifest.signature";

    private readonly EncryptionKeys _keys = EncryptionKeys.Parse(options.Value.EncryptionKeys);
    private readonly FileSeal _seal = new(EncryptionKeys.Parse(options.Value.EncryptionKeys), "Backups", Setting);

    /// <summary>The key that backups are made with; null when they are not encrypted.</summary>
    public string? KeyName => _seal.KeyName;

    /// <summary>Writes the content of a file; what is disposed is complete.</summary>
    /// <param name="target">Stays open.</param>
    /// <param name="name">What the file is: another file in its place does not decrypt.</param>
    internal Stream Write(Stream target, string name) => new SealingStream(_seal.Write(target, IdOf(name)));

    /// <summary>The plain content of a file.</summary>
    /// <exception cref="StorageUnavailableException">Its key is missing or another one; the message says which.</exception>
    internal async Task<Stream> OpenAsync(string path, string name, CancellationToken cancellation)
    {
        var file = File.OpenRead(path);
        try
        {
            return await _seal.OpenAsync(file, IdOf(name), cancellation);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether a file holds that many bytes and is encrypted, or not, as it would be today.</summary>
    internal async Task<bool> IsAsOfTodayAsync(string path, long bytes, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            return false;
        await using var file = File.OpenRead(path);
        var start = new byte[SealHeader.Bytes];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        return _seal.IsAsOfToday(start.AsSpan(0, read))
            && FileSeal.PlainLength(start.AsSpan(0, read), file.Length) == bytes;
    }

    /// <summary>Signs a manifest; null when backups are not encrypted.</summary>
    internal string? Sign(byte[] manifest) =>
        _keys.Newest is { } key ? $"{key.Name} {Convert.ToHexStringLower(Mac(key, manifest))}\n" : null;

    /// <summary>What is wrong with a manifest's signature; null for nothing.</summary>
    /// <exception cref="StorageUnavailableException">The key is missing.</exception>
    internal string? ProblemOf(byte[] manifest, string? signature)
    {
        if (signature?.Split(' ', '\n') is not [var name, var mac, ..])
            return $"its {SignatureFile} is missing or damaged";
        if (_keys.Find(name) is not { } key)
            throw new LockedResumeException(name, isAnother: false, "Backups", Setting);
        try
        {
            return CryptographicOperations.FixedTimeEquals(Mac(key, manifest), Convert.FromHexString(mac))
                ? null
                : $"its {BackupManifest.FileName} is not what was signed, or the key {name} is another one than it was signed with";
        }
        catch (FormatException)
        {
            return $"its {SignatureFile} is missing or damaged";
        }
    }

    private static byte[] Mac(EncryptionKey key, byte[] content)
    {
        var own = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            key.Secret,
            32,
            info: "anteroom backup manifest"u8.ToArray()
        );
        return HMACSHA256.HashData(own, content);
    }

    private static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
}

/// <summary>A stream into a <see cref="SealWriter"/>. Disposing it ends the file.</summary>
internal sealed class SealingStream(SealWriter writer) : Stream
{
    private bool _ended;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        writer.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            _ended = true;
            await writer.EndAsync(CancellationToken.None);
            await writer.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Write asynchronously.");
}
