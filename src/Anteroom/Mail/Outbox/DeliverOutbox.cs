using Anteroom.Data;

namespace Anteroom.Mail;

/// <summary>Delivers the outbox, with lanes of its own for each channel. Any number of nodes can run side by side.</summary>
public sealed class DeliverOutbox(
    IEnumerable<IChannel> channels,
    OutboxClaims claims,
    OutboxResults results,
    IEnumerable<IDeliveryRule> rules,
    WorkSignal signal,
    WatchQueues queues,
    Node node,
    QueueTally tally,
    TimeProvider time,
    ILogger<DeliverOutbox> logger
) : BackgroundService
{
    private readonly ChannelDelivery[] _deliveries =
    [
        .. channels.Select(channel => new ChannelDelivery(
            channel,
            claims,
            results,
            [.. rules],
            signal,
            queues,
            node,
            tally,
            time,
            logger
        )),
    ];

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_deliveries.Select(delivery => delivery.RunAsync(stoppingToken)));

    /// <summary>Delivers everything that is due on every channel.</summary>
    public async Task DeliverDueAsync(CancellationToken cancellation)
    {
        foreach (var delivery in _deliveries)
            await delivery.DeliverDueAsync(cancellation);
    }
}
