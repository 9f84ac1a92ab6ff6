using System.Globalization;
using System.Text;
using Npgsql;

namespace Anteroom.Faults;

/// <summary>Runs the rows one after the other, each on a stage of its own, and writes the table.</summary>
internal static class FaultTable
{
    private const string Latest = "benchmarks/results/faults.md";

    private const string Head = """
        | fault | to reach | acknowledged | lost | twice | seconds to recover | |
        |---|---|---:|---:|---:|---:|---|
        """;

    /// <summary>Runs them, prints the table and writes it to <c>benchmarks/results/faults.md</c>.</summary>
    /// <returns>Whether everything was reached.</returns>
    public static async Task<bool> RunAsync(FaultOptions options, CancellationToken cancellation)
    {
        var build = Path.GetFullPath(".build");
        using var work = WorkFolder.Create(build, options.Keep);
        var app = options.App ?? Path.Combine(build, "bench-app");
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine.Describe(work.Path)}.").AppendLine().AppendLine(Head);
        Console.Write(text);
        var allReached = true;
        foreach (var fault in options.Rows)
        {
            var outcome = await RunAsync(
                fault,
                app,
                Path.Combine(work.Path, fault.Name),
                options.Postgres,
                cancellation
            );
            allReached &= outcome.IsReached;
            var row = Row(fault, outcome);
            Console.WriteLine(row);
            text.AppendLine(row);
        }

        Directory.CreateDirectory("benchmarks/results");
        await File.WriteAllTextAsync(Latest, text.ToString(), cancellation);
        return allReached || !options.Check;
    }

    /// <summary>Runs one row; what breaks it off is in what is wrong.</summary>
    /// <param name="fault">The row.</param>
    /// <param name="app">The product's folder.</param>
    /// <param name="folder">Made for it; stays.</param>
    /// <param name="binaries">Programs of the PostgreSQL server; null for the newest.</param>
    /// <param name="cancellation">Breaks it off.</param>
    public static async Task<Outcome> RunAsync(
        IFault fault,
        string app,
        string folder,
        string? binaries,
        CancellationToken cancellation
    )
    {
        Directory.CreateDirectory(folder);
        try
        {
            await using var stage = new Stage(app, folder, binaries);
            return await fault.RunAsync(stage, cancellation);
        }
        catch (Exception error)
            when (error is BenchmarkException or NpgsqlException or HttpRequestException or IOException)
        {
            var outcome = new Outcome();
            outcome.Require(false, error.Message);
            return outcome;
        }
    }

    /// <summary>The row in Markdown.</summary>
    public static string Row(IFault fault, Outcome outcome)
    {
        if (outcome.NotTried is { } reason)
            return $"| {fault.What} | {fault.ToReach} | | | | | not tried: {reason} |";
        var verdict = outcome.IsReached ? "reached" : $"**NOT reached**: {string.Join("; ", outcome.Wrong)}";
        if (outcome.Detail.Length > 0)
            verdict += $" ({outcome.Detail})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {fault.What} | {fault.ToReach} | {outcome.Acknowledged} | {outcome.Lost} | {outcome.Twice} | {outcome.Recovery?.TotalSeconds:0.0} | {verdict.ReplaceLineEndings(" ")} |"
        );
    }
}
