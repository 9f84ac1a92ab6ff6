using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>
/// Keeps resumes in a folder: <c>incoming/</c> while they arrive, <c>2026/11/21/0199….pdf</c> (UTC date, UUIDv7, type found) for good.
/// Only the account that runs the program can read them: files 0600, folders 0700.
/// </summary>
internal sealed partial class DiskStore : IResumeStore, IDisposable
{
    /// <summary>Large enough that an ordinary resume is one read buffer and one write.</summary>
    private const int BufferBytes = 128 * 1024;

    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly string _root;
    private readonly string _incoming;
    private readonly string _marker;
    private readonly NewestResume _newest;
    private readonly GroupedFlush _flush;

    /// <summary>Opens the store. Its folders are made when the first file comes.</summary>
    public DiskStore(IOptions<ResumeOptions> options, NewestResume newest, TimeProvider time)
    {
        (_newest, _time) = (newest, time);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Value.Folder));
        _incoming = Path.Combine(_root, "incoming");
        _marker = Path.Combine(_root, Marker);
        _flush = new GroupedFlush(_root);
    }

    /// <inheritdoc />
    public async Task<StagedResume> StageAsync(
        Stream content,
        string? fileName,
        long maxBytes,
        CancellationToken cancellation
    )
    {
        await FindFolderAsync(cancellation);
        var path = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        var file = CreateFile(path);
        try
        {
            var received = await ReceiveAsync(content, file, maxBytes, cancellation);
            if (received.Problem is not null)
                Discard(file, path);
            return new Staged(file, path)
            {
                FileName = ResumeFileName.Clean(fileName),
                Type = received.Type,
                Bytes = received.Bytes,
                Sha256 = received.Sha256,
                Problem = received.Problem,
            };
        }
        catch
        {
            Discard(file, path);
            throw;
        }
    }

    /// <inheritdoc />
    /// <remarks>Cancellation is honored until the flush has begun; from then on it finishes, within milliseconds.</remarks>
    /// <exception cref="ArgumentException">It was staged by another store, has a problem, or was kept or disposed before.</exception>
    public async Task<string> KeepAsync(StagedResume staged, CancellationToken cancellation)
    {
        if (staged is not Staged { Problem: null, Type: { } type } own || !own.TryTake())
            throw new ArgumentException("This resume cannot be kept.", nameof(staged));

        await using var file = own.File;
        var now = _time.GetUtcNow();
        var key = string.Create(
            CultureInfo.InvariantCulture,
            $"{now.UtcDateTime:yyyy'/'MM'/'dd}/{Guid.CreateVersion7(now)}.{type.ToExtension()}"
        );
        try
        {
            cancellation.ThrowIfCancellationRequested();
            await FindFolderAsync(cancellation);
            await _flush.MoveAsync(file.SafeFileHandle, own.Path, Path.Combine(_root, key));
            return key;
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            TryDelete(own.Path);
            throw Unavailable(exception);
        }
        catch
        {
            TryDelete(own.Path);
            throw;
        }
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">This store never gave out such a key.</exception>
    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        var path = PathOf(key);
        await FindFolderAsync(cancellation);
        try
        {
            return new FileStream(
                path,
                new FileStreamOptions
                {
                    Share = FileShare.Read | FileShare.Delete,
                    Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                    BufferSize = 0,
                }
            );
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            throw Unavailable(exception);
        }
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">This store never gave out such a key.</exception>
    public async Task DeleteAsync(string key, CancellationToken cancellation)
    {
        var path = PathOf(key);
        await FindFolderAsync(cancellation);
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Then the file does not exist either.
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>Finishes what is being kept.</summary>
    public void Dispose() => _flush.Dispose();

    private string PathOf(string key) =>
        Key().IsMatch(key)
            ? Path.Combine(_root, key)
            : throw new ArgumentException("This is not the key of a resume.", nameof(key));

    [GeneratedRegex(
        @"^[0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9a-f-]{36}\.[a-z]{1,8}\z",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Key();

    private FileStream CreateFile(string path)
    {
        try
        {
            return OpenNew(path);
        }
        catch (DirectoryNotFoundException)
        {
            return Recreate(path);
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>For the first file, or if somebody deleted <c>incoming</c> while the program was running.</summary>
    private FileStream Recreate(string path)
    {
        try
        {
            PrivateFolder.Create(_incoming);
            return OpenNew(path);
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            throw Unavailable(exception);
        }
    }

    private static FileStream OpenNew(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    internal static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            return false;
        }
    }

    private static void Discard(FileStream file, string path)
    {
        file.Dispose();
        TryDelete(path);
    }

    private static bool IsStorage(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private static StorageUnavailableException Unavailable(Exception inner) =>
        new("Resumes cannot be stored at the moment: " + inner.Message, inner);

    private sealed class Staged(FileStream file, string path) : StagedResume
    {
        private int _taken;

        public FileStream File => file;

        public string Path => path;

        /// <summary>True for the first caller, who then keeps or deletes the file.</summary>
        public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

        public override ValueTask DisposeAsync()
        {
            if (TryTake())
                Discard(file, path);
            return base.DisposeAsync();
        }
    }
}
