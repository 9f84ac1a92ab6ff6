using Anteroom.Data;
using Anteroom.Work;

namespace Anteroom.Mail;

/// <summary>
/// Delivers what waits for one channel. Each lane claims a few due messages, hands them over on one line and has each written down
/// (<see cref="OutboxResults"/>) while the next is on its way.
/// </summary>
/// <remarks>
/// A process that is killed between the other side's acceptance and the <c>sent</c> row leaves a message that is sent again: SMTP has no
/// way to close that window. Both copies carry the same Message-ID.
/// </remarks>
internal sealed partial class ChannelDelivery(
    IChannel channel,
    OutboxClaims claims,
    OutboxResults results,
    IReadOnlyList<IDeliveryRule> rules,
    WorkSignal signal,
    Node node,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>How many messages of a lane may be handed over and not yet written down: as many could go twice when the process is killed.</summary>
    private const int MostUnwritten = 4;
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);

    /// <summary>What has been begun when the process is told to stop may take so long to end.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly DeliveryPace _pace = channel.Pace;

    /// <summary>Set while nothing can be delivered at all, so that the first success can release what waited for that.</summary>
    private volatile bool _down;

    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(
            Enumerable
                .Range(0, _pace.Lines)
                .Select(_ =>
                    Lane.RunAsync(
                        node,
                        DeliverDueAsync,
                        cancellation => signal.WaitAsync(channel.Name, _pace.Sweep, cancellation),
                        error => Log.NoDatabase(logger, channel.Name, error),
                        time,
                        stopping
                    )
                )
            );
        }

        if (_down)
        {
            _down = false;
            await ReleaseWaitingAsync();
        }

        return DeliveryResult.Sent(message);
    }

    private static TimeSpan Margin(TimeSpan lease) => lease / 4 < LongestMargin ? lease / 4 : LongestMargin;

    /// <summary>Looks, at the last moment, whether it is still wanted.</summary>
    private async Task<string?> WhyNotAsync(Message message, CancellationToken cancellation)
    {
        if (message.Veto is { } veto)
            return veto;
        foreach (var rule in rules)
            if (await rule.WhyNotAsync(message, cancellation) is { } reason)
                return reason;
        return null;
    }

    private async Task ReleaseWaitingAsync()
    {
        try
        {
            await claims.ReleaseWaitingForServerAsync(channel, CancellationToken.None);
            signal.Ring(channel.Name);
        }
        catch (Exception error) when (Sql.IsPassing(error))
        {
            _down = true; // the next success tries again
        }
    }

    /// <summary>Queues it for later, or gives it up after the last try.</summary>
    private DeliveryResult Again(Message message, DeliveryException error) =>
        message.Attempts >= _pace.MaxAttempts
            ? DeliveryResult.Failed(message, $"{error.Message} Given up after {message.Attempts} tries.")
            : DeliveryResult.Later(
                message,
                error.Message,
                time.GetUtcNow() + RetryDelay.After(message.Attempts, _pace.FirstRetry, _pace.LongestRetry),
                error.IsConnectionFailure
            );

    /// <summary>The lane's line, opened when it is needed and anew when it is broken.</summary>
    private sealed class LineOf(IChannel channel) : IAsyncDisposable
    {
        private IChannelLine? _line;

        public async Task<IChannelLine> OpenAsync(CancellationToken cancellation)
        {
            if (_line is { IsUsable: false })
                await DisposeAsync();
            return _line ??= await channel.OpenAsync(cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            if (_line is { } line)
            {
                _line = null;
                await line.DisposeAsync();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Nothing can be delivered by {Channel}: {Reason}")]
        public static partial void ChannelDown(ILogger logger, string channel, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Message {Id} ({Label}) was refused for good: {Reason}")]
        public static partial void Refused(ILogger logger, Guid id, string label, string reason);

        [LoggerMessage(3, LogLevel.Information, "Message {Id} ({Label}) could not be sent at try {Attempt}: {Reason}")]
        public static partial void NotNow(ILogger logger, Guid id, string label, int attempt, string reason);

        [LoggerMessage(4, LogLevel.Error, "The outbox of {Channel} cannot be read; trying again in a moment")]
        public static partial void NoDatabase(ILogger logger, string channel, Exception error);
    }
}
