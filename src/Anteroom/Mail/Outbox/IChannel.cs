namespace Anteroom.Mail;

/// <summary>
/// A way to send messages. A new one is a class and its registration (<c>AddSingleton&lt;IChannel, …&gt;</c>); its messages are queued
/// by <see cref="Outbox"/>, claimed, retried, given up and shown like all others.
/// </summary>
public interface IChannel
{
    /// <summary>A lowercase word, as stored in the rows: <c>email</c>.</summary>
    string Name { get; }

    /// <summary>How fast it delivers, and how often it retries.</summary>
    DeliveryPace Pace => DeliveryPace.Usual;

    /// <summary>What people call a message of this kind, as part of a sentence: <c>welcome email</c>.</summary>
    string Label(string kind) => $"{kind.Replace('_', ' ')} ({Name})";

    /// <summary>Who accepts the messages, as part of a sentence: <c>mail server</c>.</summary>
    string OtherSide => "other side";

    /// <summary>Opens a connection for sending messages one after another.</summary>
    /// <exception cref="DeliveryException">Nothing can be delivered right now; this says nothing about any one message.</exception>
    Task<IChannelLine> OpenAsync(CancellationToken cancellation);
}

/// <summary>An open connection. Not thread-safe.</summary>
public interface IChannelLine : IAsyncDisposable
{
    /// <summary>False after an error that leaves the connection in an unknown state.</summary>
    bool IsUsable { get; }

    /// <summary>Sends one message; when this returns, the other side is responsible for it.</summary>
    /// <exception cref="DeliveryException">It is not.</exception>
    Task SendAsync(Message message, CancellationToken cancellation);
}

/// <summary>How fast a channel delivers, and how often it retries.</summary>
public sealed record DeliveryPace
{
    /// <summary>Good enough for most channels.</summary>
    public static DeliveryPace Usual { get; } = new();

    /// <summary>Connections that one process keeps open, at most.</summary>
    public int Lines { get; init; } = 1;

    /// <summary>Messages that a lane claims at once.</summary>
    public int Batch { get; init; } = 25;

    /// <summary>How often to check the outbox for messages that a poke missed or that have become due.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a claim lasts that is not renewed: a worker renews its own, one that is frozen does not.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the handing over of one message may take, connecting not included.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Tries before a message is given up.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>The delay after the first failed try; it doubles with each one after that.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest delay between two tries.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromHours(6);
}

/// <summary>A message was not accepted.</summary>
internal class DeliveryException(string message, bool permanent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Refused for good: retrying is pointless.</summary>
    public bool IsPermanent { get; } = permanent;

    /// <summary>Nothing could have been delivered (no connection, no sign-in), so it says nothing about this message.</summary>
    public bool IsConnectionFailure { get; init; }
}
