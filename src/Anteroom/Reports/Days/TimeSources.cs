using Anteroom.Outreach;

namespace Anteroom.Reports;

/// <summary>
/// What of a report's time is read from the leads, and what from days that are summed up: stretches in their order. Together they are the
/// period and what it is compared with.
/// </summary>
internal sealed class TimeSources
{
    private readonly List<Stretch> _leads = [];
    private readonly List<Stretch> _days = [];

    private sealed record Stretch(DateTimeOffset From, DateTimeOffset To);

    /// <summary>The period alone, from the leads.</summary>
    public TimeSources(ReportPeriod period) => Cut(new(period.From, period.To), []);

    /// <summary>From summed days, by time, that lie within, when what they say does not depend on the time any more.</summary>
    public TimeSources(ReportPeriod period, DateTimeOffset now, IEnumerable<DayQueries.SummedRow> days)
    {
        var (beforeFrom, beforeTo) = period.Before(now);
        var usable = new List<Stretch>();
        foreach (var row in days)
            if (
                row is { Begun: { } begun, Ended: { } ended }
                && ended <= now - FirstContactTarget.Time
                && IsDay(begun, ended, period.Zone)
            )
                usable.Add(new(begun, ended));
        Cut(new(beforeFrom, beforeTo), usable);
        Cut(new(period.From, period.To), usable);
    }

    /// <summary>Whether anything is read from days.</summary>
    public bool HasDays => _days.Count > 0;

    public DateTimeOffset[] LeadsFrom => [.. _leads.Select(stretch => stretch.From)];

    public DateTimeOffset[] LeadsTo => [.. _leads.Select(stretch => stretch.To)];

    public DateTimeOffset[] DaysFrom => [.. _days.Select(stretch => stretch.From)];

    public DateTimeOffset[] DaysTo => [.. _days.Select(stretch => stretch.To)];

    private void Cut(Stretch whole, List<Stretch> days)
    {
        var at = whole.From;
        foreach (var day in days)
        {
            if (day.From < at || day.To > whole.To)
                continue;
            Add(_leads, new(at, day.From));
            Add(_days, day);
            at = day.To;
        }

        Add(_leads, whole with { From = at });
    }

    private static void Add(List<Stretch> stretches, Stretch next)
    {
        if (next.From >= next.To)
            return;
        if (stretches is [.., var last] && last.To == next.From)
            stretches[^1] = last with { To = next.To };
        else
            stretches.Add(next);
    }

    /// <summary>Sums made while the firm was in another time zone are of other days.</summary>
    private static bool IsDay(DateTimeOffset begun, DateTimeOffset ended, TimeZoneInfo zone)
    {
        var day = LocalDays.DayOf(begun, zone);
        return LocalDays.StartOf(day, zone) == begun && LocalDays.StartOf(day.AddDays(1), zone) == ended;
    }
}
