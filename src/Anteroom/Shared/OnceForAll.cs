namespace Anteroom.Shared;

/// <summary>
/// Does once what several ask for at the same time. Who comes while an answer is being made gets the next one, which is begun after all who
/// get it have asked: nobody is told what was so before.
/// </summary>
/// <param name="answer">Makes an answer. It runs for many, so no single request can cancel it.</param>
internal sealed class OnceForAll<TKey, TResult>(Func<TKey, Task<TResult>> answer)
    where TKey : notnull
{
    private readonly Lock _gate = new();

    // The next one for each key of which one is being made; null while nobody waits for it.
    private readonly Dictionary<TKey, TaskCompletionSource<TResult>?> _next = [];

    /// <summary>Completes with an answer that was begun after this call.</summary>
    public Task<TResult> AskAsync(TKey key)
    {
        TaskCompletionSource<TResult> asked;
        lock (_gate)
        {
            if (_next.TryGetValue(key, out var next))
            {
                if (next is null)
                    _next[key] = next = New();
                return next.Task;
            }

            _next[key] = null;
            asked = New();
        }

        // What runs for many is not part of the request that came first.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(() => AnswerAsync(key, asked));
        return asked.Task;
    }

    private async Task AnswerAsync(TKey key, TaskCompletionSource<TResult>? asked)
    {
        while (asked is not null)
        {
            try
            {
                asked.TrySetResult(await answer(key));
            }
            catch (Exception error)
            {
                asked.TrySetException(error);
            }

            lock (_gate)
            {
                asked = _next[key];
                if (asked is null)
                    _next.Remove(key);
                else
                    _next[key] = null;
            }
        }
    }

    private static TaskCompletionSource<TResult> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
