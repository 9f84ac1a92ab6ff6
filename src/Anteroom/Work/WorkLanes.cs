using Anteroom.Data;
using Microsoft.Extensions.Options;

namespace Anteroom.Work;

/// <summary>A lane for each kind of work: does what is due, then waits for more.</summary>
internal sealed partial class WorkLanes(
    DoWork doWork,
    IEnumerable<IWork> kinds,
    Node node,
    WatchQueues queues,
    IOptions<WorkOptions> options,
    TimeProvider time,
    ILogger<WorkLanes> logger
) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(kinds.Select(work => LaneAsync(work, stoppingToken)));

    private Task LaneAsync(IWork work, CancellationToken stopping)
    {
        var rows = new QueueLane(WorkClaims.Table, work.Kind.ToWire(), options.Value.Sweep);
        return Lane.RunAsync(
            node,
            async cancellation =>
            {
                await doWork.RunDueAsync(work, cancellation);
                return true;
            },
            cancellation => queues.WaitAsync(rows, cancellation),
            error => NoDatabase(logger, work.Kind, error),
            time,
            stopping
        );
    }

    [LoggerMessage(LogLevel.Error, "The queue of {Kind} cannot be read; trying again in a moment")]
    private static partial void NoDatabase(ILogger logger, WorkKind kind, Exception error);
}
