using System.Collections.Concurrent;
using System.Threading.Channels;
using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// Wakes workers when rows are waiting: those of this process at once, those of other nodes through PostgreSQL's
/// LISTEN/NOTIFY. It only saves waiting: a poke that is lost is made up for by the worker's own sweep. Over the same line nodes
/// tell each other what changed on the pages (<see cref="Live.Changes"/>), and know who lives (<see cref="Node"/>).
/// </summary>
/// <remarks>
/// The NOTIFY is not part of the caller's transaction: commits with a NOTIFY queue for one lock of the server, which
/// would make submissions wait for each other. It is sent right after, at most once for any number of pokes that came meanwhile.
/// </remarks>
public sealed partial class WorkSignal(
    NpgsqlDataSource database,
    Node node,
    DatabaseTime clock,
    ILogger<WorkSignal> logger
) : BackgroundService
{
    /// <summary>Emails are queued: the name of their channel, as with every channel. Other work goes by the name of its kind (<see cref="Work.WorkKind"/>).</summary>
    public const string Emails = "email";

    /// <summary>A text of the firm's own was changed.</summary>
    public const string Templates = "templates";

    /// <summary>A setting was changed on the administrators' page.</summary>
    public const string Settings = "settings";

    /// <summary>Somebody has changed how they want to be told of things.</summary>
    public const string Notices = "notices";

    /// <summary>A node has come: there is somebody to look after (<see cref="FreeDeadClaims"/>).</summary>
    internal const string Nodes = "nodes";

    /// <summary>A row will be due sooner than <see cref="WatchQueues"/> would look.</summary>
    internal const string Later = "later";

    /// <summary>Administrators are to be told of something.</summary>
    internal const string Alarms = "alarms";

    /// <summary>What needs attention has changed.</summary>
    internal const string Attention = "attention";

    private const string Channel = "anteroom";
    private const string Announcements = "anteroom_announcements";
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>How often the line is tried when nobody says anything.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, (SemaphoreSlim Rings, SemaphoreSlim Place)> _bells = new(
        StringComparer.Ordinal
    );
    private readonly Channel<string> _toTell = System.Threading.Channels.Channel.CreateBounded<string>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private Action<string>? _announced;
    private Action? _connected;
    private readonly string _self = Guid.NewGuid().ToString("N");

    /// <summary>Listens to the other nodes. Both must return at once.</summary>
    /// <param name="announced">Another node has announced something (<see cref="AnnounceAsync"/>).</param>
    /// <param name="connected">The line is there, for the first time or again: what was announced before may have been missed.</param>
    public void Hear(Action<string> announced, Action connected)
    {
        _announced += announced;
        _connected += connected;
    }

    /// <summary>Says something to all other nodes that hear it now. Never within the transaction that it is about.</summary>
    /// <param name="text">Shorter than 7,900 bytes (PostgreSQL takes 8,000).</param>
    /// <param name="cancellation">Stops.</param>
    public Task AnnounceAsync(string text, CancellationToken cancellation) =>
        NotifyAsync(Announcements, text, cancellation);

    /// <summary>Announces work of this kind. Call after the commit.</summary>
    public void Poke(string kind)
    {
        Ring(kind);
        _toTell.Writer.TryWrite(kind);
    }

    /// <summary>Wakes one waiting worker of this process.</summary>
    public void Ring(string kind)
    {
        var (rings, _) = Bell(kind);
        // One ring is remembered when nobody waits; the worker that hears it looks for everything there is.
        if (rings.CurrentCount == 0)
            rings.Release();
    }

    /// <summary>
    /// Waits for a poke, at most <paramref name="atMost"/>. Of several workers one stands by the bell, so that a poke wakes one; the next
    /// takes its place when it leaves.
    /// </summary>
    /// <returns>False when nobody has poked.</returns>
    public async Task<bool> WaitAsync(string kind, TimeSpan atMost, CancellationToken cancellation)
    {
        var (rings, place) = Bell(kind);
        await place.WaitAsync(cancellation);
        try
        {
            return await rings.WaitAsync(atMost, cancellation);
        }
        finally
        {
            place.Release();
        }
    }

    private (SemaphoreSlim Rings, SemaphoreSlim Place) Bell(string kind) =>
        _bells.GetOrAdd(kind, _ => (new SemaphoreSlim(0), new SemaphoreSlim(1)));

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await Task.WhenAll(NotifyOthersAsync(stoppingToken), ListenAsync(stoppingToken));

    /// <summary>Tells the other nodes.</summary>
    private async Task NotifyOthersAsync(CancellationToken stopping)
    {
        try
        {
            while (await _toTell.Reader.WaitToReadAsync(stopping))
            {
                var kinds = new HashSet<string>(StringComparer.Ordinal);
                while (_toTell.Reader.TryRead(out var kind))
                    kinds.Add(kind);
                try
                {
                    foreach (var kind in kinds)
                        await NotifyAsync(Channel, kind, stopping);
                }
                catch (NpgsqlException error)
                {
                    Log.NotTold(logger, error);
                }

                // Under load one message for many submissions is enough.
                await Task.Delay(TimeSpan.FromMilliseconds(50), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task NotifyAsync(string channel, string text, CancellationToken cancellation)
    {
        await using var notify = database.CreateCommand("select pg_notify($1, $2)");
        notify.Parameters.Add(Sql.Value(channel));
        notify.Parameters.Add(Sql.Value($"{_self} {text}"));
        await notify.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Hears the other nodes, over a line of its own that says that this one lives.</summary>
    private async Task ListenAsync(CancellationToken stopping)
    {
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await OpenAsync(stopping);
                pause = FirstPause;
                node.Online();
                _connected?.Invoke();
                Poke(Nodes);
                while (true)
                    if (!await connection.WaitAsync(Heartbeat, stopping))
                        await clock.AskAsync(connection, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
                when (error is NpgsqlException or IOException or InvalidOperationException or TimeoutException)
            {
                node.Offline();
                if (pause == FirstPause)
                    Log.NotHearing(logger, error);
                await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            connection.Notification += (_, message) =>
            {
                var parts = message.Payload.Split(' ', 2);
                if (parts.Length != 2 || parts[0] == _self)
                    return;
                if (message.Channel == Announcements)
                    _announced?.Invoke(parts[1]);
                else
                    Ring(parts[1]);
            };
            await node.LockAsync(connection, cancellation);
            await clock.AskAsync(connection, cancellation);
            await using var listen = new NpgsqlCommand($"listen {Channel}; listen {Announcements}", connection);
            await listen.ExecuteNonQueryAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Other nodes could not be told of waiting work; their sweep will find it")]
        public static partial void NotTold(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Warning, "The line for messages between nodes is down; trying again in a moment")]
        public static partial void NotHearing(ILogger logger, Exception error);
    }
}
