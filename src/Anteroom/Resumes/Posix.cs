using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Anteroom.Resumes;

/// <summary>The three calls .NET has no name for. On Windows, which has none of them, they do nothing.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int StartWriting = 2;

    /// <summary>
    /// Makes the entries of a folder durable (fsync of the folder, see <c>fsync(2)</c>: "Calling fsync() does not
    /// necessarily ensure that the entry in the directory containing the file has also reached disk").
    /// </summary>
    /// <exception cref="IOException">The folder cannot be opened or its entries cannot be written.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            throw Error("open", folder);

        // The handle closes it; a folder's descriptor cannot be written to, but fsync needs no right to write.
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Fsync(handle) < 0)
            throw Error("fsync", folder);
    }

    /// <summary>
    /// Tells the system to begin writing a file's pages and does not wait: a hint that lets many files be written at the same time
    /// before each is flushed for good. Linux only; its failure means nothing, for the flush that follows will tell.
    /// </summary>
    public static void StartFlush(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
            _ = SyncFileRange(file, 0, 0, StartWriting);
    }

    private static IOException Error(string call, string path) =>
        new($"{call} of {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long bytes, uint flags);
}
