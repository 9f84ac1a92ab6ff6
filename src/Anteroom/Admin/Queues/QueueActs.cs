using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Admin;

/// <summary>Reads the acts on many items.</summary>
public sealed class QueueActs(AnteroomDb db, TimeProvider time)
{
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(30);
    private const int Most = 5;

    /// <summary>Those that go on, and those that have ended a moment ago, the newest first.</summary>
    public async Task<IReadOnlyList<QueueAct>> RecentAsync(CancellationToken cancellation)
    {
        var since = time.GetUtcNow() - Shown;
        return await db
            .QueueActs.AsNoTracking()
            .Where(act => act.FinishedAt == null || act.FinishedAt > since)
            .OrderByDescending(act => act.AskedAt)
            .Take(Most)
            .ToListAsync(cancellation);
    }
}
