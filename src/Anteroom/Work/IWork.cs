using Anteroom.Telemetry;
using Npgsql;

namespace Anteroom.Work;

/// <summary>Does one kind of waiting work.</summary>
public interface IWork
{
    /// <summary>Which kind.</summary>
    WorkKind Kind { get; }

    /// <summary>How many items it takes at once.</summary>
    int BatchSize { get; }

    /// <summary>
    /// Does the claimed items with statements on <see cref="WorkTurn.Connection"/>, in one transaction with their ends, so that the process may
    /// die at any point. Work outside the database does not belong here: it becomes a row, like an email in the outbox. An exception rolls
    /// everything back; several items are then tried one by one.
    /// </summary>
    Task RunAsync(WorkTurn turn, CancellationToken cancellation);
}

/// <summary>The items a worker has claimed, and the transaction to do them in.</summary>
public sealed class WorkTurn(NpgsqlConnection connection, IReadOnlyList<WorkItem> items, DateTimeOffset now)
{
    private readonly Dictionary<Guid, (TimeSpan Delay, string Why)> _postponed = [];
    private readonly Dictionary<Guid, string> _hopeless = [];

    /// <summary>In a transaction, which is committed when the work returns.</summary>
    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>At least one.</summary>
    public IReadOnlyList<WorkItem> Items { get; } = items;

    /// <summary>When the turn began, UTC.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>Whom to poke after the commit (<see cref="Data.WorkSignal"/>).</summary>
    public ISet<string> Pokes { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Numbers of changed leads; pages that show them are refreshed after the commit (<see cref="Live.Changes"/>).</summary>
    public ISet<long> Changed { get; } = new HashSet<long>();

    /// <summary>What to do once it is committed, and not at all if it is not; must not fail.</summary>
    public IList<Func<Task>> Afterwards { get; } = [];

    internal IEnumerable<WorkItem> Done =>
        Items.Where(item => !_postponed.ContainsKey(item.Id) && !_hopeless.ContainsKey(item.Id));

    internal IEnumerable<(WorkItem Item, TimeSpan Delay, string Why)> Postponed =>
        Items
            .Where(item => _postponed.ContainsKey(item.Id))
            .Select(item => (item, _postponed[item.Id].Delay, _postponed[item.Id].Why));

    internal IEnumerable<(WorkItem Item, string Why)> Hopeless =>
        Items.Where(item => _hopeless.ContainsKey(item.Id)).Select(item => (item, _hopeless[item.Id]));

    /// <summary>The trace that what follows from <paramref name="item"/> belongs to; null for none.</summary>
    public string? TraceOf(WorkItem item) => Items.Count == 1 ? Traces.Current : item.Trace;

    /// <summary>Puts <paramref name="item"/> back because something it needs is not there yet; not a failure, and not counted as a try.</summary>
    public void NotYet(WorkItem item, TimeSpan delay, string why) => _postponed[item.Id] = (delay, why);

    /// <summary>Gives <paramref name="item"/> up at once, for a person to see: another try would end the same way.</summary>
    public void GiveUp(WorkItem item, string why) => _hopeless[item.Id] = why;
}
