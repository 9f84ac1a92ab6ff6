namespace Anteroom.Data;

/// <summary>
/// Something that every node keeps in memory from the database so that requests need not read it: read before the first request is
/// answered, again when any node rings <paramref name="bell"/> (<see cref="WorkSignal"/>), and every half minute besides. What is
/// known stays in use while the database is away.
/// </summary>
public abstract class RefreshedCache(WorkSignal signal, string bell) : BackgroundService
{
    private static readonly TimeSpan OldestKnown = TimeSpan.FromSeconds(30);

    /// <summary>Reads it anew.</summary>
    public abstract Task RefreshAsync(CancellationToken cancellation);

    /// <summary>Has this node read it again at once.</summary>
    protected void Ring() => signal.Ring(bell);

    /// <summary>Says in the log that it could not be read.</summary>
    protected abstract void LogNotRead(Exception error);

    /// <summary>Reads it before anything else begins.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryRefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await signal.WaitAsync(bell, OldestKnown, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await TryRefreshAsync(stoppingToken);
        }
    }

    private async Task TryRefreshAsync(CancellationToken cancellation)
    {
        try
        {
            await RefreshAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotRead(error);
        }
    }
}
