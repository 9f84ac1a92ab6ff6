using System.Diagnostics;
using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>
/// Lists, leads and moves at 100,000 leads: Anteroom, and the peer with two and with four workers, of which the faster counts.
/// </summary>
internal static class PeerReads
{
    private const int Leads = 100_000;
    private const double ShareOfDuration = 0.6;

    public static async Task<IEnumerable<PeerRow>> MeasureAsync(
        TestBed bed,
        Options options,
        CancellationToken cancellation
    )
    {
        await bed.CreateDatabaseAsync("anteroom_full", cancellation, Leads, attorneys: 3);
        await using var app = await bed.StartAppAsync("anteroom_full", cancellation);
        using var client = await ListClient.SignInAsync(app, cancellation);
        await using var service = await FastApiPeer.StartAsync(bed, options.Peer, "peer_full", Leads, cancellation);
        var ours = await Reader.CreateAsync(
            Contestant.Anteroom(bed, app, "anteroom_full", "/api/v1/leads", client.Header(Door.Jwt)),
            "status = 'registered' order by number",
            cancellation
        );
        var peers = new List<Reader>();
        foreach (var (workers, parity) in ((int, int)[])[(2, 0), (4, 1)])
            peers.Add(
                await Reader.CreateAsync(
                    await service.ServeAsync(workers, cancellation),
                    $"get_byte(uuid_send(id), 15) % 2 = {parity} order by id",
                    cancellation
                )
            );

        var duration = options.Duration * ShareOfDuration;
        (PeerRow Row, Func<Reader, Func<IRequests>> Of, int Clients)[] rows =
        [
            (new("list of 50 at 100,000, 1 client", ratio: 1.5), reader => reader.List, 1),
            (new("list of 50 at 100,000, 16 clients", ratio: 5), reader => reader.List, 16),
            (new("one lead, 16 clients", ratio: 4), reader => reader.One, 16),
            (new("change status, 16 clients", ratio: 3), reader => reader.Moves.ForClient, 16),
        ];
        foreach (var (_, of, _) in rows)
            await RunAsync(ours, of, 16, duration);
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var (row, of, clients) in rows)
            {
                var mine = await RunAsync(ours, of, clients, duration);
                app.Freeze();
                var theirs = new List<(double PerSecond, double Others)>();
                foreach (var peer in peers)
                    theirs.Add(await RunAsync(peer, of, clients, duration));
                app.Thaw();
                var best = theirs.MaxBy(one => one.PerSecond);
                row.Add(ours: true, mine.PerSecond, mine.Others);
                row.Add(ours: false, best.PerSecond, best.Others);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round}, {row.Name}: FastAPI {string.Join(" or ", theirs.Select(one => $"{one.PerSecond:F0}"))}, Anteroom {mine.PerSecond:F0}, others {Math.Max(mine.Others, best.Others):P0}"
                    )
                );
            }
        }
        return rows.Select(row => row.Row);

        async Task<(double PerSecond, double Others)> RunAsync(
            Reader reader,
            Func<Reader, Func<IRequests>> of,
            int clients,
            TimeSpan time
        )
        {
            var before = CpuUse.Read(reader.Contestant.Processes, bed);
            var clock = Stopwatch.StartNew();
            var load = await new LoadGenerator(reader.Contestant.Address).RunAsync(
                of(reader),
                clients,
                time,
                cancellation
            );
            var others = CpuUse.Read(reader.Contestant.Processes, bed).Since(before).OthersShare(clock.Elapsed);
            return load.Failures.Count == 0
                ? (load.PerSecond, others)
                : throw new BenchmarkException($"{reader.Contestant.Name} failed: {load.Failures.First()}");
        }
    }

    /// <summary>What is asked of one of them.</summary>
    private sealed record Reader(Contestant Contestant, IReadOnlyList<LeadKey> Leads, Moves Moves)
    {
        /// <param name="contestant">Of whom.</param>
        /// <param name="which">SQL for the leads that may be moved, in their order.</param>
        /// <param name="cancellation">Stops it.</param>
        public static async Task<Reader> CreateAsync(
            Contestant contestant,
            string which,
            CancellationToken cancellation
        )
        {
            var leads = await LeadKey.ReadAsync(contestant.ConnectionString, which, cancellation);
            return new Reader(contestant, leads, new Moves(leads, contestant.Statuses, contestant.Authorization));
        }

        public SmallRequests List() =>
            new SmallRequests(() => SmallRequests.Get("/api/v1/leads?limit=50", Contestant.Authorization));

        public SmallRequests One() =>
            new SmallRequests(() =>
                SmallRequests.Get(
                    $"/api/v1/leads/{Leads[Random.Shared.Next(Leads.Count)].Id}",
                    Contestant.Authorization
                )
            );
    }
}
