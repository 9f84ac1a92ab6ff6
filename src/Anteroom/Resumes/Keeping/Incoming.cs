using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>
/// The folder of files that are on their way: <c>incoming</c> in the folder of resumes, whichever store they are for. Only the account
/// that runs the program can read them.
/// </summary>
internal sealed class Incoming(IOptions<ResumeOptions> options)
{
    /// <summary>Its path.</summary>
    public string Folder { get; } = Path.Combine(Path.GetFullPath(options.Value.Folder), "incoming");

    /// <summary>A new, empty file.</summary>
    /// <exception cref="StorageUnavailableException">The disk cannot take one.</exception>
    public IncomingFile Create(string prefix = "")
    {
        var path = Path.Combine(Folder, $"{prefix}{Guid.NewGuid():N}");
        try
        {
            try
            {
                return new(Open(path), path);
            }
            catch (DirectoryNotFoundException)
            {
                // The first file, or somebody deleted the folder while the program was running.
                PrivateFolder.Create(Folder);
                return new(Open(path), path);
            }
        }
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
        }
    }

    /// <summary>A file that is gone when it is closed.</summary>
    public FileStream CreatePassing(string prefix)
    {
        var file = Create(prefix);
        // Its name goes at once where the system allows it, and at the daily cleaning where it does not.
        IncomingFile.TryDelete(file.Path);
        return file.Content;
    }

    /// <summary>Removes files last written before then. Younger ones may belong to another node that shares the folder.</summary>
    public int RemoveOld(DateTimeOffset before, CancellationToken cancellation)
    {
        if (!Directory.Exists(Folder))
            return 0;
        var removed = 0;
        foreach (var file in new DirectoryInfo(Folder).EnumerateFiles())
        {
            cancellation.ThrowIfCancellationRequested();
            if (file.LastWriteTimeUtc < before.UtcDateTime && IncomingFile.TryDelete(file.FullName))
                removed++;
        }

        return removed;
    }

    private static FileStream Open(string path)
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
}

/// <summary>A file on its way. Disposing deletes it, unless a store has moved it away.</summary>
internal sealed class IncomingFile(FileStream content, string path) : IDisposable
{
    private int _taken;

    /// <summary>What was received, as it will be kept.</summary>
    public FileStream Content => content;

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>True for the first caller, who then keeps or deletes the file.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <inheritdoc />
    public void Dispose()
    {
        content.Dispose();
        TryDelete(path);
    }

    /// <summary>Deletes a file of ours, if it can be.</summary>
    public static bool TryDelete(string path)
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

    /// <summary>What a disk throws.</summary>
    public static bool IsStorage(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>That, for everybody.</summary>
    public static StorageUnavailableException Unavailable(Exception inner) =>
        new("Resumes cannot be stored at the moment: " + inner.Message, inner);
}
