using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>
/// Writes messages as <c>.eml</c> files to a folder, for a first start without a mail server. Files appear whole or not at all, and a
/// retry overwrites its file.
/// </summary>
internal sealed class PickupTransport(IOptions<MailOptions> options) : IMailTransport
{
    private const int LongestName = 100;
    private const int ProbeBytes = 4096;

    private readonly string _folder = Path.GetFullPath(options.Value.PickupFolder);

    /// <inheritdoc />
    public Task<IMailConnection> ConnectAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            // Mail is private: a folder we create is for us alone.
            PrivateFolder.Create(_folder);
            var probe = Path.Combine(_folder, $".{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, new byte[ProbeBytes]);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MailException($"The folder for mail, {_folder}, cannot be used: {e.Message}", permanent: false, e)
            {
                IsConnectionFailure = true,
            };
        }

        return Task.FromResult<IMailConnection>(new Folder(_folder, new MimeWriter(DkimSignature.Of(options.Value))));
    }

    /// <summary>The file name: the left side of the Message-ID, plus a digest of it all if that is not a plain name.</summary>
    public static string FileName(string messageId)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        var at = messageId.IndexOf('@', StringComparison.Ordinal);
        var left = at < 0 ? messageId : messageId[..at];
        var safe = new string([
            .. left.Take(LongestName).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'),
        ]);
        if (!string.Equals(safe, left, StringComparison.Ordinal) || safe.Length == 0)
            safe += "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)).AsSpan(0, 8));
        return safe + ".eml";
    }

    private sealed class Folder(string folder, MimeWriter mime) : IMailConnection
    {
        public bool IsUsable => true;

        public async Task SendAsync(MailMessage message, CancellationToken cancellation)
        {
            var bytes = mime.Write(message);
            var name = FileName(message.MessageId);

            // The same name for every try, so that leftovers of a crash are overwritten.
            var unfinished = Path.Combine(folder, $".{name}.tmp");
            try
            {
                await WriteAsync(unfinished, bytes, cancellation);
                File.Move(unfinished, Path.Combine(folder, name), overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new MailException(
                    $"The message cannot be written into {folder}: {e.Message}",
                    permanent: false,
                    e
                );
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            var how = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Share = FileShare.None,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows())
                how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using var file = new FileStream(path, how);
            await file.WriteAsync(bytes, cancellation);

            // There is no asynchronous fsync.
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
    }
}
