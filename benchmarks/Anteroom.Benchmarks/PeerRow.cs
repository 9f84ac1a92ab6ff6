using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>One row of the comparison: what both reached in each round, and what is to be reached.</summary>
/// <param name="name">What is measured.</param>
/// <param name="ratio">So many times what the peer reaches.</param>
/// <param name="atMost">So many milliseconds, whatever the peer needs.</param>
internal sealed class PeerRow(string name, double? ratio = null, double? atMost = null)
{
    public const string Head = """
        | | FastAPI | Anteroom | ratio | to reach | others |
        |---|---:|---:|---:|---|---:|
        """;

    public string Name => name;

    private readonly List<double> _peers = [];
    private readonly List<double> _ours = [];
    private readonly List<double> _others = [];

    /// <summary>Adds what was measured.</summary>
    /// <param name="ours">Whether it is Anteroom's.</param>
    /// <param name="value">A second, or milliseconds.</param>
    /// <param name="others">The share of all processors that others kept busy meanwhile.</param>
    public void Add(bool ours, double value, double others)
    {
        (ours ? _ours : _peers).Add(value);
        _others.Add(others);
    }

    /// <summary>Whether it was reached; null when nothing is to be reached, or the machine was too busy to tell.</summary>
    public bool? IsReached =>
        IsNoisy ? null
        : ratio is { } times ? Ratio >= times
        : atMost is { } most ? Table.Median(_ours) <= most
        : null;

    /// <summary>Whether the machine was too busy to tell.</summary>
    public bool IsNoisy => Table.Median(_others) > CpuUse.Quiet;

    public string Line
    {
        get
        {
            var compared = IsNoisy ? "too noisy" : string.Create(CultureInfo.InvariantCulture, $"**{Ratio:F1}**");
            var wanted =
                ratio is { } times ? string.Create(CultureInfo.InvariantCulture, $"≥ {times:0.#}")
                : atMost is { } most ? string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.#} ms")
                : "–";
            var verdict = IsReached switch
            {
                true => ": reached",
                false => ": NOT reached",
                null => "",
            };
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Spread(_peers)} | {Spread(_ours)} | {compared} | {wanted}{verdict} | {Table.Median(_others):P0} |"
            );
        }
    }

    private double Ratio => Table.Median(_ours) / Table.Median(_peers);

    private static string Spread(List<double> values) =>
        Table.Median(values) < 20
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Table.Median(values):F2} ({values.Min():F2}–{values.Max():F2})"
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Table.Median(values):F0} ({values.Min():F0}–{values.Max():F0})"
            );
}
