using Microsoft.Win32.SafeHandles;

namespace Anteroom.Resumes;

/// <summary>
/// Moves files to their final places and makes them durable, on threads of its own, so that waiting for the disk never takes
/// a thread from requests. Callers that come while every thread is busy are taken several at a time and share the flush of
/// their folder; the file system does the rest of the grouping. A single caller finds a thread idle and waits for nobody.
/// </summary>
/// <remarks>
/// <para>
/// Why it is safe: a caller is told of success only after its file was flushed (fsync, with the very handle it was written
/// through, so that an error of earlier background writing is reported here and not lost) and after that the folder it
/// is in, and once after its creation every folder above, was flushed too. Nothing relies on what one file system happens
/// to write along with another thing.
/// </para>
/// <para>
/// Why the rename stands before the flush: a journal commit for the file then carries the rename with it and the folder's
/// flush finds little left to do. A power cut in between can leave an incomplete file in the final folder, which no caller
/// was told about and no row names.
/// </para>
/// <para>
/// Why many threads, measured on ext4 with two cores and 64 callers of 50 KB, in files a second: the bare limit (64 threads,
/// each writing, flushing file and folder) 3,600 to 5,100. One thread that flushes a whole group: 3,100 to 3,600 on an idle
/// machine, but fewer than 300 on a busy one, where each of its many short waits ends at the back of the queue for a core.
/// Sixteen or more threads: 4,300 to 5,800 on the same busy machine. <c>syncfs</c> does as well with one thread, but
/// waits for everybody's data on that disk, the database's included.
/// </para>
/// </remarks>
internal sealed class GroupedFlush : IDisposable
{
    private const int Threads = 32;
    private const int LargestGroup = 8;
    private const int StackBytes = 256 * 1024;

    // A plain monitor: the collections made for this spin before they wait, which cost a fifth of the program's time under load.
    private readonly object _gate = new();
    private readonly Queue<Move> _waiting = [];
    private bool _closing;
    private readonly Thread[] _threads;

    /// <summary>The top folder; it exists.</summary>
    private readonly string _root;

    /// <summary>Folders whose own entries in the folders above are durable. Days come and go; a handful in a process's life.</summary>
    private readonly HashSet<string> _durableFolders = new(StringComparer.Ordinal);
    private readonly Lock _foldersLock = new();

    public GroupedFlush(string root)
    {
        _root = root;
        _threads =
        [
            .. Enumerable
                .Range(0, Threads)
                .Select(_ => new Thread(Run, StackBytes) { IsBackground = true, Name = "resume flush" }),
        ];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>
    /// Moves the file and returns when it is durable at its new place. Once asked for, it is done; it takes milliseconds.
    /// </summary>
    /// <exception cref="IOException">It could not be moved or flushed; it is at neither place anymore.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write there; likewise.</exception>
    public Task MoveAsync(SafeFileHandle file, string from, string to)
    {
        var move = new Move(file, from, to);
        lock (_gate)
        {
            if (_closing)
                throw new IOException("The store is closing.");
            _waiting.Enqueue(move);
            Monitor.Pulse(_gate);
        }

        return move.Done.Task;
    }

    /// <summary>Finishes what was asked for and ends the threads. May be called again: the container does, once for each type the store is registered as.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads)
            thread.Join();
    }

    private void Run()
    {
        var group = new List<Move>(LargestGroup);
        while (Take(group))
            Flush(group);
    }

    /// <summary>Waits for work and takes what there is, up to a group; false when there will be no more.</summary>
    private bool Take(List<Move> group)
    {
        group.Clear();
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closing)
                    return false;
                Monitor.Wait(_gate);
            }

            while (group.Count < LargestGroup && _waiting.TryDequeue(out var next))
                group.Add(next);
        }

        return true;
    }

    private void Flush(List<Move> group)
    {
        foreach (var move in group)
            Try(move, Rename);
        if (group.Count > 1)
        {
            foreach (var move in group.Where(move => move.Error is null))
                SystemCalls.StartFlush(move.File);
        }

        foreach (var move in group)
            Try(move, one => RandomAccess.FlushToDisk(one.File));
        foreach (
            var folder in group.Where(move => move.Error is null).GroupBy(move => move.Folder, StringComparer.Ordinal)
        )
            FlushFolder(folder.Key, [.. folder]);
        foreach (var move in group)
            Finish(move);
    }

    /// <summary>Moves a file that was flushed over one that may be there, and returns when that is durable. For work that is not in a hurry.</summary>
    public void Replace(string from, string to)
    {
        Rename(from, to, overwrite: true);
        SystemCalls.FlushFolder(Path.GetDirectoryName(to)!);
    }

    private void Rename(Move move) => Rename(move.From, move.To, overwrite: false);

    private void Rename(string from, string to, bool overwrite)
    {
        var folder = Path.GetDirectoryName(to)!;
        MakeDurableFolder(folder);
        try
        {
            File.Move(from, to, overwrite);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody deleted the folder while the program was running.
            lock (_foldersLock)
                _durableFolders.Clear();
            MakeDurableFolder(folder);
            File.Move(from, to, overwrite);
        }
    }

    /// <summary>Creates a day's folder with those above it and flushes the entry of each in its parent.</summary>
    private void MakeDurableFolder(string folder)
    {
        lock (_foldersLock)
        {
            if (_durableFolders.Contains(folder))
                return;

            PrivateFolder.Create(folder);
            for (var parent = folder; parent.Length > _root.Length; )
            {
                parent = Path.GetDirectoryName(parent)!;
                SystemCalls.FlushFolder(parent);
            }

            _durableFolders.Add(folder);
        }
    }

    private static void FlushFolder(string folder, List<Move> moves)
    {
        try
        {
            SystemCalls.FlushFolder(folder);
        }
        catch (IOException exception)
        {
            foreach (var move in moves)
                move.Error = exception;
        }
    }

    private static void Try(Move move, Action<Move> step)
    {
        if (move.Error is not null)
            return;
        try
        {
            step(move);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            move.Error = exception;
        }
    }

    private static void Finish(Move move)
    {
        if (move.Error is null)
        {
            move.Done.SetResult();
            return;
        }

        IncomingFile.TryDelete(move.From);
        IncomingFile.TryDelete(move.To);
        move.Done.SetException(move.Error);
    }

    private sealed class Move(SafeFileHandle file, string from, string to)
    {
        public SafeFileHandle File { get; } = file;

        public string From { get; } = from;

        public string To { get; } = to;

        public string Folder { get; } = Path.GetDirectoryName(to)!;

        public Exception? Error { get; set; }

        /// <summary>Continues elsewhere: the threads must not run their callers' code.</summary>
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
