using System.Buffers.Binary;

namespace Anteroom.Reports;

/// <summary>Median and 90th percentile: exact ones as PostgreSQL says, or read from steps.</summary>
internal sealed class ContactTimes
{
    private const int PackedBytes = 6;

    // How many contacts each step has; steps of a minute are below 100, those of a year below 400.
    private long[] _steps = [];
    private double[]? _exact;

    /// <summary>Whether they are read from steps.</summary>
    public bool AreRounded => _exact is null && _steps.Any(leads => leads > 0);

    /// <summary>Adds a row: a step, or the exact median and 90th percentile in seconds.</summary>
    public void Add(int? step, long leads, double[]? exact)
    {
        if (exact is not null)
            _exact = exact;
        else if (step is { } at)
            Add(at, leads);
    }

    /// <summary>Adds the steps of a day (<see cref="ReportDay.Times"/>).</summary>
    public void Add(ReadOnlySpan<byte> packed)
    {
        for (; packed.Length >= PackedBytes; packed = packed[PackedBytes..])
            Add(BinaryPrimitives.ReadInt16BigEndian(packed), BinaryPrimitives.ReadInt32BigEndian(packed[2..]));
    }

    /// <summary>The time within which this share of the contacts came, 0.5 or 0.9; null when there were none.</summary>
    public TimeSpan? At(double share)
    {
        if (_exact is [var median, var ninetieth])
            return TimeSpan.FromSeconds(share < 0.7 ? median : ninetieth);
        var wanted = _steps.Sum() * share;
        var before = 0.0;
        for (var step = 0; step < _steps.Length; step++)
        {
            var leads = _steps[step];
            if (leads > 0 && before + leads >= wanted)
                return TimeSpan.FromSeconds(Within(step, (wanted - before) / leads));
            before += leads;
        }

        return null;
    }

    private void Add(int step, long leads)
    {
        if (step >= _steps.Length)
            Array.Resize(ref _steps, step + 50);
        _steps[step] += leads;
    }

    /// <summary>A time within a step, as if its contacts lay evenly in it.</summary>
    private static double Within(int step, double part)
    {
        var from = Math.Pow(2, (double)step / ContactDay.StepsPerDoubling);
        var to = Math.Pow(2, (step + 1.0) / ContactDay.StepsPerDoubling);
        return from + ((to - from) * Math.Clamp(part, 0, 1));
    }
}
