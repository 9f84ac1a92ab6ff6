using Anteroom.Telemetry;

namespace Anteroom.Mail;

/// <summary>How far an email has come.</summary>
public enum EmailState
{
    /// <summary>Waits for <see cref="Email.NextAttemptAt"/>; committed with its cause, so it cannot be lost.</summary>
    Queued,

    /// <summary>A worker has claimed it and is talking to the mail server; it comes back when the lease runs out.</summary>
    Sending,

    /// <summary>The mail server (or the pickup folder) has accepted it.</summary>
    Sent,

    /// <summary>Given up: refused for good, or out of tries. <see cref="Email.LastError"/> says why.</summary>
    Failed,

    /// <summary>Never went out: no longer needed, or discarded by a person. <see cref="Email.LastError"/> says why.</summary>
    Cancelled,
}

/// <summary>What an email is for.</summary>
public enum EmailKind
{
    /// <summary>To the prospect: we have received your inquiry.</summary>
    Confirmation,

    /// <summary>To the firm: a new lead has come in.</summary>
    Notification,

    /// <summary>To an attorney: this lead is yours.</summary>
    Assigned,

    /// <summary>To an attorney: this lead is somebody else's now.</summary>
    Reassigned,

    /// <summary>To the prospect, in the attorney's name: the first contact, if nobody has made it.</summary>
    Welcome,

    /// <summary>The text of a <see cref="Welcome"/> in the firm's name. No email is of this kind.</summary>
    FirmWelcome,

    /// <summary>To all prospects of a filter: what somebody of the firm wrote.</summary>
    Bulk,

    /// <summary>To the prospect: what somebody of the firm wrote.</summary>
    Personal,

    /// <summary>To a user: somebody has named you in a note.</summary>
    Mention,

    /// <summary>To a user: somebody has given you a task.</summary>
    TaskGiven,

    /// <summary>To an attorney: an email to the prospect of your lead was given up.</summary>
    MailFailed,

    /// <summary>To a user in the morning: these tasks are due today.</summary>
    TasksDue,

    /// <summary>To administrators: leads are waiting, and no attorney takes them.</summary>
    NobodyAvailable,

    /// <summary>To administrators: something is wrong with the system, and they have to see to it.</summary>
    Alarm,

    /// <summary>To administrators: what was wrong is over.</summary>
    AlarmOver,

    /// <summary>To a new user: set your password.</summary>
    Invitation,

    /// <summary>To a user who forgot the password, or was sent a link by an administrator.</summary>
    PasswordReset,

    /// <summary>To a user's new address: confirm it.</summary>
    AddressChange,

    /// <summary>To a user's old address: somebody asked for another one.</summary>
    AddressNotice,

    /// <summary>To administrators and attorneys: what happened yesterday.</summary>
    DailyReport,

    /// <summary>To administrators and attorneys: what happened last week.</summary>
    WeeklySummary,

    /// <summary>To an administrator who checks whether mail goes out.</summary>
    Test,
}

/// <summary>An email. It is a row of the outbox (<see cref="Message"/>), written in the transaction of its cause, and stays visible on its lead.</summary>
public sealed class Email
{
    /// <summary>UUIDv7; also the left side of <see cref="MessageId"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>The lead it belongs to; null for mail to users.</summary>
    public Guid? LeadId { get; init; }

    /// <summary>What it is for.</summary>
    public required EmailKind Kind { get; init; }

    /// <summary>The address it goes to.</summary>
    public required string ToAddress { get; init; }

    /// <summary>The name shown beside the address.</summary>
    public string? ToName { get; init; }

    /// <summary>The name shown as the sender; null for the firm's.</summary>
    public string? FromName { get; init; }

    /// <summary>The user in whose name it goes out; null for the firm.</summary>
    public Guid? OnBehalfOf { get; init; }

    /// <summary>The email that it repeats; null for none.</summary>
    public Guid? Repeats { get; init; }

    /// <summary>The number of the lead it was about before that was merged into this one; null for none.</summary>
    public long? CameWith { get; init; }

    /// <summary>The bulk mailing it is a part of; null for none.</summary>
    public Guid? BulkId { get; init; }

    /// <summary>Where answers go; null for the sender.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>One line.</summary>
    public required string Subject { get; init; }

    /// <summary>The plain part.</summary>
    public required string Text { get; init; }

    /// <summary>The HTML part.</summary>
    public required string Html { get; init; }

    /// <summary>The same for every try, so that a mail server or client can drop a second copy. Without angle brackets.</summary>
    public required string MessageId { get; init; }

    /// <summary>How far it has come.</summary>
    public EmailState State { get; init; }

    /// <summary>How many times it has been tried.</summary>
    public int Attempts { get; init; }

    /// <summary>Not tried before this instant, UTC; meaningful while queued.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>What the last failed try said; null when none failed.</summary>
    public string? LastError { get; init; }

    /// <summary>The last try failed because no mail could be sent at all; it is retried as soon as the server is back.</summary>
    public bool WaitsForServer { get; init; }

    /// <summary>When it was queued, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the mail server accepted it, UTC.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When it was given up, UTC; meaningful while failed.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>The worker's claim (a fencing token); only its holder may finish it.</summary>
    public Guid? Claim { get; init; }

    /// <summary>The node whose claim it is (<see cref="Data.Node.Id"/>).</summary>
    public int? ClaimedBy { get; init; }

    /// <summary>When the claim runs out and another worker may take the email, UTC.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>The tries that failed, the latest of them, as JSON; null for none.</summary>
    public string? Tries { get; init; }

    /// <summary>The node that had it last; null when nobody has begun.</summary>
    public int? RanOn { get; init; }

    /// <summary>As the outbox takes it.</summary>
    /// <summary>The trace of its cause (<see cref="Traces"/>); null for none.</summary>
    public string? Trace { get; private set; } = Traces.Current;

    /// <summary>In the trace of its own cause, where it is written together with others.</summary>
    internal Email In(string? trace)
    {
        Trace = trace;
        return this;
    }

    internal Message ToMessage() =>
        new()
        {
            Id = Id,
            Channel = EmailChannel.Word,
            Kind = Kind.ToWire(),
            ToAddress = ToAddress,
            ToName = ToName,
            FromName = FromName,
            ReplyTo = ReplyTo,
            Subject = Subject,
            Text = Text,
            Html = Html,
            MessageId = MessageId,
            LeadId = LeadId,
            OnBehalfOf = OnBehalfOf,
            BulkId = BulkId,
            Repeats = Repeats,
            CreatedAt = CreatedAt,
            NextAttemptAt = NextAttemptAt,
            Trace = Trace,
        };
}
