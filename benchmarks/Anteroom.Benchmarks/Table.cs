using System.Globalization;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>One round at one number of clients.</summary>
internal sealed record Figures(int Clients, LoadResult Load, double Transactions, double Pipelined, double Files)
{
    /// <summary>The smaller of the two bare limits, a second.</summary>
    public double Limit => Math.Min(Transactions, Files);
}

/// <summary>The result: medians over the rounds, and how far the rounds lay apart.</summary>
internal static class Table
{
    /// <summary>Submissions a second as a share of the smaller limit, both as medians of the rounds.</summary>
    public static double Share(IEnumerable<Figures> rounds)
    {
        var list = rounds.ToList();
        var limit = Math.Min(Median(list, figures => figures.Transactions), Median(list, figures => figures.Files));
        return Median(list, figures => figures.Load.PerSecond) / limit;
    }

    /// <summary>The table in Markdown.</summary>
    public static string Render(IEnumerable<Figures> all)
    {
        var table = new StringBuilder();
        table.AppendLine(
            "| clients | submissions/s | p50 ms | p95 ms | p99 ms | rows: pgbench tx/s | the same, pipelined | files: durable/s | share of the smaller limit |"
        );
        table.AppendLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var rounds in all.GroupBy(figures => figures.Clients).OrderBy(group => group.Key))
        {
            var list = rounds.ToList();
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {rounds.Key} | {Spread(list, figures => figures.Load.PerSecond)} | {Median(list, figures => figures.Load.Percentile(0.50)):F1} | {Median(list, figures => figures.Load.Percentile(0.95)):F1} | {Median(list, figures => figures.Load.Percentile(0.99)):F1} | {Spread(list, figures => figures.Transactions)} | {Spread(list, figures => figures.Pipelined)} | {Spread(list, figures => figures.Files)} | {Share(list):P0} |"
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

    private static double Median(List<Figures> rounds, Func<Figures, double> of) => Median(rounds.Select(of));

    private static string Spread(List<Figures> rounds, Func<Figures, double> of) => Spread([.. rounds.Select(of)]);

    /// <summary>The median with the smallest and the largest, in Markdown.</summary>
    public static string Spread(IReadOnlyCollection<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"**{Median(values):F0}** ({values.Min():F0}–{values.Max():F0})");
}
