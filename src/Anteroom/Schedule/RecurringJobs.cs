namespace Anteroom.Schedule;

/// <summary>The jobs that this version knows, in the order of the page. The composition root lists them.</summary>
public sealed class RecurringJobs(IReadOnlyList<RecurringJob> all)
{
    /// <summary>Every job.</summary>
    public IReadOnlyList<RecurringJob> All { get; } = all;

    /// <summary>The job of that key; null when this version knows none.</summary>
    public RecurringJob? Find(string key) => All.FirstOrDefault(job => job.Key == key);
}
