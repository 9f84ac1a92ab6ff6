namespace Anteroom.Mail;

/// <summary>
/// A way out of the house. A new one is a class and its registration (<c>AddSingleton&lt;IChannel, …&gt;</c>): its messages are queued
/// by <see cref="Outbox"/>, claimed, retried, given up and shown like all others.
/// </summary>
public interface IChannel
{
    /// <summary>A word in lower case, as it stands in the rows: <c>email</c>.</summary>
    string Name { get; }

    /// <summary>How fast and how stubbornly it delivers.</summary>
    DeliveryPace Pace => DeliveryPace.Usual;

    /// <summary>What people call a message of this kind, within a sentence: <c>welcome email</c>.</summary>
    string Label(string kind) => $"{kind.Replace('_', ' ')} ({Name})";

    /// <summary>Who takes the messages, within a sentence.</summary>
    string OtherSide => "other side";

    /// <summary>Opens a line on which messages are handed over one after the other.</summary>
    /// <exception cref="DeliveryException">Nothing can be delivered at the moment; says nothing about any message.</exception>
    Task<IChannelLine> OpenAsync(CancellationToken cancellation);
}

/// <summary>An open line. Not for use by two threads at once.</summary>
public interface IChannelLine : IAsyncDisposable
{
    /// <summary>False after an error that leaves the line in an unknown state.</summary>
    bool IsUsable { get; }

    /// <summary>Hands one message over; when this returns, the other side is responsible for it.</summary>
    /// <exception cref="DeliveryException">It is not.</exception>
    Task SendAsync(Message message, CancellationToken cancellation);
}

/// <summary>How fast and how stubbornly a channel delivers.</summary>
public sealed record DeliveryPace
{
    /// <summary>What does for most channels.</summary>
    public static DeliveryPace Usual { get; } = new();

    /// <summary>How many lines one process keeps open at the most.</summary>
    public int Lines { get; init; } = 1;

    /// <summary>How many messages a line takes at once.</summary>
    public int Batch { get; init; } = 25;

    /// <summary>How often the outbox is looked through for what a poke missed and for what has become due.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a claim lasts that is not renewed: a worker renews its own, one that is frozen does not.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the handing over of one message may take, connecting not included.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After this many tries a message is given up.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>The delay after the first failed try; it doubles with every further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest delay between two tries.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromHours(6);
}

/// <summary>A message was not accepted.</summary>
public class DeliveryException(string message, bool permanent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True: refused for good; trying again is useless.</summary>
    public bool IsPermanent { get; } = permanent;

    /// <summary>True: nothing could have been delivered (no connection, no sign-in), so it says nothing about this message.</summary>
    public bool IsConnectionFailure { get; init; }
}
