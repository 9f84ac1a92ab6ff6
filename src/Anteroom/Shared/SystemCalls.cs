using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Anteroom.Shared;

/// <summary>The few calls of POSIX that .NET has no name for.</summary>
internal static partial class SystemCalls
{
    /// <summary>Signal that asks PostgreSQL for a fast shutdown: end transactions, checkpoint, exit.</summary>
    public const int Interrupt = 2;

    /// <summary>Signal that asks PostgreSQL to exit at once; the next start recovers.</summary>
    public const int Quit = 3;

    /// <summary>Signal that ends a process without asking.</summary>
    public const int Kill = 9;

    private const int ReadOnly = 0;
    private const int StartWriting = 2;

    /// <summary>Sends a signal; false when the process is gone or not ours.</summary>
    public static bool Signal(int pid, int signal) => pid > 1 && SendSignal(pid, signal) == 0;

    /// <summary>The path without symbolic links; the path itself when it does not exist.</summary>
    public static string RealPath(string path)
    {
        var buffer = new byte[4097]; // PATH_MAX and its NUL
        return Resolve(path, buffer) == 0 ? path : Encoding.UTF8.GetString(buffer, 0, Array.IndexOf(buffer, (byte)0));
    }

    /// <summary>
    /// Makes the entries of a folder durable (fsync of the folder, see <c>fsync(2)</c>: "Calling fsync() does not
    /// necessarily ensure that the entry in the directory containing the file has also reached disk"). Nothing on Windows.
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

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Resolve(string path, [Out] byte[] resolved);
}
