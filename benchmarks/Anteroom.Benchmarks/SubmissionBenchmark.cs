using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>
/// Submissions a second beside the two bare limits of the same machine in the same minutes. In every round, for every
/// number of clients: the app, then pgbench, then files; so that a slow spell of the machine hits all three.
/// </summary>
internal static class SubmissionBenchmark
{
    private const double RequiredShare = 0.5;
    private const int RequiredAtClients = 64;
    private const string Latest = "benchmarks/results/latest.md";
    private static readonly TimeSpan RestAfterDeleting = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Runs everything, prints it and writes it to <c>benchmarks/results/latest.md</c>.</summary>
    /// <returns>Whether nothing was lost or left over and the required share was reached.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken cancellation)
    {
        var build = Path.GetFullPath(".build");
        using var work = WorkFolder.Create(build, options.Keep);
        var app = options.App ?? Path.Combine(build, "bench-app");
        var machine = Machine.Describe(work.Path);
        Console.WriteLine(machine);
        if (File.GetLastWriteTimeUtc(Latest) > DateTime.UtcNow - RestAfterDeleting)
            Console.WriteLine(
                "NOTE: a run ended less than five minutes ago, and its files were deleted. That slows down creating new ones on ext4; these figures may be low."
            );

        await using var postgres = await ThrowAwayPostgres.StartAsync(
            work.Path,
            options.Postgres,
            cancellation,
            options.Statements ? TopStatements.ServerSettings : []
        );
        foreach (var database in (string[])["anteroom", "anteroom_limit"])
            await postgres.CreateDatabaseAsync(database, cancellation);
        await AppProcess.MigrateAsync(app, work.Path, postgres, "anteroom_limit", cancellation);
        await using var anteroom = await AppProcess.StartAsync(
            app,
            work.Path,
            postgres,
            "anteroom",
            options.Worker,
            cancellation
        );

        var run = new Rounds(
            anteroom,
            new LoadGenerator(anteroom.Address),
            new Consistency(anteroom, postgres.ConnectionString("anteroom")),
            postgres,
            new PgbenchLimit(postgres, "anteroom_limit", work.Path),
            Path.Combine(work.Path, "durable-files"),
            options.Statements ? new TopStatements(postgres.ConnectionString("anteroom")) : null,
            options
        );
        var figures = await run.MeasureAsync(cancellation);

        var ok = run.IsConsistent;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{machine}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Rounds} rounds of {options.Duration.TotalSeconds:F0} s (smallest–largest); mail worker {(options.Worker ? "on" : "off")}."
        );
        text.AppendLine().Append(Table.Render(figures)).AppendLine().AppendLine(run.LastInventory);
        if (figures.Where(round => round.Clients == RequiredAtClients).ToList() is { Count: > 0 } required)
        {
            var reached = Table.Share(required) >= RequiredShare;
            ok &= reached || !options.Check;
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"Required at {RequiredAtClients} clients: {RequiredShare:P0} of the smaller limit. {(reached ? "Reached." : "NOT reached.")}"
            );
        }
        Console.WriteLine();
        Console.Write(text);
        Directory.CreateDirectory("benchmarks/results");
        await File.WriteAllTextAsync(Latest, text.ToString(), cancellation);
        return ok;
    }

    private sealed class Rounds(
        AppProcess app,
        LoadGenerator load,
        Consistency consistency,
        ThrowAwayPostgres postgres,
        PgbenchLimit pgbench,
        string files,
        TopStatements? statements,
        Options options
    )
    {
        private long _acknowledged;

        public bool IsConsistent { get; private set; } = true;

        public string LastInventory { get; private set; } = "";

        public async Task<List<Figures>> MeasureAsync(CancellationToken cancellation)
        {
            // The first requests have the app compiled, then compiled better; a firm's app has run for days. They also
            // write the lead whose rows pgbench copies.
            await SubmitAsync(options.Clients.Max(), FirstWarmUp, cancellation);
            await CheckAsync(cancellation);
            await pgbench.PrepareAsync(await consistency.SampleAsync(cancellation), cancellation);

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
            await SubmitAsync(clients, WarmUp, cancellation);
            if (statements is not null)
                await statements.StartAsync(cancellation);
            var before = CpuUse.Read(app.ProcessId, postgres.ProcessId);
            var clock = Stopwatch.StartNew();
            var result = await SubmitAsync(clients, options.Duration, cancellation);
            var cpu = CpuUse.Read(app.ProcessId, postgres.ProcessId).Since(before, clock.Elapsed, result.Acknowledged);
            await CheckAsync(cancellation);
            if (statements is not null)
                Console.WriteLine(await statements.ReadAsync(result.Acknowledged, cancellation));

            app.Freeze();
            try
            {
                before = CpuUse.Read(app.ProcessId, postgres.ProcessId);
                var transactions = await pgbench.MeasureAsync(false, clients, options.Duration, cancellation);
                var inserting = CpuUse
                    .Read(app.ProcessId, postgres.ProcessId)
                    .PostgresMilliseconds(before, transactions * options.Duration.TotalSeconds);
                var pipelined = await pgbench.MeasureAsync(true, clients, options.Duration, cancellation);
                var durable = await FileLimit.MeasureAsync(files, clients, options.Duration, cancellation);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round}, {clients} clients: {result.PerSecond:F0} submissions/s (p50 {result.Percentile(0.5):F1} ms), {transactions:F0} tx/s ({pipelined:F0} pipelined), {durable:F0} files/s; {cpu}, of which pgbench needs {inserting:F2} ms"
                    )
                );
                return new Figures(clients, result, transactions, pipelined, durable);
            }
            finally
            {
                app.Thaw();
            }
        }

        private async Task<LoadResult> SubmitAsync(int clients, TimeSpan duration, CancellationToken cancellation)
        {
            var result = await load.RunAsync(clients, duration, cancellation);
            _acknowledged += result.Acknowledged;
            app.MustRun();
            foreach (var (what, count) in result.Failures)
                Complain($"{count} × {what}");
            return result.Acknowledged > 0
                ? result
                : throw new BenchmarkException("The app acknowledged no submission.");
        }

        private async Task CheckAsync(CancellationToken cancellation)
        {
            var there = options.Worker
                ? await consistency.SettleAsync(cancellation)
                : await consistency.CountAsync(cancellation);
            foreach (var problem in Consistency.Problems(there, _acknowledged))
                Complain(problem);
            LastInventory =
                $"{_acknowledged} submissions acknowledged: {there.Leads} leads, {there.Files} files, {there.Emails} emails "
                + $"({there.EmailsSent} delivered), {there.Activities} timeline entries, {there.Unfinished} left in incoming.";
        }

        private void Complain(string problem)
        {
            IsConsistent = false;
            Console.Error.WriteLine("WRONG: " + problem);
        }
    }
}
