using Anteroom.Mail;
using Anteroom.Work;

namespace Anteroom.Admin;

/// <summary>Which queue: the messages of a channel and kind, or the other work of a kind.</summary>
/// <param name="Lane"><c>work</c>, or a channel by its name; the one for email is called <c>emails</c>.</param>
/// <param name="Kind">The kind's name in the table.</param>
public sealed record QueueName(string Lane, string Kind)
{
    /// <summary>The emails of the outbox.</summary>
    public const string Emails = "emails";

    /// <summary>Other work.</summary>
    public const string Work = "work";

    /// <summary>What people call it.</summary>
    public string Label =>
        Lane switch
        {
            Emails when WireName.TryParse(Kind, out EmailKind email) => Capital(email.ToLabel()),
            Work when WireName.TryParse(Kind, out WorkKind work) => work.ToLabel(),
            Emails or Work => Kind,
            _ => Capital($"{Kind.Replace('_', ' ')} ({Lane})"),
        };

    /// <summary>It is a part of the outbox.</summary>
    public bool IsMessages => Lane != Work;

    /// <summary>The channel's name in the rows of the outbox; null for other work.</summary>
    public string? Channel =>
        Lane switch
        {
            Work => null,
            Emails => EmailChannel.Word,
            _ => Lane,
        };

    /// <summary>The name of the queue in the tables of controls and counts.</summary>
    public string Queue => Channel ?? Work;

    /// <summary>It can be paused and limited: all but what acts on queues itself.</summary>
    public bool CanBeControlled => this != new QueueName(Work, WorkKind.SettleItems.ToWire());

    /// <summary>Every kind of work and email that this version knows.</summary>
    public static IReadOnlyList<QueueName> All { get; } =
    [
        .. Enum.GetValues<WorkKind>().Select(kind => new QueueName(Work, kind.ToWire())),
        .. Enum.GetValues<EmailKind>()
            .Where(kind => kind != EmailKind.FirmWelcome)
            .Select(kind => new QueueName(Emails, kind.ToWire())),
    ];

    /// <summary>The queue of a row.</summary>
    /// <param name="queue"><c>work</c>, or the channel of messages.</param>
    /// <param name="kind">The kind's name in the table of the queue.</param>
    public static QueueName Of(string queue, string kind) => new(queue == Work ? Work : LaneOf(queue), kind);

    /// <summary>The queue of a channel.</summary>
    public static string LaneOf(string channel) => channel == EmailChannel.Word ? Emails : channel;

    /// <summary><c>emails.welcome</c>, as it stands in addresses.</summary>
    public override string ToString() => $"{Lane}.{Kind}";

    /// <summary>Reads <see cref="ToString"/>; null when there is no such queue.</summary>
    public static QueueName? Parse(string? text) =>
        text?.Split('.') switch
        {
            [Emails, var kind] when WireName.TryParse(kind, out EmailKind _) => new(Emails, kind),
            [Work, var kind] when WireName.TryParse(kind, out WorkKind _) => new(Work, kind),
            [not (Emails or Work), { Length: > 0 } kind] => new(
                text[..text.IndexOf('.', StringComparison.Ordinal)],
                kind
            ),
            _ => null,
        };

    private static string Capital(string text) => string.Concat(text[..1].ToUpperInvariant(), text.AsSpan(1));
}
