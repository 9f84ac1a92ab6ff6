using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>Submissions that nobody can take, because all attorneys are full: with few and with 10,000 that wait already, in turn.</summary>
internal static class WaitingLeads
{
    private const int Waiting = 10_000;
    private const int Clients = 16;
    private const double Required = 0.9;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    /// <returns>The result in words, and whether waiting leads cost no more than a tenth.</returns>
    public static async Task<(string Text, bool IsKept)> MeasureAsync(
        TestBed bed,
        Options options,
        CancellationToken cancellation
    )
    {
        await using var none = await Firm.StartAsync(bed, "none_waiting", cancellation);
        await none.WarmUpAsync(cancellation);
        none.App.Freeze();
        await using var many = await Firm.StartAsync(bed, "many_waiting", cancellation);
        await many.WarmUpAsync(cancellation);
        while (await many.WaitingAsync(cancellation) < Waiting)
            await many.SubmitAsync(Step, cancellation);
        many.App.Freeze();

        var (few, full) = (new List<double>(), new List<double>());
        var before = await many.WaitingAsync(cancellation);
        var (cpu, clock) = (CpuUse.Read(Processes(), bed), Stopwatch.StartNew());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (firm, figures) in ((Firm, List<double>)[])[(none, few), (many, full)])
            {
                firm.App.Thaw();
                figures.Add(await firm.SubmitAsync(options.Duration, cancellation));
                firm.App.Freeze();
            }
        }
        var share = Table.Median(full) / Table.Median(few);
        var others = CpuUse.Read(Processes(), bed).Since(cpu).OthersShare(clock.Elapsed);
        var verdict =
            others > CpuUse.Quiet ? "Too noisy to tell"
            : share >= Required ? "Reached"
            : "NOT reached";
        var left = await none.WaitingAsync(cancellation);
        return (
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                All attorneys full, {Clients} clients, submissions/s: {Table.Spread(
                    few
                )} with up to {left:N0} leads waiting, {Table.Spread(
                    full
                )} with {before:N0} and more.
                Required: {Required:P0} of the former. {verdict}: {share:P0}; others kept {others:P0} of the machine busy.

                """
            ),
            share >= Required || others > CpuUse.Quiet
        );

        int[] Processes() => [none.App.ProcessId, many.App.ProcessId];
    }

    /// <summary>An app whose attorneys are full once it is warm.</summary>
    private sealed class Firm(AppProcess app, string connection) : IAsyncDisposable
    {
        private readonly LoadGenerator _load = new(app.Address);
        private readonly Serial _serial = new();

        public AppProcess App => app;

        public static async Task<Firm> StartAsync(TestBed bed, string database, CancellationToken cancellation)
        {
            await bed.CreateDatabaseAsync(database, cancellation, attorneys: 3);
            return new Firm(await bed.StartAppAsync(database, cancellation), bed.Postgres.ConnectionString(database));
        }

        public async Task WarmUpAsync(CancellationToken cancellation)
        {
            await SubmitAsync(WarmUp, cancellation);
            await using var database = NpgsqlDataSource.Create(connection);
            await using var fill = database.CreateCommand("update users set capacity = 1 where role = 'attorney'");
            await fill.ExecuteNonQueryAsync(cancellation);
        }

        public async Task<double> SubmitAsync(TimeSpan duration, CancellationToken cancellation)
        {
            var load = await _load.RunAsync(
                () => new SubmissionRequest(app.Address.ToString(), SubmissionRequest.Form, _serial),
                Clients,
                duration,
                cancellation
            );
            return load.Failures.Count == 0
                ? load.PerSecond
                : throw new BenchmarkException($"Submissions failed: {load.Failures.First()}");
        }

        public async Task<long> WaitingAsync(CancellationToken cancellation)
        {
            await using var database = NpgsqlDataSource.Create(connection);
            await using var command = database.CreateCommand("select count(*) from leads where assigned_to is null");
            return (long)(await command.ExecuteScalarAsync(cancellation))!;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
