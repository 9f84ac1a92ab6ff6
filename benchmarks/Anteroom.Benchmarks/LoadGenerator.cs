using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>What one run of the load generator saw.</summary>
internal sealed record LoadResult
{
    /// <summary>Submissions that were answered with <c>303</c> to their thank-you page, those after the bell included.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Acknowledged submissions a second, counted up to the bell.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Milliseconds from the first byte sent to the answer's end, sorted, of those counted in <see cref="PerSecond"/>.</summary>
    public required double[] Milliseconds { get; init; }

    /// <summary>How often anything else came, and what.</summary>
    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    /// <summary>The latency that <paramref name="share"/> of the submissions stayed within, in milliseconds.</summary>
    public double Percentile(double share) =>
        Milliseconds.Length == 0
            ? 0
            : Milliseconds[(int)Math.Min(Milliseconds.Length - 1, Milliseconds.Length * share)];
}

/// <summary>
/// As many prospects as there are clients, each on a kept-alive connection and a thread of its own that sends a
/// submission, waits for the answer and sends the next. Blocking sockets, because they cost the least processor time:
/// one system call out and one or two in per submission.
/// </summary>
internal sealed class LoadGenerator(IPEndPoint app)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private long _serial;

    /// <summary>Submits for <paramref name="duration"/>; what is under way at its end is waited for.</summary>
    public async Task<LoadResult> RunAsync(int clients, TimeSpan duration, CancellationToken cancellation)
    {
        var failures = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        using var start = new Barrier(clients + 1);
        long bell = 0;
        var runs = Enumerable
            .Range(0, clients)
            .Select(_ =>
                Task.Factory.StartNew(
                    () =>
                    {
                        using var client = new Client(app, failures);
                        start.SignalAndWait(cancellation);
                        start.SignalAndWait(cancellation);
                        return client.SubmitUntil(
                            Volatile.Read(ref bell),
                            () => Interlocked.Increment(ref _serial),
                            cancellation
                        );
                    },
                    cancellation,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            )
            .ToArray();
        await Task.Run(() => start.SignalAndWait(cancellation), cancellation);
        Volatile.Write(ref bell, Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency));
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

    private sealed record Tally(long Acknowledged, List<double> InTime);

    private sealed class Client(IPEndPoint app, ConcurrentDictionary<string, int> failures) : IDisposable
    {
        private readonly SubmissionRequest _request = new(app.ToString());
        private readonly byte[] _answer = new byte[64 * 1024];
        private Socket? _socket;

        public Tally SubmitUntil(long bell, Func<long> nextSerial, CancellationToken cancellation)
        {
            var inTime = new List<double>(64 * 1024);
            long acknowledged = 0;
            using var stop = cancellation.Register(() => _socket?.Dispose());
            while (Stopwatch.GetTimestamp() < bell && !cancellation.IsCancellationRequested)
            {
                _request.Stamp(nextSerial());
                var sent = Stopwatch.GetTimestamp();
                if (!Submit())
                    continue;
                acknowledged++;
                var answered = Stopwatch.GetTimestamp();
                if (answered <= bell)
                    inTime.Add((answered - sent) * 1000.0 / Stopwatch.Frequency);
            }
            return new Tally(acknowledged, inTime);
        }

        private bool Submit()
        {
            try
            {
                _socket ??= Connect();
                for (var rest = _request.Bytes; rest.Length > 0; )
                    rest = rest[_socket.Send(rest)..];
                var answer = ReceiveAnswer(_socket);
                if (answer.IsAcknowledgement)
                    return true;
                Fail(answer.Head[..answer.Head.IndexOf('\r', StringComparison.Ordinal)]);
            }
            catch (Exception e) when (e is SocketException or InvalidDataException or ObjectDisposedException)
            {
                Fail(e.Message);
            }
            Dispose();
            return false;
        }

        private Socket Connect()
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
                // The whole request fits, so that sending it never waits for the app to read.
                SendBufferSize = 256 * 1024,
                ReceiveTimeout = (int)Patience.TotalMilliseconds,
                SendTimeout = (int)Patience.TotalMilliseconds,
            };
            socket.Connect(app);
            return socket;
        }

        /// <summary>Reads one answer to its end; only answers with a Content-Length (all of ours to a submission) keep the line.</summary>
        private Answer ReceiveAnswer(Socket socket)
        {
            var have = 0;
            int end;
            while ((end = _answer.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) < 0)
                have += Receive(socket, have);
            var answer = new Answer(Encoding.Latin1.GetString(_answer, 0, end + 2));
            for (var missing = end + 4 + answer.BodyLength - have; answer.IsAcknowledgement && missing > 0; )
                missing -= Receive(socket, have);
            return answer;
        }

        private int Receive(Socket socket, int at)
        {
            var count = at < _answer.Length ? socket.Receive(_answer.AsSpan(at)) : 0;
            return count > 0 ? count : throw new InvalidDataException("The app hung up in the middle of an answer.");
        }

        private void Fail(string what) => failures.AddOrUpdate(what, 1, (_, count) => count + 1);

        public void Dispose()
        {
            _socket?.Dispose();
            _socket = null;
        }
    }

    private readonly record struct Answer(string Head)
    {
        private const string Thanks = "\r\nLocation: /thanks/";

        /// <summary>A submission was taken: 303 See Other to <c>/thanks/{number}</c>.</summary>
        public bool IsAcknowledgement
        {
            get
            {
                var at = Head.IndexOf(Thanks, StringComparison.OrdinalIgnoreCase) + Thanks.Length;
                return Head.StartsWith("HTTP/1.1 303 ", StringComparison.Ordinal)
                    && at >= Thanks.Length
                    && long.TryParse(
                        Head.AsSpan(at, Head.AsSpan(at).IndexOf('\r')),
                        CultureInfo.InvariantCulture,
                        out _
                    );
            }
        }

        public int BodyLength
        {
            get
            {
                const string Name = "\r\nContent-Length: ";
                var at = Head.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
                return at < Name.Length
                    ? 0
                    : int.Parse(Head.AsSpan(at, Head.AsSpan(at).IndexOf('\r')), CultureInfo.InvariantCulture);
            }
        }
    }
}
