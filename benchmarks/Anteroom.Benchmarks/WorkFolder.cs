using System.Security.Cryptography;

namespace Anteroom.Benchmarks;

/// <summary>
/// The temporary folder that holds the server, the app's data and the logs. It is in the clone, not in <c>/tmp</c>, which is
/// often in memory; and removed at the end.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly bool _keep;

    private WorkFolder(string path, bool keep) => (Path, _keep) = (path, keep);

    public string Path { get; }

    /// <summary>
    /// Creates it below <paramref name="build"/>; or in <c>/var/tmp</c> when PostgreSQL, which runs as another user when we are
    /// root, could not reach it there (a clone in <c>/root</c>).
    /// </summary>
    public static WorkFolder Create(string build, bool keep)
    {
        var parent = Environment.IsPrivilegedProcess && !IsOpenToAll(build) ? "/var/tmp" : build;
        var path = System.IO.Path.Combine(parent, "bench-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        Directory.CreateDirectory(path, (UnixFileMode)0b111_101_101);
        return new WorkFolder(path, keep);
    }

    public void Dispose()
    {
        if (_keep)
            Console.WriteLine($"Kept {Path}");
        else
            Directory.Delete(Path, recursive: true);
    }

    private static bool IsOpenToAll(string folder)
    {
        Directory.CreateDirectory(folder);
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (!at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }
}
