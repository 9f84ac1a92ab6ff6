namespace Anteroom.Resumes;

/// <summary>Where the resume kept last is; null when no row names one. From the database, which a folder is held against.</summary>
internal delegate Task<string?> NewestResume(CancellationToken cancellation);

/// <summary>The folder is not the one with the firm's resumes: not mounted, moved, or another's. Nothing is written into it.</summary>
internal sealed class StoreMissingException(string message) : StorageUnavailableException(message);

internal sealed partial class DiskStore
{
    /// <summary>The file that says: this is the folder. Under a mount point whose disk is not there, there is none.</summary>
    internal const string Marker = ".anteroom-resumes";

    private const string MarkerText = """
        The resumes of an Anteroom installation are in this folder. It takes none into a folder without this file, so that a disk
        that is not mounted is noticed. Keep the file where the resumes are.

        """;

    /// <summary>Sees to it that the folder is the right one; that costs a look at a file.</summary>
    /// <exception cref="StoreMissingException">It is not.</exception>
    private ValueTask FindFolderAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return File.Exists(_marker) ? ValueTask.CompletedTask : AdoptFolderAsync(cancellation);
    }

    /// <summary>
    /// The folder of a new installation, or of one from before there was a marker, is taken: no resume was kept yet, or the newest lies in it.
    /// </summary>
    private async ValueTask AdoptFolderAsync(CancellationToken cancellation)
    {
        if (await _newest(cancellation) is { } newest && !File.Exists(PathOf(newest)))
            throw new StoreMissingException(
                $"The folder {_root} does not hold the firm's resumes: it has no {Marker}, and not the newest file. Is its disk mounted? "
                    + "If the files are lost, restore a backup, or put an empty file of that name there to go on without them."
            );
        MarkFolder();
    }

    private void MarkFolder()
    {
        if (File.Exists(_marker))
            return;
        try
        {
            PrivateFolder.Create(_incoming);
            File.WriteAllText(_marker, MarkerText);
            SystemCalls.FlushFolder(_root);
            if (Path.GetDirectoryName(_root) is { } parent)
                TryFlushFolder(parent);
        }
        catch (Exception exception) when (IsStorage(exception))
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>The folder above the store may belong to somebody else; what matters of it was durable before us.</summary>
    private static void TryFlushFolder(string folder)
    {
        try
        {
            SystemCalls.FlushFolder(folder);
        }
        catch (IOException) { }
    }
}
