namespace Anteroom.Mail;

/// <summary>
/// What waits to leave the house, as its channel gets it: a row of the outbox, queued in the transaction of its cause. What a column
/// means is up to the channel: an SMS has a phone number and a text and nothing else.
/// </summary>
public sealed record Message
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>How it leaves (<see cref="IChannel.Name"/>).</summary>
    public required string Channel { get; init; }

    /// <summary>What it is for, a word with underscores: the kind's name in the table.</summary>
    public required string Kind { get; init; }

    /// <summary>The address it goes to, as the channel writes addresses; at most 254 characters.</summary>
    public required string ToAddress { get; init; }

    /// <summary>What it says.</summary>
    public required string Text { get; init; }

    /// <summary>One line above it.</summary>
    public string? Subject { get; init; }

    /// <summary>The same as <see cref="Text"/> in HTML.</summary>
    public string? Html { get; init; }

    /// <summary>The name beside the address.</summary>
    public string? ToName { get; init; }

    /// <summary>The name shown as the sender; null for the firm's.</summary>
    public string? FromName { get; init; }

    /// <summary>Where answers go; null for the sender.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The same over all tries, so that the other side can drop a second copy; made from <see cref="Id"/> unless it is given.</summary>
    public string MessageId
    {
        get => field ?? Id.ToString("N");
        init;
    }

    /// <summary>The lead it stays visible on; null for none.</summary>
    public Guid? LeadId { get; init; }

    /// <summary>The user whose name it goes out in; null when it is the firm's.</summary>
    public Guid? OnBehalfOf { get; init; }

    /// <summary>The mailing it is a part of; null for none.</summary>
    public Guid? BulkId { get; init; }

    /// <summary>The message that it repeats; null for none.</summary>
    public Guid? Repeats { get; init; }

    /// <summary>When it was queued, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not tried before this instant, UTC; null: at once.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>How many times it has been tried, this time included.</summary>
    public int Attempts { get; init; }

    /// <summary>The claim of the worker that has it (fencing token); only the holder may settle it.</summary>
    internal Guid Claim { get; init; }

    /// <summary>When the claim runs out and another worker may take it, UTC.</summary>
    internal DateTimeOffset LeasedUntil { get; init; }

    /// <summary>Why it must never go (<see cref="IDeliveryRule.Veto"/>); null when nothing is known against it.</summary>
    internal string? Veto { get; init; }

    /// <summary>What people call it: <c>welcome email</c>.</summary>
    internal string Label { get; init; } = "";

    /// <summary>The kind of an email; null on another channel.</summary>
    internal EmailKind? EmailKind =>
        Channel == EmailChannel.Word && WireName.TryParse(Kind, out EmailKind kind) ? kind : null;
}
