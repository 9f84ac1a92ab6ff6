using System.Globalization;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>One round at one number of clients.</summary>
internal sealed record Figures(int Clients, JobResult Job, double Transactions, double Pipelined, double Files);

/// <summary>The result: medians over the rounds, and how far the rounds lay apart.</summary>
internal static class Table
{
    /// <summary>Submissions a second as shares of what pgbench inserts, statement by statement and pipelined; medians of the rounds.</summary>
    public static (double Statements, double Pipelined) Shares(IReadOnlyCollection<Figures> rounds)
    {
        var submissions = Median(rounds.Select(figures => figures.Job.Load.PerSecond));
        return (
            submissions / Median(rounds.Select(figures => figures.Transactions)),
            submissions / Median(rounds.Select(figures => figures.Pipelined))
        );
    }

    /// <summary>The table in Markdown.</summary>
    public static string Render(IEnumerable<Figures> all)
    {
        var table = new StringBuilder();
        table.AppendLine(
            "| clients | submissions/s | with every email | p50 ms | p95 ms | p99 ms | rows: pgbench tx/s | the same, pipelined | files: durable/s | share of pgbench / pipelined |"
        );
        table.AppendLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var rounds in all.GroupBy(figures => figures.Clients).OrderBy(group => group.Key))
        {
            var list = rounds.ToList();
            string Of(Func<Figures, double> figure) => Spread([.. list.Select(figure)]);
            string Latency(double share) =>
                Median(list.Select(figures => figures.Job.Load.Percentile(share)))
                    .ToString("F1", CultureInfo.InvariantCulture);
            var (statements, pipelined) = Shares(list);
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {rounds.Key} | {Of(figures => figures.Job.Load.PerSecond)} | {Of(figures => figures.Job.WholePerSecond)} | {Latency(0.50)} | {Latency(0.95)} | {Latency(0.99)} | {Of(figures => figures.Transactions)} | {Of(figures => figures.Pipelined)} | {Of(figures => figures.Files)} | {statements:F2} / {pipelined:F2} |"
            );
        }
        return table.ToString();
    }

    /// <summary>The middle one, or between the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median with the smallest and the largest, in Markdown.</summary>
    public static string Spread(IReadOnlyCollection<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"**{Median(values):F0}** ({values.Min():F0}–{values.Max():F0})");
}
