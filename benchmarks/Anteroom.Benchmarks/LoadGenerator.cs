using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Anteroom.Benchmarks;

/// <summary>What one run of the load generator saw.</summary>
internal sealed record LoadResult
{
    /// <summary>Requests that were done, those after the bell included.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Requests done a second, counted up to the bell.</summary>
    public required double PerSecond { get; init; }

    /// <summary>
    /// Milliseconds from the first byte sent (from when it was due, where requests have a pace) to the answer's end, sorted, of those counted
    /// in <see cref="PerSecond"/>.
    /// </summary>
    public required double[] Milliseconds { get; init; }

    /// <summary>How often anything else came, and what.</summary>
    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    /// <summary>The latency that <paramref name="share"/> of the requests stayed within, in milliseconds.</summary>
    public double Percentile(double share) =>
        Milliseconds.Length == 0
            ? 0
            : Milliseconds[(int)Math.Min(Milliseconds.Length - 1, Milliseconds.Length * share)];
}

/// <summary>
/// As many clients as asked for, each on a kept-alive connection and a thread of its own that sends a request, waits for the answer and
/// sends the next: at once, or at a pace.
/// </summary>
internal sealed class LoadGenerator(IPEndPoint app)
{
    /// <summary>Sends for <paramref name="duration"/>; what is under way at its end is waited for.</summary>
    /// <param name="requests">Makes what one client sends.</param>
    /// <param name="clients">How many.</param>
    /// <param name="duration">Up to the bell.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="pace">From one request of a client to its next; zero for as fast as answers come.</param>
    public async Task<LoadResult> RunAsync(
        Func<IRequests> requests,
        int clients,
        TimeSpan duration,
        CancellationToken cancellation,
        TimeSpan pace = default
    )
    {
        var failures = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        using var start = new Barrier(clients + 1);
        long bell = 0;
        var runs = Enumerable
            .Range(0, clients)
            .Select(number =>
                Task.Factory.StartNew(
                    () =>
                    {
                        using var client = new Client(app, requests(), failures);
                        start.SignalAndWait(cancellation);
                        start.SignalAndWait(cancellation);
                        return client.RunUntil(Volatile.Read(ref bell), pace, pace * number / clients, cancellation);
                    },
                    cancellation,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            )
            .ToArray();
        await Task.Run(() => start.SignalAndWait(cancellation), cancellation);
        Volatile.Write(ref bell, Stopwatch.GetTimestamp() + Ticks(duration));
        start.SignalAndWait(cancellation);
        var tallies = await Task.WhenAll(runs);
        cancellation.ThrowIfCancellationRequested();

        var inTime = tallies.SelectMany(tally => tally.InTime).Order().ToArray();
        return new LoadResult
        {
            Acknowledged = tallies.Sum(tally => tally.Acknowledged),
            PerSecond = inTime.Length / duration.TotalSeconds,
            Milliseconds = inTime,
            Failures = failures,
        };
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private sealed record Tally(long Acknowledged, List<double> InTime);

    private sealed class Client(IPEndPoint app, IRequests requests, ConcurrentDictionary<string, int> failures)
        : IDisposable
    {
        private HttpLine? _line;

        public Tally RunUntil(long bell, TimeSpan pace, TimeSpan firstAfter, CancellationToken cancellation)
        {
            var inTime = new List<double>(64 * 1024);
            long acknowledged = 0;
            using var stop = cancellation.Register(() => _line?.Dispose());
            for (var due = Stopwatch.GetTimestamp() + Ticks(firstAfter); ; due += Ticks(pace))
            {
                if (pace > TimeSpan.Zero && due > Stopwatch.GetTimestamp())
                    Thread.Sleep(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due));
                if (Stopwatch.GetTimestamp() >= bell || cancellation.IsCancellationRequested)
                    return new Tally(acknowledged, inTime);
                var request = requests.Next();
                var sent = pace > TimeSpan.Zero ? due : Stopwatch.GetTimestamp();
                if (!IsDone(request))
                    continue;
                acknowledged++;
                var answered = Stopwatch.GetTimestamp();
                if (answered <= bell)
                    inTime.Add((answered - sent) * 1000.0 / Stopwatch.Frequency);
            }
        }

        private bool IsDone(ReadOnlySpan<byte> request)
        {
            try
            {
                _line ??= new HttpLine(app);
                var head = _line.Ask(request);
                if (requests.IsDone(head))
                    return true;
                Fail(head[..head.IndexOf('\r', StringComparison.Ordinal)]);
            }
            catch (Exception e) when (e is SocketException or InvalidDataException or ObjectDisposedException)
            {
                Fail(e.Message);
            }
            Dispose();
            return false;
        }

        private void Fail(string what) => failures.AddOrUpdate(what, 1, (_, count) => count + 1);

        public void Dispose()
        {
            _line?.Dispose();
            _line = null;
        }
    }
}
