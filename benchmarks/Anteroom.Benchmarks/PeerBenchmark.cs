using System.Globalization;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>
/// Anteroom beside a FastAPI service: in turn, in one run, on one PostgreSQL server and one mail server, by the same client. First
/// submissions with all they cause, into empty databases; then lists, leads and moves at 100,000 leads.
/// </summary>
internal static class PeerBenchmark
{
    private const int Workers = 2;
    private static readonly TimeSpan OurWarmUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PeersWarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Runs everything, prints it and writes it to <c>benchmarks/results/peers.md</c>.</summary>
    /// <returns>Whether nothing was lost, and everything reached that could be told.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken cancellation)
    {
        FastApiPeer.MustBeIn(options.Peer);
        await using var bed = await TestBed.StartAsync(options, cancellation);
        var (submissions, isConsistent, inventory) = await SubmitAsync(bed, options, cancellation);
        var reads = await PeerReads.MeasureAsync(bed, options, cancellation);
        List<PeerRow> rows = [.. submissions, .. reads];

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{bed.Machine}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Rounds} rounds of {options.Duration.TotalSeconds:F0} s (smallest–largest), in turn; others: processor time of other processes on the machine."
        );
        text.AppendLine().AppendLine(PeerRow.Head);
        foreach (var row in rows)
            text.AppendLine(row.Line);
        text.AppendLine().AppendLine(inventory);
        var verdict =
            rows.Exists(row => row.IsReached == false) ? "NOT everything is reached."
            : rows.Exists(row => row.IsNoisy)
                ? "The machine was too busy to tell everything; what could be told is reached."
            : "Everything is reached.";
        text.AppendLine(verdict);
        await TestBed.PublishAsync("peers.md", text.ToString(), cancellation);
        return isConsistent && (!options.Check || !rows.Exists(row => row.IsReached == false));
    }

    private static async Task<(List<PeerRow> Rows, bool IsConsistent, string Inventory)> SubmitAsync(
        TestBed bed,
        Options options,
        CancellationToken cancellation
    )
    {
        await using var service = await FastApiPeer.StartAsync(bed, options.Peer, "peer", leads: 0, cancellation);
        var peer = new SubmissionJob(bed, await service.ServeAsync(Workers, cancellation));
        await bed.CreateDatabaseAsync("anteroom", cancellation, attorneys: 3);
        await using var app = await bed.StartAppAsync("anteroom", cancellation);
        var ours = new SubmissionJob(bed, Contestant.Anteroom(bed, app, "anteroom", "/api/v1/leads"));
        var rows = options.Clients.Distinct().ToDictionary(clients => clients, clients => new SubmissionRows(clients));

        await ours.RunAsync(options.Clients.Max(), OurWarmUp, cancellation);
        app.Freeze();
        await peer.RunAsync(options.Clients.Max(), PeersWarmUp, cancellation);
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var (clients, row) in rows)
            {
                row.Add(ours: false, await MeasureAsync(peer, clients));
                app.Thaw();
                row.Add(ours: true, await MeasureAsync(ours, clients));
                app.Freeze();
                Console.WriteLine($"round {round}, {clients} clients: {row.Last}");
            }
        }
        app.Thaw();
        return (
            [.. rows.Values.SelectMany(row => row.All)],
            peer.IsConsistent && ours.IsConsistent,
            $"{peer.Inventory}\n{ours.Inventory}"
        );

        async Task<JobResult> MeasureAsync(SubmissionJob job, int clients)
        {
            await job.RunAsync(clients, WarmUp, cancellation);
            return await job.RunAsync(clients, options.Duration, cancellation);
        }
    }

    /// <summary>What is measured of submissions by so many clients.</summary>
    private sealed class SubmissionRows(int clients)
    {
        private readonly PeerRow _rate = new($"submissions/s, {Count(clients)}", ratio: Required(clients, 1.2, 3, 4));
        private readonly PeerRow _whole = new($"submissions/s with every email, {Count(clients)}");
        private readonly PeerRow _app = new(
            $"CPU of the app per lead, {Count(clients)}, ms",
            atMost: Required(clients, 2.5, null, 1.5)
        );
        private readonly PeerRow _postgres = new(
            $"CPU of PostgreSQL per lead, {Count(clients)}, ms",
            atMost: Required(clients, 2, null, 1.2)
        );

        public string Last { get; private set; } = "";

        public IEnumerable<PeerRow> All => [_rate, _whole, _app, _postgres];

        public void Add(bool ours, JobResult result)
        {
            var others = result.Cpu.OthersShare(result.Whole);
            _rate.Add(ours, result.Load.PerSecond, others);
            _whole.Add(ours, result.WholePerSecond, others);
            _app.Add(ours, result.AppMilliseconds, others);
            _postgres.Add(ours, result.PostgresMilliseconds, others);
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{(ours ? "Anteroom" : "FastAPI")} {result.Load.PerSecond:F0}/s ({result.WholePerSecond:F0} with every email), {result.AppMilliseconds:F2} + {result.PostgresMilliseconds:F2} ms, others {others:P0}"
            );
            Last = ours ? $"{Last}; {line}" : line;
        }

        private static string Count(int clients) => clients == 1 ? "1 client" : $"{clients} clients";

        private static double? Required(int clients, double? one, double? sixteen, double? sixtyFour) =>
            clients switch
            {
                1 => one,
                16 => sixteen,
                64 => sixtyFour,
                _ => null,
            };
    }
}
