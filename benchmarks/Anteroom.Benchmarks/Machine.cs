using System.Runtime.InteropServices;

namespace Anteroom.Benchmarks;

/// <summary>Where the figures come from.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, kernel and file system, as one line.</summary>
    public static string Describe(string folder)
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..])
            .FirstOrDefault(RuntimeInformation.ProcessArchitecture.ToString());
        return $"{Environment.ProcessorCount} cores ({model}), {RuntimeInformation.OSDescription.Trim()}, "
            + $"{RuntimeInformation.FrameworkDescription}, data on {FileSystem(folder)}, fsync on everywhere";
    }

    /// <summary>The file system a folder is on, from <c>/proc/mounts</c>: the mount point that is its longest beginning.</summary>
    /// <exception cref="BenchmarkException">It is in memory: nothing would be durable there.</exception>
    public static string FileSystem(string folder)
    {
        var mount = File.ReadLines("/proc/mounts")
            .Select(line => line.Split(' '))
            .Where(fields =>
                (folder + "/").StartsWith(
                    fields[1].TrimEnd('/').Replace("\\040", " ", StringComparison.Ordinal) + "/",
                    StringComparison.Ordinal
                )
            )
            .MaxBy(fields => fields[1].Length)!;
        return mount[2] is "tmpfs" or "ramfs"
            ? throw new BenchmarkException(
                $"{folder} is on {mount[2]}, in memory: nothing would be measured there. Use a clone on a disk."
            )
            : mount[2];
    }
}
