using Anteroom.Firm;
using Microsoft.Extensions.Options;

namespace Anteroom.Schedule;

/// <summary>
/// Runs the jobs on this node, from when the app is up until it stops, and lets them follow the firm's time zone. Not in the way of
/// a start.
/// </summary>
internal sealed partial class KeepTime(
    Timetable timetable,
    IOptionsMonitor<FirmOptions> firm,
    IHostApplicationLifetime lifetime,
    ILogger<KeepTime> logger
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changed = new SemaphoreSlim(0);
        var zone = firm.CurrentValue.TimeZone;
        using var following = firm.OnChange(now =>
        {
            if (Interlocked.Exchange(ref zone, now.TimeZone) != now.TimeZone)
                changed.Release();
        });
        try
        {
            var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (lifetime.ApplicationStarted.Register(() => up.TrySetResult()))
                await up.Task.WaitAsync(stoppingToken);
            await UntilItWorksAsync(timetable.StartAsync, stoppingToken);
            while (true)
            {
                await changed.WaitAsync(stoppingToken);
                await UntilItWorksAsync(timetable.FollowZoneAsync, stoppingToken);
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

    private async Task UntilItWorksAsync(Func<CancellationToken, Task> what, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await what(stopping);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                NotDone(logger, error);
                await Task.Delay(Pause, stopping);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The schedule cannot be started or changed; trying again in a moment")]
    private static partial void NotDone(ILogger logger, Exception error);
}
