namespace Anteroom.Resumes;

/// <summary>Once at the start: what a killed process left half received.</summary>
internal sealed partial class CleanIncoming(IResumeStore store, ILogger<CleanIncoming> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await store.RemoveUnfinishedAsync(stoppingToken);
        }
        catch (Exception error) when (error is StorageUnavailableException || Data.Sql.IsPassing(error))
        {
            NotNow(logger, error.Message);
        }
    }

    [LoggerMessage(LogLevel.Critical, "Resumes cannot be kept: {Reason}")]
    private static partial void NotNow(ILogger logger, string reason);
}
