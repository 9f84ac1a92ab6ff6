using System.Diagnostics;

namespace Anteroom.Benchmarks;

/// <summary>
/// The machine's bare limit for files: as many threads as clients, each creating files of a resume's size in one folder
/// and making every one durable on its own: create, write, fsync the file, fsync the folder, close.
/// </summary>
internal static class FileLimit
{
    /// <summary>
    /// Writes for <paramref name="duration"/> and empties the files afterwards. It does not delete them: for one to five
    /// minutes ext4 does not use the inode of a deleted file again and steps over each of them whenever a file is created
    /// nearby, which made the next measurement, whichever it was, up to five times slower.
    /// </summary>
    /// <returns>Durable files a second.</returns>
    public static async Task<double> MeasureAsync(
        string folder,
        int threads,
        TimeSpan duration,
        CancellationToken cancellation
    )
    {
        folder = Path.Combine(folder, Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        var content = new byte[SubmissionRequest.ResumeBytes];
        new Random(20261121).NextBytes(content);
        var bell = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        try
        {
            var runs = Enumerable
                .Range(0, threads)
                .Select(thread =>
                    Task.Factory.StartNew(
                        () => WriteUntil(bell, folder, thread, content, cancellation),
                        cancellation,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                );
            var counts = await Task.WhenAll(runs);
            cancellation.ThrowIfCancellationRequested();
            return counts.Sum() / duration.TotalSeconds;
        }
        finally
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                using var handle = File.OpenHandle(file, FileMode.Truncate, FileAccess.Write);
            }
        }
    }

    private static int WriteUntil(long bell, string folder, int thread, byte[] content, CancellationToken cancellation)
    {
        var durable = 0;
        for (var i = 0; !cancellation.IsCancellationRequested; i++)
        {
            using (
                var file = File.OpenHandle(
                    Path.Combine(folder, $"{thread}-{i}.pdf"),
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.ReadWrite
                )
            )
            {
                RandomAccess.Write(file, content, 0);
                RandomAccess.FlushToDisk(file);
                Posix.SyncFolder(folder);
            }
            if (Stopwatch.GetTimestamp() > bell)
                break;
            durable++;
        }
        return durable;
    }
}
