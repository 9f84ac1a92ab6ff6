using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>The file is encrypted, and its key is not in the settings.</summary>
/// <param name="key">The name of its key.</param>
/// <param name="isAnother">There is a key of that name, and it is another one.</param>
/// <param name="what">What such files are called, at the beginning of a sentence.</param>
/// <param name="setting">Where their keys are.</param>
internal sealed class LockedResumeException(
    string key,
    bool isAnother,
    string what = "Resume files",
    string setting = "Resumes:EncryptionKeys"
)
    : StorageUnavailableException(
        isAnother
            ? $"{what} are encrypted with a key {key} that is another one than the key {key} in {setting}. Set the one that they were encrypted with."
            : $"{what} are encrypted with the key {key}, which is not in {setting}. Add it there."
    );

/// <summary>
/// Encryption at rest: with keys in the settings, files are written encrypted; encrypted or not, they are read. What a row says of a
/// file, its size and its SHA-256, is always about the plain content.
/// </summary>
internal sealed class FileSeal(EncryptionKeys keys, string what, string setting)
{
    private readonly EncryptionKeys _keys = keys;

    /// <summary>For resumes.</summary>
    public FileSeal(IOptions<ResumeOptions> options)
        : this(EncryptionKeys.Parse(options.Value.EncryptionKeys), "Resume files", "Resumes:EncryptionKeys") { }

    /// <summary>Whether new files are encrypted.</summary>
    public bool IsOn => _keys.Newest is not null;

    /// <summary>Begins a file.</summary>
    public SealWriter Write(Stream target, Guid id) => new(target, _keys.Newest, id);

    /// <summary>The plain content of a kept file, from its beginning.</summary>
    /// <param name="file">The file as it was kept; the result disposes it.</param>
    /// <param name="id">From its key.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="LockedResumeException">The key is missing.</exception>
    public async Task<Stream> OpenAsync(Stream file, Guid id, CancellationToken cancellation)
    {
        var start = new byte[SealHeader.Bytes];
        file.Position = 0;
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        if (SealHeader.Of(start.AsSpan(0, read)) is not { } header)
            return file;

        var key = _keys.Find(header.KeyName);
        if (key is null || !header.IsOf(key))
            throw new LockedResumeException(header.KeyName, isAnother: key is not null, what, setting);
        return new SealedStream(file, new ChunkCipher(header.FileKey(key, id)));
    }

    /// <summary>The name of the key that new files are encrypted with; null when they are not.</summary>
    public string? KeyName => _keys.Newest?.Name;

    /// <summary>Whether a file that begins so is as it would be written today.</summary>
    public bool IsAsOfToday(ReadOnlySpan<byte> start) =>
        SealHeader.Of(start) is { } header ? _keys.Newest is { } newest && header.IsOf(newest) : _keys.Newest is null;

    /// <summary>The plain size of a file that begins so and is that long.</summary>
    public static long PlainLength(ReadOnlySpan<byte> start, long bytes) =>
        SealHeader.Of(start) is null ? bytes : SealedStream.PlainLength(bytes);
}
