namespace Anteroom.Reports;

/// <summary>Median and 90th percentile: exact ones as PostgreSQL says, or read from steps.</summary>
internal sealed class ContactTimes
{
    private readonly SortedDictionary<int, long> _steps = [];
    private double[]? _exact;

    /// <summary>Whether they are read from steps.</summary>
    public bool AreRounded => _exact is null && _steps.Count > 0;

    /// <summary>Adds a row: a step, or the exact median and 90th percentile in seconds.</summary>
    public void Add(int? step, long leads, double[]? exact)
    {
        if (exact is not null)
            _exact = exact;
        else if (step is { } at)
            _steps[at] = _steps.GetValueOrDefault(at) + leads;
    }

    /// <summary>The time within which this share of the contacts came, 0.5 or 0.9; null when there were none.</summary>
    public TimeSpan? At(double share)
    {
        if (_exact is [var median, var ninetieth])
            return TimeSpan.FromSeconds(share < 0.7 ? median : ninetieth);
        var wanted = _steps.Values.Sum() * share;
        var before = 0.0;
        foreach (var (step, leads) in _steps)
        {
            if (leads > 0 && before + leads >= wanted)
                return TimeSpan.FromSeconds(Within(step, (wanted - before) / leads));
            before += leads;
        }

        return null;
    }

    /// <summary>A time within a step, as if its contacts lay evenly in it.</summary>
    private static double Within(int step, double part)
    {
        var from = Math.Pow(2, (double)step / ContactDay.StepsPerDoubling);
        var to = Math.Pow(2, (step + 1.0) / ContactDay.StepsPerDoubling);
        return from + ((to - from) * Math.Clamp(part, 0, 1));
    }
}
