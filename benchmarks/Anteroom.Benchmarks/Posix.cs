using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Anteroom.Benchmarks;

/// <summary>The few calls of the C library that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int ReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <summary>Makes the names in a folder durable (fsync of the folder).</summary>
    /// <exception cref="Win32Exception">The folder cannot be opened or synchronised.</exception>
    public static void SyncFolder(string folder)
    {
        var handle = Open(folder, ReadOnly);
        if (handle < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        var result = Sync(handle);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result != 0)
            throw new Win32Exception(error);
    }

    /// <summary>Sends a signal to a process of ours; false when it has ended already.</summary>
    public static bool Signal(int process, int signal) => SendSignal(process, signal) == 0;

    /// <summary>The processes that a process has started and that run.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(folder =>
                    int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0
                )
                .Where(id =>
                    id > 0 && Stat(id) is { } stat && int.Parse(stat[1], CultureInfo.InvariantCulture) == parent
                ),
        ];

    /// <summary>What <c>/proc</c> says of a process from its state on (proc(5), field 3); null when it has ended.</summary>
    public static string[]? Stat(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            // The second field, the name in brackets, may hold spaces; the fourth is the parent, 14 to 17 are the times.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
