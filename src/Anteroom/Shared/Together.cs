namespace Anteroom.Shared;

/// <summary>
/// Does together what arrives together: what comes while one batch runs is the next batch. What arrives alone is begun at once.
/// </summary>
/// <param name="most">How many items a batch has at most.</param>
/// <param name="run">Does a batch; the results are in the order of the items. If it throws, it has done nothing.</param>
/// <param name="concernsAll">
/// Whether an error says nothing about one of the items, so that each of the batch gets it. After any other, each is tried alone, for one
/// is to blame and the others must not suffer for it.
/// </param>
/// <param name="gather">Waits for a moment before each batch, when more is about to come.</param>
internal sealed class Together<TItem, TResult>(
    int most,
    Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run,
    Func<Exception, bool> concernsAll,
    Func<ValueTask>? gather = null
)
{
    private readonly Lock _gate = new();
    private readonly Queue<One> _waiting = new();
    private bool _running;

    private sealed record One(TItem Item, TaskCompletionSource<TResult> Done);

    /// <summary>How many wait for the next batch.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Completes with the batch that the item was in.</summary>
    public Task<TResult> RunAsync(TItem item)
    {
        var waiting = new One(item, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            if (_running)
                return waiting.Done.Task;
            _running = true;
        }

        // What runs for many is not part of the request that came first.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(RunAllAsync);
        return waiting.Done.Task;
    }

    private async Task RunAllAsync()
    {
        while (true)
        {
            if (gather is not null)
                await gather();
            if (Take() is not { Count: > 0 } batch)
                return;
            if (!await TryAsync(batch))
                foreach (var one in batch)
                    await TryAsync([one]);
        }
    }

    private List<One> Take()
    {
        var batch = new List<One>();
        lock (_gate)
        {
            while (batch.Count < most && _waiting.TryDequeue(out var next))
                batch.Add(next);
            _running = batch.Count > 0;
        }

        return batch;
    }

    /// <summary>False when each should be tried alone.</summary>
    private async Task<bool> TryAsync(List<One> batch)
    {
        try
        {
            var results = await run(batch.ConvertAll(each => each.Item));
            for (var i = 0; i < batch.Count; i++)
                batch[i].Done.TrySetResult(results[i]);
        }
        catch (Exception error)
        {
            if (batch.Count > 1 && !concernsAll(error))
                return false;
            foreach (var each in batch)
                each.Done.TrySetException(error);
        }

        return true;
    }
}
