namespace Anteroom.Live;

/// <summary>
/// Collects changes until somebody takes them. It holds at most <see cref="Change.Most"/> numbers, and beyond that only that everything
/// changed, so a slow listener never has more than one message pending.
/// </summary>
#pragma warning disable CA1001 // a semaphore without a wait handle has nothing to dispose
internal sealed class Gathering
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _bell = new(0, 1);
    private HashSet<long> _numbers = [];
    private bool _everything;
    private bool _rung;

    public void Add(long number)
    {
        lock (_gate)
        {
            if (!_everything && _numbers.Add(number) && _numbers.Count > Change.Most)
                Overflow();
            Ring();
        }
    }

    public void Add(Change change)
    {
        lock (_gate)
        {
            if (change.Leads is null)
                Overflow();
            else if (!_everything)
            {
                _numbers.UnionWith(change.Leads);
                if (_numbers.Count > Change.Most)
                    Overflow();
            }

            Ring();
        }
    }

    /// <summary>What came since the last call; waits up to <paramref name="atMost"/> for something, else null.</summary>
    public async Task<Change?> TakeAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        if (!await _bell.WaitAsync(atMost, cancellation))
            return null;
        lock (_gate)
        {
            var change = _everything ? Change.Everything : new Change(_numbers);
            _numbers = [];
            _everything = _rung = false;
            return change;
        }
    }

    private void Overflow()
    {
        _everything = true;
        _numbers.Clear();
    }

    private void Ring()
    {
        if (_rung)
            return;
        _rung = true;
        _bell.Release();
    }
}
