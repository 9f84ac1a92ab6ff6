namespace Anteroom.Schedule;

/// <summary>Runs the jobs on this node, from when the app is up until it stops. Not in the way of a start.</summary>
internal sealed partial class KeepTime(Timetable timetable, IHostApplicationLifetime lifetime, ILogger<KeepTime> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (lifetime.ApplicationStarted.Register(() => up.TrySetResult()))
                await up.Task.WaitAsync(stoppingToken);
            while (true)
            {
                try
                {
                    await timetable.StartAsync(stoppingToken);
                    return;
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    NotStarted(logger, error);
                    await Task.Delay(Pause, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await timetable.StopAsync(cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "The schedule cannot be started; trying again in a moment")]
    private static partial void NotStarted(ILogger logger, Exception error);
}
