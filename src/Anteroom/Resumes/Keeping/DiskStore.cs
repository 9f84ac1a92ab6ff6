using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>
/// Keeps files in a folder, each under its key. Only the account that runs the program can read them: files 0600, folders 0700.
/// </summary>
internal sealed partial class DiskStore : IFileStore, IDisposable
{
    /// <summary>What the setting calls it.</summary>
    internal const string ItsName = "disk";

    private readonly string _root;
    private readonly string _marker;
    private readonly NewestResume _newest;
    private readonly Incoming _incoming;
    private readonly bool _isFirst;
    private readonly GroupedFlush _flush;

    /// <summary>Opens the store. Its folders are made when the first file comes.</summary>
    public DiskStore(IOptions<ResumeOptions> options, NewestResume newest, Incoming incoming)
    {
        (_newest, _incoming) = (newest, incoming);
        _isFirst = options.Value.Store == ItsName;
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Value.Folder));
        _marker = Path.Combine(_root, Marker);
        _flush = new GroupedFlush(_root);
    }

    /// <inheritdoc />
    public string Name => ItsName;

    /// <inheritdoc />
    public string Where => $"the folder {_root}";

    /// <inheritdoc />
    public async Task KeepAsync(IncomingFile file, string key, CancellationToken cancellation)
    {
        var place = PathOf(key);
        await FindAsync(cancellation);
        try
        {
            await _flush.MoveAsync(file.Content.SafeFileHandle, file.Path, place);
        }
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
        }
    }

    /// <inheritdoc />
    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        var path = PathOf(key);
        if (!await IsThereAsync(cancellation))
            return null;
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
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
        }
    }

    /// <inheritdoc />
    public async Task<byte[]?> ReadStartAsync(string key, int count, CancellationToken cancellation)
    {
        await using var file = await OpenAsync(key, cancellation);
        if (file is null)
            return null;
        var start = new byte[count];
        return start[..await file.ReadAtLeastAsync(start, count, throwOnEndOfStream: false, cancellation)];
    }

    /// <inheritdoc />
    public async Task<StoredResume?> LookAsync(string key, CancellationToken cancellation)
    {
        var path = PathOf(key);
        return await IsThereAsync(cancellation) && new FileInfo(path) is { Exists: true } file
            ? new(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero))
            : null;
    }

    /// <inheritdoc />
    public async Task DeleteAsync(string key, CancellationToken cancellation)
    {
        var path = PathOf(key);
        if (!await IsThereAsync(cancellation))
            return;
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Then the file does not exist either.
        }
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
        }
    }

    /// <summary>Finishes what is being kept.</summary>
    public void Dispose() => _flush.Dispose();

    private string PathOf(string key) =>
        ResumeKey.IsOne(key)
            ? Path.Combine(_root, key)
            : throw new ArgumentException("This is not the key of a resume.", nameof(key));
}
