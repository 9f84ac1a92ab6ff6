using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Anteroom.Data;

namespace Anteroom.Live;

/// <summary>
/// Notifies every open page, on this node and all others, that leads have changed. Fire and forget: pages then
/// fetch the news themselves, with their user's rights, so that only lead numbers travel this way.
/// </summary>
/// <remarks>
/// Call <see cref="Publish(long)"/> after the commit. Changes within <see cref="Pause"/> become one message per listener and one NOTIFY to
/// the other nodes, whatever the load; the NOTIFY is outside of any transaction (<see cref="WorkSignal"/>).
/// </remarks>
public sealed partial class Changes(WorkSignal line, TimeProvider time, ILogger<Changes> logger) : BackgroundService
{
    private const long ClocksDiffer = 1_000;
    private const string LeadsWord = "leads ";
    private const string EndWord = "end ";

    /// <summary>
    /// Listeners of one user on one node; one more, and the oldest ends. A browser has one, however many tabs are open.
    /// </summary>
    public const int MostForOne = 10;

    /// <summary>Between two messages.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<LiveListener, LiveListener> _listeners = new();
    private readonly Gathering _here = new();
    private readonly Gathering _elsewhere = new();
    private readonly string _node = Guid.NewGuid().ToString("N")[..8];
    private long _lastChange = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// This moment, for a page or an event: whoever passes it to <see cref="Listen"/> later learns whether anything changed since.
    /// </summary>
    public string Mark =>
        string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeMilliseconds()}.{_node}");

    /// <summary>A lead was changed, or is new, or is gone.</summary>
    public void Publish(long leadNumber)
    {
        Touch();
        _here.Add(leadNumber);
        _elsewhere.Add(leadNumber);
    }

    /// <summary>These were.</summary>
    public void Publish(IEnumerable<long> leadNumbers)
    {
        foreach (var number in leadNumbers)
            Publish(number);
    }

    /// <summary>Unknown which, or too many to name.</summary>
    public void PublishEverything() => Publish(Change.Everything);

    /// <summary>Somebody has signed out: ends the streams of this session on every node.</summary>
    internal async Task EndSessionAsync(string session, CancellationToken cancellation)
    {
        EndSession(session);
        try
        {
            await line.AnnounceAsync(EndWord + session, cancellation);
        }
        catch (DbException error)
        {
            Log.NotTold(logger, error); // the cookie is gone, so nothing can be read with what the stream still says
        }
    }

    /// <summary>Those who listen on this node.</summary>
    internal IReadOnlyCollection<LiveListener> Listeners => [.. _listeners.Keys];

    /// <summary>Starts listening for somebody who has seen everything up to <paramref name="mark"/>; null skips the comparison.</summary>
    internal void Listen(LiveListener listener, string? mark)
    {
        _listeners[listener] = listener;
        var theirs = _listeners.Keys.Where(one => one.User.Id == listener.User.Id && !one.IsOneTooMany);
        foreach (var oldest in theirs.OrderByDescending(one => one.Order).Skip(MostForOne))
            oldest.MakeRoom();
        if (!string.IsNullOrEmpty(mark) && HasChangedSince(mark))
            listener.Changes.Add(Change.Everything);
    }

    /// <summary>Stops listening.</summary>
    internal void Leave(LiveListener listener) => _listeners.TryRemove(listener, out _);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        line.Hear(Hear, Missed);
        try
        {
            await Task.WhenAll(PublishHereAsync(stoppingToken), PublishElsewhereAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <summary>Whether anything has changed since <see cref="Mark"/> was this.</summary>
    internal bool HasChangedSince(string mark)
    {
        var parts = mark.Split('.');
        return parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
            // The clock of another node may go differently.
            || Volatile.Read(ref _lastChange) > (parts[1] == _node ? seen : seen - ClocksDiffer);
    }

    private void Touch() => Volatile.Write(ref _lastChange, time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Publish(Change change)
    {
        Touch();
        _here.Add(change);
        _elsewhere.Add(change);
    }

    private void Hear(string text)
    {
        if (text.StartsWith(LeadsWord, StringComparison.Ordinal))
        {
            Touch();
            _here.Add(Change.Parse(text[LeadsWord.Length..]));
        }
        else if (text.StartsWith(EndWord, StringComparison.Ordinal))
            EndSession(text[EndWord.Length..]);
    }

    /// <summary>Messages of other nodes from before the connection are lost here, so everything may have changed.</summary>
    private void Missed()
    {
        Touch();
        _here.Add(Change.Everything);
    }

    private void EndSession(string session)
    {
        foreach (var listener in _listeners.Keys)
            if (listener.Session == session)
                listener.End();
    }

    private async Task PublishHereAsync(CancellationToken stopping)
    {
        while (await _here.TakeAsync(Forever, stopping) is { } change)
        {
            foreach (var listener in _listeners.Keys)
                listener.Changes.Add(change);
            await Task.Delay(Pause, stopping);
        }
    }

    private async Task PublishElsewhereAsync(CancellationToken stopping)
    {
        while (await _elsewhere.TakeAsync(Forever, stopping) is { } change)
        {
            try
            {
                await line.AnnounceAsync($"{LeadsWord}{change}", stopping);
                await Task.Delay(Pause, stopping);
            }
            catch (DbException error)
            {
                Log.NotTold(logger, error);
                _elsewhere.Add(change);
                await Task.Delay(Again, stopping);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Other nodes could not be told what changed; trying again in a moment")]
        public static partial void NotTold(ILogger logger, Exception error);
    }
}
