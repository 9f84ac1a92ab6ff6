using System.Collections.Concurrent;

namespace Anteroom.Leads;

/// <summary>
/// A user's number of overdue tasks, for the header of every page: read at most once a minute per user, so that pages need no extra
/// statement. What the user does on this node counts at once.
/// </summary>
public sealed class OverdueTasks(IServiceScopeFactory scopes, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<Guid, (int Count, DateTimeOffset At)> _known = new();

    /// <summary>The number; at most a minute old.</summary>
    public async Task<int> CountAsync(CurrentUser user, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(user.Id, out var known) && (now - known.At).Duration() < Fresh)
            return known.Count;
        await using var scope = scopes.CreateAsyncScope();
        var count = await scope.ServiceProvider.GetRequiredService<TaskList>().OverdueAsync(user, cancellation);
        _known[user.Id] = (count, now);
        return count;
    }

    /// <summary>Read again next time.</summary>
    public void Forget(Guid user) => _known.TryRemove(user, out _);
}
