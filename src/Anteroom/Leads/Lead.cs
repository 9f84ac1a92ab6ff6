using Anteroom.Firm;
using Anteroom.Outreach;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>
/// A prospect's inquiry: what the prospect said, and where it stands. Only the methods of this class change its status, and they return
/// whether the rules allow the move, so that the rules of the funnel live only here.
/// </summary>
public sealed class Lead : ProspectFacts
{
    /// <summary>UUIDv7, the key in the JWT API.</summary>
    public required Guid Id { get; init; }

    /// <summary>1, 2, 3 …: the number people say aloud, and the id of the Django-style API.</summary>
    public required long Number { get; init; }

    /// <summary>What the prospect is told instead (<see cref="LeadCode"/>); the database draws one where it is empty.</summary>
    public string Code { get; init; } = "";

    /// <summary>The phone number in E.164; null when it is not known as a valid one, or came in before this was kept.</summary>
    public string? PhoneE164 { get; set; }

    /// <summary>The door it came through: <c>form</c>, <c>api</c>, <c>demo</c>, or one of <see cref="StaffEntry.Sources"/>.</summary>
    public required string Source { get; set; }

    /// <summary>Where the lead stands.</summary>
    public LeadStatus Status { get; private set; } = LeadStatus.Registered;

    /// <summary>The user who made the first contact; null while nobody has.</summary>
    public Guid? ReachedOutBy { get; private set; }

    /// <summary>When the first contact was made; null while nobody has.</summary>
    public DateTimeOffset? ReachedOutAt { get; private set; }

    /// <summary>When the firm took the prospect on; kept when that ends later, gone when the lead is reopened.</summary>
    public DateTimeOffset? RetainedAt { get; private set; }

    /// <summary>When it was last retained, declined or lost; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>The user who takes care of it; null while nobody does.</summary>
    public Guid? AssignedTo { get; private set; }

    /// <summary>When it was given to <see cref="AssignedTo"/>; null while nobody has it.</summary>
    public DateTimeOffset? AssignedAt { get; private set; }

    /// <summary>An email to the prospect was refused: somebody has to call.</summary>
    public bool NeedsCall { get; private set; }

    /// <summary>
    /// Set while the welcome email is being sent, until this instant at the latest: nobody else reaches out meanwhile, so that the
    /// prospect hears from one person only.
    /// </summary>
    public DateTimeOffset? WelcomeUntil { get; private set; }

    /// <summary>
    /// When somebody of the firm wrote in person, even if the mail server does not have the email yet, or had been in touch before the lead
    /// was reopened: the automatic welcome is no longer needed. Null while nobody has.
    /// </summary>
    public DateTimeOffset? WrittenToAt { get; private set; }

    /// <summary>Sample data; no email goes out about it.</summary>
    public bool Sample { get; init; }

    /// <summary>Which text the form asked to agree to (<c>consent_texts</c>); null when there was none, or it came another way.</summary>
    public string? ConsentVersion { get; init; }

    /// <summary>When the prospect submitted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// When the prospect has to have heard from the firm, where its hours make that later than <see cref="FirstContactTarget.Time"/> after
    /// <see cref="CreatedAt"/>; else null.
    /// </summary>
    public DateTimeOffset? ContactDueAt { get; init; }

    /// <summary>When the automatic welcome goes out, where the firm's hours make that later than by the clock; else null.</summary>
    public DateTimeOffset? WelcomeDueAt { get; init; }

    /// <summary>When the lead last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>In the trash since then; null when it is not.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Who put it there.</summary>
    public Guid? DeletedBy { get; private set; }

    /// <summary>PostgreSQL's <c>xmin</c>: changes with every update, compared before each one (optimistic concurrency).</summary>
    public uint Version { get; internal set; }

    /// <summary>Whether the welcome email is being sent at <paramref name="now"/>.</summary>
    public bool IsBeingWelcomed(DateTimeOffset now) => WelcomeUntil > now;

    /// <summary>The uploaded resume.</summary>
    public Resume? Resume { get; internal set; }

