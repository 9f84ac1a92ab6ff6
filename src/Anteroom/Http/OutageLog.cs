using System.Globalization;

namespace Anteroom.Http;

/// <summary>
/// Says in the log when an outage begins and when it is over, with the number of requests that were refused meanwhile; not each of them.
/// </summary>
internal sealed partial class OutageLog(CurrentHealth health, ILogger<OutageLog> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Over is what nobody has met for so long while all parts are well.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private long _refused;
    private long _began;
    private long _last;

    /// <summary>A request is refused because of this.</summary>
    internal void Note(Exception outage)
    {
        var first = false;
        lock (_gate)
        {
            _last = TimeProvider.System.GetTimestamp();
            if (_refused++ == 0)
            {
                _began = _last;
                first = true;
            }
        }

        if (first)
            Log.Begins(logger, Reason(outage));
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                if (IsQuiet() && await IsWellAsync(stoppingToken))
                    End();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    private bool IsQuiet()
    {
        lock (_gate)
            return _refused > 0 && TimeProvider.System.GetElapsedTime(_last) > Quiet;
    }

    private async Task<bool> IsWellAsync(CancellationToken cancellation) =>
        (await health.ReadAsync(cancellation)).Status
        != Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy;

    private void End()
    {
        long refused;
        TimeSpan took;
        lock (_gate)
        {
            (refused, _refused) = (_refused, 0);
            took = TimeProvider.System.GetElapsedTime(_began, _last);
        }

        Log.Ends(logger, took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), refused);
    }

    private static string Reason(Exception outage)
    {
        var cause = outage;
        while (cause is { InnerException: { } inner } && cause is not StorageUnavailableException)
            cause = inner;
        return cause.Message;
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "An outage begins: requests are answered 503 and may be sent again. Reason: {Reason}"
        )]
        public static partial void Begins(ILogger logger, string reason);

        [LoggerMessage(
            2,
            LogLevel.Warning,
            "The outage is over: it took {Seconds} s, and {Count} requests were refused"
        )]
        public static partial void Ends(ILogger logger, string seconds, long count);
    }
}
