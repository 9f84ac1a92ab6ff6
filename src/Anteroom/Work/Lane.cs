using Anteroom.Data;

namespace Anteroom.Work;

/// <summary>A worker's loop: do what is due, then wait; after failures, back off.</summary>
internal static class Lane
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Runs until told to stop; no error ends it.</summary>
    /// <param name="node">Nothing starts while others may think that this node is dead.</param>
    /// <param name="doDue">Does what is due; false when that is impossible right now, to back off.</param>
    /// <param name="wait">Waits until there may be more.</param>
    /// <param name="failed">Called with what was thrown, at the first of several failures in a row.</param>
    /// <param name="time">For the pauses.</param>
    /// <param name="stopping">Stops it.</param>
    public static async Task RunAsync(
        Node node,
        Func<CancellationToken, Task<bool>> doDue,
        Func<CancellationToken, Task> wait,
        Action<Exception> failed,
        TimeProvider time,
        CancellationToken stopping
    )
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            var back = node.WhenBackAsync(stopping);
            try
            {
                await node.WhenOnlineAsync(stopping);
                if (await doDue(stopping))
                {
                    failures = 0;
                    await wait(stopping);
                    continue;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                if (failures == 0)
                    failed(error);
            }

            await PauseAsync(RetryDelay.After(++failures, FirstPause, LongestPause), back, time, stopping);
        }
    }

    /// <summary>Not longer than until the database is back.</summary>
    private static async Task PauseAsync(TimeSpan pause, Task back, TimeProvider time, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(back, Task.Delay(pause, time, end.Token));
        await end.CancelAsync();
    }
}