    /// <summary>The statuses this lead may move to, in the order of the funnel; the first is the natural next one.</summary>
    public IEnumerable<LeadStatus> NextStatuses => Status.NextStatuses;

    /// <summary>
    /// Moves the lead to <paramref name="next"/>, recording <paramref name="by"/> as the one who reached out when this
    /// is the first contact. False, with nothing changed, when the rules forbid the move.
    /// </summary>
    public bool TryMoveTo(LeadStatus next, Guid by, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (!Status.MayBecome(next))
            return false;

        Status = next;
        UpdatedAt = now;
        if (next.IsReached && ReachedOutAt is null)
        {
            ReachedOutBy = by;
            ReachedOutAt = now;
            NeedsCall = false;
        }
        else if (next.Stage == LeadStage.Waiting)
        {
            // Whoever has heard from the firm once needs no automatic welcome.
            WrittenToAt ??= ReachedOutAt;
            ReachedOutBy = null;
            ReachedOutAt = null;
        }

        RetainedAt = next.Stage switch
        {
            LeadStage.Retained => now,
            LeadStage.Waiting => null,
            _ => RetainedAt,
        };
        ClosedAt = next.IsOpen ? null : now;
        return true;
    }

    /// <summary>Assigns the lead; null unassigns it. False when nothing changes.</summary>
    public bool TryAssign(Guid? user, DateTimeOffset now)
    {
        if (AssignedTo == user)
            return false;

        AssignedTo = user;
        AssignedAt = user is null ? null : now;
        UpdatedAt = now;
        return true;
    }

    /// <summary>Corrects who made the first contact; its time stays. False when nothing changes, or nobody has made one.</summary>
    public bool TryCorrectContact(Guid by, DateTimeOffset now)
    {
        if (!IsContacted || ReachedOutBy == by)
            return false;

        ReachedOutBy = by;
        ReachedOutAt ??= now;
        UpdatedAt = now;
        return true;
    }

    /// <summary>Whether there is a first contact, which somebody has made.</summary>
    internal bool IsContacted => Status.IsReached || ReachedOutAt is not null;

    /// <summary>Undoes a change of status or of the first contact.</summary>
    internal void MoveBack(LeadSnapshot before, DateTimeOffset now)
    {
        (Status, ReachedOutBy, ReachedOutAt) = (before.Status, before.ReachedOutBy, before.ReachedOutAt);
        (RetainedAt, ClosedAt, NeedsCall) = (before.RetainedAt, before.ClosedAt, before.NeedsCall);
        WrittenToAt ??= before.WrittenToAt;
        UpdatedAt = now;
    }

    /// <summary>The address was taken away before anybody had reached out: somebody has to call.</summary>
    internal void AskForCallWithoutAddress() => NeedsCall |= !HasEmail && Status.Stage == LeadStage.Waiting;

    /// <summary>Somebody of the firm writes to the prospect, so no automatic welcome goes out.</summary>
    public void Written(DateTimeOffset now)
    {
        WrittenToAt ??= now;
        UpdatedAt = now;
    }

    /// <summary>
    /// Fills gaps from a lead of the same person that is about to go: facts, owner, and if nobody has reached out here, how far the firm
    /// has come with the prospect.
    /// </summary>
    public void TakeOver(Lead other, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(other);
        FillFrom(other);
        if (AssignedTo is null)
            (AssignedTo, AssignedAt) = (other.AssignedTo, other.AssignedAt);
        if (Status == LeadStatus.Registered && other.ReachedOutAt is not null && other.Status.IsReached)
            (Status, RetainedAt, ClosedAt) = (other.Status, other.RetainedAt, other.ClosedAt);
        if (Status != LeadStatus.Registered && other.ReachedOutAt < (ReachedOutAt ?? DateTimeOffset.MaxValue))
            (ReachedOutBy, ReachedOutAt) = (other.ReachedOutBy, other.ReachedOutAt);
        WrittenToAt ??= other.WrittenToAt;
        NeedsCall = ReachedOutAt is null && (NeedsCall || other.NeedsCall);
        UpdatedAt = now;
    }
}
