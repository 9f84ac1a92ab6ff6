using Anteroom.Leads;
using Anteroom.Outreach;

namespace Anteroom.Reports;

/// <summary>
/// The figures of a stretch of time. What happened in it counts, by when it happened, so that a figure of the past stays what it
/// is: a first contact counts on the day of the contact, wherever the lead came from.
/// </summary>
public sealed record Totals
{
    /// <summary>Leads submitted.</summary>
    public long Submitted { get; init; }

    /// <summary>First contacts made.</summary>
    public long ReachedOut { get; init; }

    /// <summary>Leads retained.</summary>
    public long Retained { get; init; }

    /// <summary>Leads declined, and still so.</summary>
    public long Declined { get; init; }

    /// <summary>Leads lost, and still so.</summary>
    public long Lost { get; init; }

    /// <summary>
    /// Of the leads submitted, those whose first contact was due: the promised time (<see cref="Promise"/>) is over, or there was one sooner.
    /// A lead that was closed within that time without a contact asks for none.
    /// </summary>
    public long ContactDue { get; init; }

    /// <summary>Of <see cref="ContactDue"/>, those that heard from the firm in that time.</summary>
    public long ContactInTime { get; init; }

    /// <summary>Half of the first contacts made came within this time of the submission; null when there were none.</summary>
    public TimeSpan? Median { get; init; }

    /// <summary>Nine of ten of the first contacts made came within this time; null when there were none.</summary>
    public TimeSpan? NinetiethPercentile { get; init; }

    /// <summary>Emails failed.</summary>
    public long MailFailed { get; init; }

    /// <summary>The share of <see cref="ContactInTime"/>, 0 to 1; null when nothing was due.</summary>
    public double? ShareInTime => ContactDue == 0 ? null : (double)ContactInTime / ContactDue;
}

/// <summary>The figures of a part of the period.</summary>
public sealed record StepFigures(PeriodStep Step, Totals Totals);

/// <summary>What became of the leads submitted in the period that have something in common.</summary>
/// <param name="Name">What: a source, a practice area; null for none.</param>
/// <param name="Submitted">How many were submitted.</param>
/// <param name="ReachedOut">Of these, how many have heard from the firm by now.</param>
/// <param name="Retained">Of these, how many have been retained by now.</param>
public sealed record GroupFigures(string? Name, long Submitted, long ReachedOut, long Retained);

/// <summary>Whether an attorney takes new leads.</summary>
public enum Presence
{
    /// <summary>Takes leads.</summary>
    Here,

    /// <summary>Takes none for now.</summary>
    Unavailable,

    /// <summary>Away until a day.</summary>
    Away,

    /// <summary>Is no active attorney.</summary>
    NoAttorney,
}

/// <summary>The figures of whoever has leads, and of every active attorney.</summary>
/// <param name="User">Who; null for the leads that nobody has.</param>
/// <param name="Name">The name.</param>
/// <param name="Totals">Of the period.</param>
/// <param name="Open">Open leads now.</param>
/// <param name="Capacity">Maximum open leads; null for who is no attorney.</param>
/// <param name="Presence">Whether they take leads now.</param>
/// <param name="AwayUntil">Until when they are away.</param>
public sealed record PersonFigures(
    Guid? User,
    string Name,
    Totals Totals,
    long Open,
    int? Capacity,
    Presence Presence,
    DateTimeOffset? AwayUntil
)
{
    /// <summary>More open leads than they should have.</summary>
    public bool IsOverCapacity => Open > Capacity;

    /// <summary>Has open leads, but takes none for now.</summary>
    public bool IsMissing => Presence is Presence.Away or Presence.Unavailable && Open > 0;
}

/// <summary>A lead that has been waiting for its first contact for too long.</summary>
public sealed record WaitingLead(
    long Number,
    string Name,
    string? PracticeArea,
    string? AssignedTo,
    DateTimeOffset CreatedAt
);

/// <summary>Failed emails of a kind.</summary>
public sealed record MailFailures(string Kind, long Emails);

/// <summary>Everything a report says.</summary>
public sealed record Figures
{
    /// <summary>Which days.</summary>
    public required ReportPeriod Period { get; init; }

    /// <summary>Whose leads.</summary>
    public required ReportScope Scope { get; init; }

    /// <summary>When it was counted, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The period.</summary>
    public required Totals Totals { get; init; }

    /// <summary>What <see cref="ReportPeriod.Before"/> says.</summary>
    public required Totals Before { get; init; }

    /// <summary>Whether median and 90th percentile are taken from steps of four percent: of more than <see cref="ReadDashboard.MostExact"/> leads.</summary>
    public required bool TimesAreRounded { get; init; }

    /// <summary>The period's parts.</summary>
    public required IReadOnlyList<StepFigures> Steps { get; init; }

    /// <summary>Where the leads submitted in the period stand now.</summary>
    public required IReadOnlyDictionary<LeadStatus, long> Statuses { get; init; }

    /// <summary>Where all leads stand now.</summary>
    public required IReadOnlyDictionary<LeadStatus, long> StatusesOfAll { get; init; }

    /// <summary>By the door they came through, most first.</summary>
    public required IReadOnlyList<GroupFigures> Sources { get; init; }

    /// <summary>By practice area, most first.</summary>
    public required IReadOnlyList<GroupFigures> PracticeAreas { get; init; }

    /// <summary>By who has the leads now, by name; nobody last.</summary>
    public required IReadOnlyList<PersonFigures> People { get; init; }

    /// <summary>Everybody with an account, by name.</summary>
    public required IReadOnlyList<UserOption> Colleagues { get; init; }

    /// <summary>How many leads wait for their first contact past the promised time, now.</summary>
    public required long Waiting { get; init; }

    /// <summary>The ones that have been waiting longest, at most ten.</summary>
    public required IReadOnlyList<WaitingLead> WaitingLongest { get; init; }

    /// <summary>Emails failed in the period, most first.</summary>
    public required IReadOnlyList<MailFailures> MailFailures { get; init; }

    /// <summary>Leads declined in the period, and still so, by reason; the page and the file show them, emails do not.</summary>
    public IReadOnlyList<DeclineFigures> Declines { get; init; } = [];

    /// <summary>Open leads now.</summary>
    public long Open => StatusesOfAll.Where(one => one.Key.IsOpen).Sum(one => one.Value);

    /// <summary>Attorneys with more open leads than they should have, the most overloaded first.</summary>
    public IEnumerable<PersonFigures> OverCapacity =>
        People.Where(person => person.IsOverCapacity).OrderByDescending(person => person.Open - person.Capacity);

    /// <summary>Attorneys with open leads who are away or take none.</summary>
    public IEnumerable<PersonFigures> Missing => People.Where(person => person.IsMissing);

    /// <summary>Nothing happened in the period.</summary>
    public bool IsQuiet => Totals is { Submitted: 0, ReachedOut: 0, Retained: 0, Declined: 0, Lost: 0, MailFailed: 0 };
}
