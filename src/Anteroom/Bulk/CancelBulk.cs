using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Bulk;

/// <summary>Stops a mailing. What the outbox has goes out; everything else never does.</summary>
public sealed class CancelBulk(BulkMailings mailings, AuditLog audit, TimeProvider time)
{
    /// <summary>Stops it; waits for a release that is just under way.</summary>
    /// <returns>Whether there was something to stop.</returns>
    public async Task<bool> RunAsync(Guid id, CurrentUser by, CancellationToken cancellation)
    {
        var now = Sql.Instant(time.GetUtcNow());
        var stopped = await mailings
            .Of(by)
            .Where(mailing => mailing.Id == id && mailing.State == BulkState.Sending)
            .ExecuteUpdateAsync(
                change =>
                    change
                        .SetProperty(mailing => mailing.State, BulkState.Cancelled)
                        .SetProperty(mailing => mailing.FinishedAt, now),
                cancellation
            );
        if (stopped == 0)
            return false;
        await audit.WriteAsync(
            AuditKind.BulkMailing,
            "stopped an email to many",
            $"bulk:{id}",
            by: by,
            cancellation: cancellation
        );
        return true;
    }
}
