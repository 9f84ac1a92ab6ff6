using System.Collections.Concurrent;
using Anteroom.Live;

namespace Anteroom.Reports;

/// <summary>
/// The dashboard for pages: counted once for everybody who looks at the same days of the same leads, until a lead changes, at most
/// <see cref="Life"/>. However many ask at once, one of them counts.
/// </summary>
public sealed class CachedDashboard(ReadDashboard read, Changes changes, TimeProvider time)
{
    /// <summary>How long figures are shown when nothing changes; what does not come by a lead, as somebody going away, is late by that.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private const int MostKept = 100;

    private readonly ConcurrentDictionary<Key, Slot> _slots = new();

    private sealed record Key(ReportPeriod Period, ReportScope Scope);

    private sealed record Kept(DashboardFigures Figures, long Began, string Mark);

    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public Kept? Kept { get; set; }
    }

    /// <summary>The figures, which nothing has changed since the call began.</summary>
    public async Task<DashboardFigures> RunAsync(ReportPeriod period, ReportScope scope, CancellationToken cancellation)
    {
        var asked = time.GetTimestamp();
        if (_slots.Count > MostKept)
            Forget();
        var slot = _slots.GetOrAdd(new Key(period, scope), _ => new Slot());
        if (IsFresh(slot.Kept, asked))
            return slot.Kept!.Figures;
        await slot.Gate.WaitAsync(cancellation);
        try
        {
            // Who waited takes what was counted meanwhile.
            if (IsFresh(slot.Kept, asked))
                return slot.Kept!.Figures;
            var (began, mark) = (time.GetTimestamp(), changes.Mark);
            var figures = await read.RunAsync(period, scope, cancellation);
            slot.Kept = new Kept(figures, began, mark);
            return figures;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>Counted after the question; or a short while ago, and nothing has changed since.</summary>
    private bool IsFresh(Kept? kept, long asked) =>
        kept is not null
        && (kept.Began >= asked || (time.GetElapsedTime(kept.Began) < Life && !changes.HasChangedSince(kept.Mark)));

    private void Forget()
    {
        foreach (var (key, slot) in _slots)
            if (slot.Kept is { } kept && time.GetElapsedTime(kept.Began) >= Life)
                _slots.TryRemove(key, out _);
    }
}
