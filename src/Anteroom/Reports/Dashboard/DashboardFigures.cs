using Anteroom.Outreach;

namespace Anteroom.Reports;

/// <summary>
/// What the dashboard says. Everything of the period is about the leads that came in within it, as they stand now, so that each figure
/// is the length of a list.
/// </summary>
public sealed record DashboardFigures
{
    /// <summary>Which days.</summary>
    public required ReportPeriod Period { get; init; }

    /// <summary>When it was counted, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Leads that came in today, by the firm's clocks.</summary>
    public required long Today { get; init; }

    /// <summary>Leads that nobody has reached out to, now.</summary>
    public required long Registered { get; init; }

    /// <summary>Of these, those that wait past the promised time (<see cref="Promise"/>).</summary>
    public required long Waiting { get; init; }

    /// <summary>Those that wait longest, at most five.</summary>
    public required IReadOnlyList<WaitingLead> WaitingLongest { get; init; }

    /// <summary>Leads of the period.</summary>
    public required long Submitted { get; init; }

    /// <summary>Of these, those with a first contact by now.</summary>
    public required long Reached { get; init; }

    /// <summary>Of these, those whose first contact was due (<see cref="Totals.ContactDue"/>).</summary>
    public required long ContactDue { get; init; }

    /// <summary>Of these, those that heard by the promised time.</summary>
    public required long ContactInTime { get; init; }

    /// <summary>Half of the first contacts came within this time; null when there were none.</summary>
    public required TimeSpan? Median { get; init; }

    /// <summary>Nine of ten came within this time.</summary>
    public required TimeSpan? NinetiethPercentile { get; init; }

    /// <summary>Whether the two times are taken from steps of four percent: of more than <see cref="ReadDashboard.MostExact"/> contacts.</summary>
    public required bool TimesAreRounded { get; init; }

    /// <summary>Where the leads of the period stand now.</summary>
    public required IReadOnlyDictionary<LeadStatus, long> Statuses { get; init; }

    /// <summary>How they came in, most first.</summary>
    public required IReadOnlyList<GroupFigures> Sources { get; init; }

    /// <summary>
    /// Who has them (of <see cref="PersonFigures.Totals"/>: how many; how many stand at reached out or further; how many at retained), and
    /// how much everybody has to do now.
    /// </summary>
    public required IReadOnlyList<PersonFigures> People { get; init; }

    /// <summary>New leads by week (by month when the period is long): the period, and at least the last twelve weeks.</summary>
    public required IReadOnlyList<TrendStep> Trend { get; init; }

    /// <summary>What a step of <see cref="Trend"/> is: <c>week</c> or <c>month</c>.</summary>
    public required string TrendStepName { get; init; }

    /// <summary>The share of <see cref="ContactInTime"/>, 0 to 1; null when nothing was due.</summary>
    public double? ShareInTime => ContactDue == 0 ? null : (double)ContactInTime / ContactDue;

    /// <summary>How many leads of the period are in one of these statuses.</summary>
    public long In(params ReadOnlySpan<LeadStatus> statuses)
    {
        var sum = 0L;
        foreach (var status in statuses)
            sum += Statuses.GetValueOrDefault(status);
        return sum;
    }
}

/// <summary>New leads of a step of the trend.</summary>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day.</param>
/// <param name="Step">The step.</param>
/// <param name="Leads">How many.</param>
public sealed record TrendStep(DateOnly First, DateOnly Last, PeriodStep Step, long Leads);
