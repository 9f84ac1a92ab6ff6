namespace Anteroom.Schedule;

/// <summary>What a run has to say for itself.</summary>
/// <param name="Summary">One line for the history, at most 1,000 characters: <c>Removed 12 expired tokens.</c></param>
/// <param name="Details">More, as lines of text for the page of the job; null for nothing more.</param>
public sealed record JobReport(string Summary, string? Details = null);

/// <summary>
/// Something that Anteroom does again and again. The schedule is a default: an administrator can set another, which is then
/// kept. Every run happens on one node; one that was killed is run again, so what it does has to be harmless the second time.
/// </summary>
/// <param name="Key">Its name in addresses and in the database, in snake case; never changes.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Does">What it does, a sentence.</param>
/// <param name="Default">When it runs unless somebody has set another schedule.</param>
/// <param name="RunAsync">Does it once, in a scope of its own: the services, the instant it was due, and a token that is cancelled at a stop.</param>
public sealed record RecurringJob(
    string Key,
    string Label,
    string Does,
    JobSchedule Default,
    Func<IServiceProvider, DateTimeOffset, CancellationToken, Task<JobReport>> RunAsync
)
{
    /// <summary>A job that runs a use case.</summary>
    /// <typeparam name="TUseCase">A registered service.</typeparam>
    public static RecurringJob Of<TUseCase>(
        string key,
        string label,
        string does,
        JobSchedule schedule,
        Func<TUseCase, DateTimeOffset, CancellationToken, Task<JobReport>> run
    )
        where TUseCase : notnull =>
        new(
            key,
            label,
            does,
            schedule,
            (services, occasion, cancellation) => run(services.GetRequiredService<TUseCase>(), occasion, cancellation)
        );
}
