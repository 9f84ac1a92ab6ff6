using System.IO.Compression;
using System.Security.Cryptography;

namespace Anteroom.Admin;

/// <summary>Files of a backup: durable when they are written, closed to other users.</summary>
internal static class BackupFile
{
    private const int BufferBytes = 128 * 1024;
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file through gzip, sealed as the settings say, and returns the SHA-256 of what lies on the disk then.</summary>
    public static async Task<string> WriteCompressedAsync(
        string path,
        BackupSeal seal,
        string name,
        Func<Stream, Task> write,
        CancellationToken cancellation
    )
    {
        await using (var file = Create(path))
        {
            await using (var content = seal.Write(file, name))
            await using (var gzip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
                await write(gzip);
            file.Flush(flushToDisk: true);
        }

        return await HashAsync(path, cancellation);
    }

    /// <summary>Copies into a new file that is durable when this returns; the SHA-256 of what was copied.</summary>
    public static async Task<string> CopyAsync(
        Stream content,
        string path,
        BackupSeal seal,
        string name,
        CancellationToken cancellation
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = Create(path);
        await using (var target = seal.Write(file, name))
        {
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
        }

        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Opens a compressed file for reading.</summary>
    public static async Task<Stream> OpenCompressedAsync(
        string path,
        BackupSeal seal,
        string name,
        CancellationToken cancellation
    ) => new GZipStream(await seal.OpenAsync(path, name, cancellation), CompressionMode.Decompress);

    /// <summary>The SHA-256 of a file, lower-case hexadecimal.</summary>
    public static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }

    /// <summary>A new file, for the owner only; one that is there is overwritten.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerReads;
        return new FileStream(path, options);
    }
}
