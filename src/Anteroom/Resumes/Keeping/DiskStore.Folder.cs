namespace Anteroom.Resumes;

/// <summary>
/// The resume kept last whose file has to be in the folder; null when there is none. From the database, which a folder is held against.
/// </summary>
internal delegate Task<string?> NewestResume(CancellationToken cancellation);

internal sealed partial class DiskStore
{
    /// <summary>The file that says: this is the folder. Under a mount point whose disk is not there, there is none.</summary>
    internal const string Marker = ".anteroom-resumes";

    private const string MarkerText = """
        The resumes of an Anteroom installation are in this folder. It takes none into a folder without this file, so that a disk
        that is not mounted is noticed. Keep the file where the resumes are.

        """;

    /// <inheritdoc />
    /// <remarks>It costs a look at a file.</remarks>
    public ValueTask FindAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return File.Exists(_marker) ? ValueTask.CompletedTask : AdoptFolderAsync(cancellation);
    }

    /// <summary>Beside a bucket there may be no folder, or none anymore: then it has no files.</summary>
    private async ValueTask<bool> IsThereAsync(CancellationToken cancellation)
    {
        if (_isFirst)
            await FindAsync(cancellation);
        return _isFirst || File.Exists(_marker);
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
            PrivateFolder.Create(_incoming.Folder);
            File.WriteAllText(_marker, MarkerText);
            SystemCalls.FlushFolder(_root);
            if (Path.GetDirectoryName(_root) is { } parent)
                TryFlushFolder(parent);
        }
        catch (Exception exception) when (IncomingFile.IsStorage(exception))
        {
            throw IncomingFile.Unavailable(exception);
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
