namespace Anteroom.Http;

/// <summary>Why a request was turned away at the door.</summary>
internal enum TurnedAway
{
    /// <summary>Too many of them.</summary>
    Limit,

    /// <summary>A form without the token of its page.</summary>
    ForgedForm,

    /// <summary>A host name that is not ours.</summary>
    HostName,
}

/// <summary>
/// Says in the log how many requests were turned away, once a minute while there are any: whoever is attacked sees it, and nobody can
/// fill the disk with lines.
/// </summary>
public sealed partial class RefusalLog(TimeProvider time, ILogger<RefusalLog> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private readonly long[] _counts = new long[Enum.GetValues<TurnedAway>().Length];

    /// <summary>One more.</summary>
    internal void Count(TurnedAway why) => Interlocked.Increment(ref _counts[(int)why]);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Write();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }

        Write();
    }

    private void Write()
    {
        var (limits, forms, names) = (Take(TurnedAway.Limit), Take(TurnedAway.ForgedForm), Take(TurnedAway.HostName));
        if (limits + forms + names > 0)
            Say(logger, limits, forms, names);
    }

    private long Take(TurnedAway why) => Interlocked.Exchange(ref _counts[(int)why], 0);

    [LoggerMessage(
        LogLevel.Information,
        "Requests turned away in the last minute: {Limits} by limits, {Forms} forms without their token, {Names} for other host names"
    )]
    private static partial void Say(ILogger logger, long limits, long forms, long names);
}
