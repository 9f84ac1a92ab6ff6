using System.Runtime.InteropServices;
using System.Text;

namespace Anteroom.Data;

/// <summary>The few calls of POSIX that .NET does not offer.</summary>
static partial class SystemCalls
{
    /// <summary>Signal that asks PostgreSQL for a fast shutdown: end transactions, checkpoint, exit.</summary>
    public const int Interrupt = 2;

    /// <summary>Signal that asks PostgreSQL to exit at once; the next start recovers.</summary>
    public const int Quit = 3;

    /// <summary>Signal that ends a process without asking.</summary>
    public const int Kill = 9;

    /// <summary>Sends a signal; false when the process is gone or not ours.</summary>
    public static bool Signal(int pid, int signal) => pid > 1 && kill(pid, signal) == 0;

    /// <summary>Makes renames and new files in a folder survive a power failure (fsync of the folder itself). Best effort.</summary>
    public static void SyncFolder(string path)
    {
        const int readOnly = 0;
        var descriptor = open(path, readOnly);
        if (descriptor < 0)
            return;
        _ = fsync(descriptor);
        _ = close(descriptor);
    }

    /// <summary>The path without symbolic links; the path itself when it does not exist.</summary>
    public static string RealPath(string path)
    {
        var buffer = new byte[4097]; // PATH_MAX and its NUL
        return realpath(path, buffer) == 0 ? path : Encoding.UTF8.GetString(buffer, 0, Array.IndexOf(buffer, (byte)0));
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, [Out] byte[] resolved);
}
