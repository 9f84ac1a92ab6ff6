using Anteroom.Telemetry;

namespace Anteroom.Mail;

/// <summary>
/// An outgoing message as its channel gets it: a row of the outbox, queued in the transaction of its cause. What a column means is up to
/// the channel: an SMS has a phone number and a text, and nothing else.
/// </summary>
public sealed record Message
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The <see cref="IChannel.Name"/> of its channel.</summary>
    public required string Channel { get; init; }

    /// <summary>What it is for, as stored in the table: a word with underscores.</summary>
    public required string Kind { get; init; }

    /// <summary>The recipient's address in the channel's format; at most 254 characters.</summary>
    public required string ToAddress { get; init; }

    /// <summary>What it says.</summary>
    public required string Text { get; init; }

    /// <summary>One line; null on a channel without subjects.</summary>
    public string? Subject { get; init; }

    /// <summary>The same as <see cref="Text"/> in HTML.</summary>
    public string? Html { get; init; }

    /// <summary>The name beside the address.</summary>
    public string? ToName { get; init; }

    /// <summary>The name shown as the sender; null for the firm's.</summary>
    public string? FromName { get; init; }

    /// <summary>Where answers go; null for the sender.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The same for every try, so that the other side can drop a second copy; derived from <see cref="Id"/> unless given.</summary>
    public string MessageId
    {
        get => field ?? Id.ToString("N");
        init;
    }

    /// <summary>The lead it is about; null for none.</summary>
    public Guid? LeadId { get; init; }

    /// <summary>The user in whose name it goes out; null for the firm.</summary>
    public Guid? OnBehalfOf { get; init; }

    /// <summary>The bulk mailing it belongs to; null for none.</summary>
    public Guid? BulkId { get; init; }

    /// <summary>The message it repeats; null for none.</summary>
    public Guid? Repeats { get; init; }

    /// <summary>The trace of its cause (<see cref="Traces"/>); null for none.</summary>
    public string? Trace { get; init; } = Traces.Current;

    /// <summary>When it was queued, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Earliest next try, UTC; null: at once.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Tries so far, including this one.</summary>
    public int Attempts { get; init; }

    /// <summary>The worker's claim (a fencing token); only its holder may record a result.</summary>
    internal Guid Claim { get; init; }

    /// <summary>When the claim expires and another worker may take over, UTC.</summary>
    internal DateTimeOffset LeasedUntil { get; init; }

    /// <summary>Why it must never be sent (<see cref="IDeliveryRule.Veto"/>); null for no reason.</summary>
    internal string? Veto { get; init; }

    /// <summary>What people call it: <c>welcome email</c>.</summary>
    internal string Label { get; init; } = "";

    /// <summary>The kind of an email; null on another channel.</summary>
    internal EmailKind? EmailKind =>
        Channel == EmailChannel.Word && WireName.TryParse(Kind, out EmailKind kind) ? kind : null;
}
