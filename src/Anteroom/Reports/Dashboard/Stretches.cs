namespace Anteroom.Reports;

/// <summary>
/// Time cut at the instants that the dashboard counts between: the ends of the period, of today, of the steps of the trend. Whole days
/// (UTC) within a stretch are read from <c>lead_days</c>; of the days that a cut goes through, the leads themselves.
/// </summary>
internal sealed class Stretches
{
    private readonly DateTimeOffset[] _cuts;

    public Stretches(IEnumerable<DateTimeOffset> cuts)
    {
        _cuts = [.. cuts.Distinct().Order()];
        var split = new SortedSet<DateOnly>();
        foreach (var cut in _cuts)
            if (cut.UtcDateTime.TimeOfDay != TimeSpan.Zero)
                split.Add(DateOnly.FromDateTime(cut.UtcDateTime));
        SplitDays = [.. split];
        var (from, to) = (_cuts[0], _cuts[^1]);
        FirstDay = DateOnly.FromDateTime(from.UtcDateTime);
        LastDay = DateOnly.FromDateTime(to.UtcDateTime); // is split, or not in it
        SplitFrom = [.. SplitDays.Select(day => Later(StartOf(day), from))];
        SplitTo = [.. SplitDays.Select(day => Earlier(StartOf(day.AddDays(1)), to))];
    }

    /// <summary>Where stretches begin, for <c>width_bucket</c>; the last is where the last one ends.</summary>
    public DateTimeOffset[] Cuts => _cuts;

    public DateOnly FirstDay { get; }

    /// <summary>After the last whole day.</summary>
    public DateOnly LastDay { get; }

    public DateOnly[] SplitDays { get; }

    /// <summary>What is to be read of each of <see cref="SplitDays"/>.</summary>
    public DateTimeOffset[] SplitFrom { get; }

    public DateTimeOffset[] SplitTo { get; }

    /// <summary>The stretches, as <c>width_bucket</c> numbers them, from one cut to another.</summary>
    public (int First, int Last) Between(DateTimeOffset from, DateTimeOffset to) =>
        (Array.BinarySearch(_cuts, from) + 1, Array.BinarySearch(_cuts, to));

    private static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
