using System.Globalization;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>
/// A working day at once, at a bounded rate, at 1,000 and at 1,000,000 leads in turn; and submissions while all attorneys are full, with
/// and without 10,000 leads that wait for one.
/// </summary>
internal static class MixedBenchmark
{
    private const int Few = 1_000;
    private const int Many = 1_000_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    /// <summary>Runs everything, prints it and writes it to <c>benchmarks/results/mixed.md</c>.</summary>
    /// <returns>Whether nothing failed, and waiting leads cost no more than they may.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken cancellation)
    {
        await using var bed = await TestBed.StartAsync(options, cancellation);
        var days = await WorkAsync(bed, options, cancellation);
        var (waiting, isKept) = await WaitingLeads.MeasureAsync(bed, options, cancellation);

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{bed.Machine}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{options.Rounds} rounds of {2 * options.Duration.TotalSeconds:F0} s on each database, in turn; milliseconds; others kept {days.Max(day => day.Others):P0} of the machine busy."
        );
        text.AppendLine()
            .AppendLine("| what | each second | 1,000 leads: p50 | p99 | 1,000,000 leads: p50 | p99 |")
            .AppendLine("|---|---:|---:|---:|---:|---:|");
        foreach (var kind in days[0].Milliseconds.Keys)
        {
            var (few, many) = (days[0].Milliseconds[kind], days[1].Milliseconds[kind]);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {kind} | {few.Count / (2 * options.Duration.TotalSeconds * options.Rounds):0.#} | {At(few, 0.5):F1} | {At(few, 0.99):F1} | {At(many, 0.5):F1} | {At(many, 0.99):F1} |"
            );
        }
        text.AppendLine().Append(waiting);
        var failures = days.Sum(day => day.Failures);
        text.AppendLine(CultureInfo.InvariantCulture, $"{failures} requests failed.");
        await TestBed.PublishAsync("mixed.md", text.ToString(), cancellation);
        return failures == 0 && (isKept || !options.Check);
    }

    private static async Task<IReadOnlyList<WorkingDay>> WorkAsync(
        TestBed bed,
        Options options,
        CancellationToken cancellation
    )
    {
        await using var small = await StartAsync("few", Few);
        using var few = await ListClient.SignInAsync(small, cancellation);
        await using var big = await StartAsync("many", Many);
        using var many = await ListClient.SignInAsync(big, cancellation);
        WorkingDay[] days =
        [
            await WorkingDay.PrepareAsync(bed, small, few, "few", cancellation),
            await WorkingDay.PrepareAsync(bed, big, many, "many", cancellation),
        ];
        small.Freeze();
        big.Freeze();
        for (var round = 0; round <= options.Rounds; round++)
        {
            foreach (var day in days)
            {
                day.App.Thaw();
                await day.RunAsync(round == 0 ? WarmUp : 2 * options.Duration, isCounted: round > 0, cancellation);
                day.App.Freeze();
            }
        }
        return days;

        async Task<AppProcess> StartAsync(string database, int leads)
        {
            await bed.CreateDatabaseAsync(database, cancellation, leads, attorneys: 3);
            return await bed.StartAppAsync(database, cancellation);
        }
    }

    private static double At(List<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];
    }
}
