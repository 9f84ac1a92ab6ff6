using System.Globalization;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>
/// Submissions a second beside the two bare limits of the same machine in the same minutes. In every round, for every
/// number of clients: the app, then pgbench, then files; so that a slow spell of the machine hits all three.
/// </summary>
internal static class SubmissionBenchmark
{
    private const double RequiredOfStatements = 1.0;
    private const double RequiredOfPipelined = 0.6;
    private const int RequiredAtClients = 64;
    private const string Latest = "latest.md";
    private static readonly TimeSpan RestAfterDeleting = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Runs everything, prints it and writes it to <c>benchmarks/results/latest.md</c>.</summary>
    /// <returns>Whether nothing was lost or left over and the required share was reached.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken cancellation)
    {
        await using var bed = await TestBed.StartAsync(
            options,
            cancellation,
            options.Statements ? TopStatements.ServerSettings : []
        );
        if (File.GetLastWriteTimeUtc(Path.Combine("benchmarks/results", Latest)) > DateTime.UtcNow - RestAfterDeleting)
            Console.WriteLine(
                "NOTE: a run ended less than five minutes ago, and its files were deleted. That slows down creating new ones on ext4; these figures may be low."
            );

        foreach (var database in (string[])["anteroom", "anteroom_limit"])
            await bed.CreateDatabaseAsync(database, cancellation, attorneys: 3);
        await using var anteroom = await bed.StartAppAsync("anteroom", cancellation);
        var job = new SubmissionJob(bed, Contestant.Anteroom(bed, anteroom, "anteroom", SubmissionRequest.Form));
        var run = new Rounds(
            bed,
            anteroom,
            job,
            new PgbenchLimit(bed.Postgres, "anteroom_limit", bed.Folder),
            options.Statements ? new TopStatements(bed.Postgres.ConnectionString("anteroom")) : null,
            options
        );
        var figures = await run.MeasureAsync(cancellation);

        var ok = job.IsConsistent;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{bed.Machine}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Rounds} rounds of {options.Duration.TotalSeconds:F0} s (smallest–largest); three attorneys with room, a mail server that takes everything."
        );
        text.AppendLine().Append(Table.Render(figures)).AppendLine().AppendLine(job.Inventory);
        if (figures.Where(round => round.Clients == RequiredAtClients).ToList() is { Count: > 0 } required)
        {
            var (statements, pipelined) = Table.Shares(required);
            var reached = statements >= RequiredOfStatements && pipelined >= RequiredOfPipelined;
            ok &= reached || !options.Check;
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"Required at {RequiredAtClients} clients: {RequiredOfStatements:F1} × pgbench statement by statement, {RequiredOfPipelined:F1} × pipelined. {(reached ? "Reached." : $"NOT reached: {statements:F2} and {pipelined:F2}.")}"
            );
        }
        await TestBed.PublishAsync(Latest, text.ToString(), cancellation);
        return ok;
    }

    private sealed class Rounds(
        TestBed bed,
        AppProcess app,
        SubmissionJob job,
        PgbenchLimit pgbench,
        TopStatements? statements,
        Options options
    )
    {
        public async Task<List<Figures>> MeasureAsync(CancellationToken cancellation)
        {
            // The first requests have the app compiled, then compiled better; a firm's app has run for days. They also
            // write the lead whose rows pgbench copies.
            await job.RunAsync(options.Clients.Max(), FirstWarmUp, cancellation);
            var sample = await SampleLead.ReadAsync(bed.Postgres.ConnectionString("anteroom"), cancellation);
            Console.WriteLine(
                $"a lead is {string.Join(", ", sample.CountBy(row => row.Table).Select(table => $"{table.Value} × {table.Key}"))}"
            );
            await pgbench.PrepareAsync(sample, cancellation);

            var figures = new List<Figures>();
            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var clients in options.Clients)
                    figures.Add(await MeasureAsync(round, clients, cancellation));
            }
            return figures;
        }

        private async Task<Figures> MeasureAsync(int round, int clients, CancellationToken cancellation)
        {
            await job.RunAsync(clients, WarmUp, cancellation);
            if (statements is not null)
                await statements.StartAsync(cancellation);
            var result = await job.RunAsync(clients, options.Duration, cancellation);
            if (statements is not null)
                Console.WriteLine(await statements.ReadAsync(result.Load.Acknowledged, cancellation));

            app.Freeze();
            try
            {
                var before = CpuUse.Read([app.ProcessId], bed);
                var transactions = await pgbench.MeasureAsync(false, clients, options.Duration, cancellation);
                var inserting =
                    1000
                    * CpuUse.Read([app.ProcessId], bed).Since(before).Postgres
                    / (transactions * options.Duration.TotalSeconds);
                var pipelined = await pgbench.MeasureAsync(true, clients, options.Duration, cancellation);
                var files = Path.Combine(bed.Folder, "durable-files");
                var durable = await FileLimit.MeasureAsync(files, clients, options.Duration, cancellation);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round}, {clients} clients: {result.Load.PerSecond:F0} submissions/s (p50 {result.Load.Percentile(0.5):F1} ms), everything done {(result.Whole - options.Duration).TotalSeconds:F1} s after; {transactions:F0} tx/s ({pipelined:F0} pipelined), {durable:F0} files/s; {result.Cpu.Describe(result.Whole, result.Load.Acknowledged)}, of which pgbench needs {inserting:F2} ms"
                    )
                );
                return new Figures(clients, result, transactions, pipelined, durable);
            }
            finally
            {
                app.Thaw();
            }
        }
    }
}
