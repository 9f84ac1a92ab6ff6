using Anteroom.Firm;
using Microsoft.Extensions.Options;

namespace Anteroom.Outreach;

/// <summary>
/// By when a prospect hears from the firm: <see cref="FirstContactTarget.Time"/> after submitting, counted while the firm is open
/// (<see cref="OfficeHours"/>), and when the automatic welcome goes out. Without hours, everything goes by the clock. Both instants are
/// written down with the lead; other settings later move them for no lead.
/// </summary>
public sealed class Promise(
    IOptions<HoursOptions> hours,
    IOptions<FirmOptions> firm,
    IOptions<OutreachOptions> outreach
)
{
    /// <summary>A welcome that was due just before the firm closed still goes out.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>The firm's hours; null for around the clock.</summary>
    public OfficeHours? Hours => hours.Value.By(firm.Value.Zone);

    /// <summary>The promised time in words: <c>five minutes</c>, or <c>five working minutes</c>.</summary>
    public string Time => Hours is null ? "five minutes" : "five working minutes";

    /// <summary>Whether the firm is closed; never without hours.</summary>
    public bool IsClosed(DateTimeOffset at) => Hours is { } set && !set.IsOpenAt(at);

    /// <summary>
    /// When the firm has to have reached out to a lead that comes in at an instant; null where that is <see cref="FirstContactTarget.Time"/>
    /// later by the clock.
    /// </summary>
    public DateTimeOffset? ContactDueAt(DateTimeOffset createdAt) => Later(createdAt, FirstContactTarget.Time);

    /// <summary>
    /// When its automatic welcome goes out, unless somebody reaches out first; null where that is <see cref="OutreachOptions.After"/>
    /// later by the clock.
    /// </summary>
    public DateTimeOffset? WelcomeDueAt(DateTimeOffset createdAt) =>
        Waits ? Later(createdAt, outreach.Value.After) : null;

    /// <summary>By when a prospect hears who comes at an instant, with <paramref name="after"/> for people; null: by the clock.</summary>
    public DateTimeOffset? HeardBy(DateTimeOffset at, TimeSpan after) => Waits ? Later(at, after) : null;

    /// <summary>When the welcome of a lead goes out that is given to somebody now: at its time, or at once when that is over.</summary>
    internal DateTimeOffset WelcomeAt(LeadBrief lead, DateTimeOffset now)
    {
        var due = lead.WelcomeDueAt ?? lead.CreatedAt + outreach.Value.After;
        return due > now ? due : HeldUntil(now) ?? now;
    }

    /// <summary>Until when no welcome goes out, because the firm is closed and wants them to wait; null when they go.</summary>
    public DateTimeOffset? HeldUntil(DateTimeOffset now) =>
        Waits && Hours is { } set && !set.IsOpenAt(now) && !set.IsOpenAt(now - Grace) ? set.NextOpen(now) : null;

    /// <summary>Whether a welcome goes out in the firm's name now, whoever has the lead: the firm is closed and wants it so.</summary>
    public bool WritesInFirmsName(DateTimeOffset now) =>
        hours.Value.WhenClosed == ClosedWelcome.FirmsName && IsClosed(now);

    /// <summary>Whether a lead that comes in now gets a welcome without an attorney.</summary>
    public bool WritesWithoutAttorney(DateTimeOffset now) => outreach.Value.InFirmsName || WritesInFirmsName(now);

    private bool Waits => hours.Value.WhenClosed == ClosedWelcome.Wait;

    private DateTimeOffset? Later(DateTimeOffset from, TimeSpan time) =>
        Hours?.After(from, time) is { } due && due > from + time ? due : null;
}
