using System.Diagnostics;
using Anteroom.Data;
using Anteroom.Telemetry;
using Anteroom.Work;

namespace Anteroom.Mail;

/// <summary>
/// Delivers what is due on one channel. Each lane claims a few messages, sends them over one connection, which it keeps for a moment, and
/// records each result (<see cref="OutboxResults"/>) before it sends the next; lanes share commits.
/// </summary>
/// <remarks>
/// If the process is killed after the other side accepts a message but before the row says <c>sent</c>, the message is sent again: SMTP
/// cannot close that window. It is one message a connection at most, and both copies carry the same Message-ID.
/// </remarks>
internal sealed partial class ChannelDelivery(
    IChannel channel,
    OutboxClaims claims,
    OutboxResults results,
    IReadOnlyList<IDeliveryRule> rules,
    WorkSignal signal,
    WatchQueues queues,
    Node node,
    QueueTally tally,
    TimeProvider time,
    ILogger logger
)
{
    // How long deliveries in progress may take once the process is told to stop.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    // How long a lane keeps its connection for the next message; connecting costs more than a message does.
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(1);

    // Between two claims while messages come a few at a time, in milliseconds.
    private const int Moment = 20;

    private readonly DeliveryPace _pace = channel.Pace;
    private readonly QueueLane _rows = new(OutboxClaims.Table, channel.Name, channel.Pace.Sweep);

    private readonly Lock _turns = new();
    private volatile bool _isMore;
    private long _nextTurn;

    // Set while nothing can be delivered at all, so that the first success releases what waited for the channel.
    private volatile bool _down;

    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, _pace.Lines).Select(_ => RunLaneAsync(stopping)));

    private async Task RunLaneAsync(CancellationToken stopping)
    {
        await using var line = new LineOf(channel);
        results.AddLane();
        await Lane.RunAsync(
            node,
            cancellation => DeliverDueAsync(line, cancellation),
            cancellation => WaitAsync(line, cancellation),
            error => Log.NoDatabase(logger, channel.Name, error),
            time,
            stopping
        );
    }

    private async Task WaitAsync(LineOf line, CancellationToken cancellation)
    {
        var rung = queues.WaitAsync(_rows, cancellation);
        if (line.IsOpen)
        {
            await rung.WaitAsync(Keep, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!rung.IsCompleted)
                await line.DisposeAsync();
        }

        await rung;
    }

    /// <summary>Delivers everything that is due. False when the channel cannot be used at the moment.</summary>
    public async Task<bool> DeliverDueAsync(CancellationToken stopping)
    {
        await using var line = new LineOf(channel);
        return await DeliverDueAsync(line, stopping);
    }

    private async Task<bool> DeliverDueAsync(LineOf line, CancellationToken stopping)
    {
        line.Rested();
        await GatherAsync(stopping);
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            // Not cancelable: rows we claimed must be known, or they cannot be given back.
            var claimed = await claims.ClaimAsync(channel, _pace.Batch, _pace.Lease, CancellationToken.None);
            var isMore = _isMore = claimed.Count >= _pace.Batch;
            if (isMore)
                signal.Ring(channel.Name); // maybe too much for one lane
            var works = claimed.Count == 0 || await DeliverAsync(claimed, line, stopping);
            // Otherwise that was all; new messages ring.
            if (!isMore || !works || node.IsCutOff)
                return works;
        }
    }

    /// <summary>What is alone goes at once; of much that comes one by one, a claim takes what came in a moment.</summary>
    private async Task GatherAsync(CancellationToken stopping)
    {
        if (_isMore)
            return;
        long wait;
        lock (_turns)
        {
            var now = Environment.TickCount64;
            wait = _nextTurn - now;
            _nextTurn = Math.Max(_nextTurn, now) + Moment;
        }

        if (wait > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(wait), stopping);
    }

    private async Task<bool> DeliverAsync(IReadOnlyList<Message> claimed, LineOf line, CancellationToken stopping)
    {
        var next = 0;
        await using var lease = claims.Hold(claimed, _pace.Lease);
        try
        {
            while (next < claimed.Count)
            {
                stopping.ThrowIfCancellationRequested();
                if (node.IsCutOff)
                    return true;
                try
                {
                    await line.OpenAsync(stopping);
                }
                catch (DeliveryException error)
                {
                    _down = true;
                    Log.ChannelDown(logger, channel.Name, Withheld.WithoutAddresses(error.Message));
                    var failed = claimed.Skip(next).ToList();
                    next = claimed.Count;
                    await Task.WhenAll(failed.Select(message => results.WriteAsync(Counted(Again(message, error)))));
                    return false;
                }

                Task written;
                results.Expect();
                try
                {
                    var result = Counted(await DeliverAsync(claimed[next], line, lease, stopping));
                    next++;
                    written = results.WriteAsync(result);
                }
                finally
                {
                    results.ExpectNoLonger();
                }

                await written;
            }

            return true;
        }
        finally
        {
            // Told to stop, cut off, or no database: another worker may have the rest at once.
            await Task.WhenAll(
                claimed.Skip(next).Select(message => results.WriteAsync(DeliveryResult.GivenBack(message)))
            );
        }
    }

    /// <summary>Delivers one message. Once sending has begun, there is a result no matter what.</summary>
    private async Task<DeliveryResult> DeliverAsync(
        Message message,
        LineOf line,
        Lease lease,
        CancellationToken stopping
    )
    {
        // Another worker may take the message when the lease runs out, so sending ends well before that.
        var now = time.GetUtcNow();
        if (now >= lease.Until)
            return DeliveryResult.GivenBack(message);

        using var span = Traces.Start("deliver", ActivityKind.Client, message.Trace);
        span?.SetTag("anteroom.queue", channel.Name).SetTag("anteroom.mail.kind", message.Kind);
        var began = time.GetTimestamp();
        var result = await TryAsync(message, line, lease, stopping);
        if (result.State is EmailState.Failed or EmailState.Queued)
            span.Fail(result.State is EmailState.Failed ? "failed" : "retried");
        Measures.Tried(
            channel.Name,
            result.State switch
            {
                EmailState.Sent => "done",
                EmailState.Failed => "failed",
                EmailState.Cancelled => "canceled",
                _ => "retried",
            },
            now - (message.NextAttemptAt ?? message.CreatedAt),
            time.GetElapsedTime(began)
        );
        if (result.State is EmailState.Sent or EmailState.Failed)
            Measures.Settled(message.Kind, result.State is EmailState.Sent ? "delivered" : "failed");
        return result;
    }

    private async Task<DeliveryResult> TryAsync(Message message, LineOf line, Lease lease, CancellationToken stopping)
    {
        if (await WhyNotAsync(message, stopping) is { } reason)
            return DeliveryResult.Cancelled(message, reason);

        using var limit = new CancellationTokenSource(_pace.Patience, time);
        // Stopping takes real time, even when a test moves the clock.
        using var farewell = new CancellationTokenSource();
        await using var told = stopping.Register(() => farewell.CancelAfter(Farewell));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, lease.Lost, farewell.Token);
        try
        {
            await line.SendAsync(message, end.Token);
        }
        catch (DeliveryException error) when (error.IsPermanent)
        {
            Log.Refused(logger, message.Id, message.Label, Withheld.WithoutAddresses(error.Message));
            return DeliveryResult.Failed(message, error.Message);
        }
        catch (DeliveryException error)
        {
            Log.NotNow(logger, message.Id, message.Label, message.Attempts, Withheld.WithoutAddresses(error.Message));
            return Again(message, error);
        }
        catch (OperationCanceledException)
        {
            return Again(message, new DeliveryException($"The {channel.OtherSide} took too long.", permanent: false));
        }
        catch (Exception error)
        {
            Log.NotNow(
                logger,
                message.Id,
                message.Label,
                message.Attempts,
                Withheld.WithoutAddresses(error.ToString())
            );
            return Again(
                message,
                new DeliveryException($"The message could not be sent: {error.Message}", permanent: false)
            );
        }

        if (_down)
        {
            _down = false;
            await ReleaseWaitingAsync();
        }

        return DeliveryResult.Sent(message);
    }

    private DeliveryResult Counted(DeliveryResult result)
    {
        var message = result.Message;
        if (result.State == EmailState.Sent)
            tally.Done(channel.Name, message.Kind, message.NextAttemptAt ?? message.CreatedAt, message.Claim);
        else if (result.State == EmailState.Failed)
            tally.Count(channel.Name, message.Kind, QueueTally.Failed);
        else if (result is { State: EmailState.Queued, Untried: false })
            tally.Count(channel.Name, message.Kind, QueueTally.Retried);
        return result;
    }

    /// <summary>Checks at the last moment whether it is still wanted.</summary>
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

    /// <summary>Schedules a retry, or gives up after the last try.</summary>
    private DeliveryResult Again(Message message, DeliveryException error) =>
        message.Attempts >= _pace.MaxAttempts
            ? DeliveryResult.Failed(message, $"{error.Message} Given up after {message.Attempts} tries.")
            : DeliveryResult.Later(
                message,
                error.Message,
                time.GetUtcNow() + RetryDelay.After(message.Attempts, _pace.FirstRetry, _pace.LongestRetry),
                error.IsConnectionFailure
            );

    /// <summary>The lane's connection: opened on demand, and again after it breaks.</summary>
    private sealed class LineOf(IChannel channel) : IAsyncDisposable
    {
        private IChannelLine? _line;
        private bool _rested;

        public bool IsOpen => _line is not null;

        /// <summary>Nothing was sent for a while, so that the other side may be closing it just now.</summary>
        public void Rested() => _rested = true;

        public async Task OpenAsync(CancellationToken cancellation)
        {
            if (_line is { IsUsable: false })
                await DisposeAsync();
            if (_line is not null)
                return;
            _line = await channel.OpenAsync(cancellation);
            _rested = false;
        }

        public async Task SendAsync(Message message, CancellationToken cancellation)
        {
            try
            {
                await _line!.SendAsync(message, cancellation);
            }
            catch (DeliveryException error) when (_rested && error.IsConnectionFailure)
            {
                await DisposeAsync();
                await OpenAsync(cancellation);
                await _line!.SendAsync(message, cancellation);
            }

            _rested = false;
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
