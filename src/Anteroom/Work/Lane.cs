using Anteroom.Data;

namespace Anteroom.Work;

/// <summary>What a worker does all day: everything that is due, then wait; and after a failure, longer and longer.</summary>
internal static class Lane
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Runs until it is told to stop. A lane never dies.</summary>
    /// <param name="node">Nothing is begun while others may take this node for dead.</param>
    /// <param name="doDue">Does what is due. False when it cannot be done at the moment, so that nobody is helped by knocking all the time.</param>
    /// <param name="wait">Waits until there may be more.</param>
    /// <param name="failed">Told of what was thrown, at the first of several failures in a row.</param>
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
