using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>
/// Counts the tries of somebody who is already half in: codes of a second factor, and the password in an open session. A try is
/// counted before anything is compared, so that tries sent at the same moment are no more than those sent one by one.
/// </summary>
/// <remarks>The columns are written here only: nothing that saves a user as it was read puts a count back.</remarks>
public sealed class Attempts(AnteroomDb db, IOptions<IdentityOptions> options, TimeProvider time)
{
    /// <summary>Takes one of <c>Lockout.MaxFailedAccessAttempts</c> tries; false, and nothing may be compared, when all are used up.</summary>
    public async Task<bool> TakeAsync(Guid userId, CancellationToken cancellation)
    {
        var most = options.Value.Lockout.MaxFailedAccessAttempts;
        var now = time.GetUtcNow();
        DateTimeOffset? until = now + options.Value.Lockout.DefaultLockoutTimeSpan;
        return await db
                .Users.Where(user => user.Id == userId && (user.LockoutEnd == null || user.LockoutEnd <= now))
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(
                                user => user.LockoutEnd,
                                user => user.AccessFailedCount + 1 >= most ? until : null
                            )
                            .SetProperty(
                                user => user.AccessFailedCount,
                                user => user.AccessFailedCount + 1 >= most ? 0 : user.AccessFailedCount + 1
                            ),
                    cancellation
                ) > 0;
    }

    /// <summary>The last try was right: all are there again.</summary>
    public Task ForgetAsync(Guid userId, CancellationToken cancellation) =>
        db
            .Users.Where(user => user.Id == userId && (user.AccessFailedCount > 0 || user.LockoutEnd != null))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(user => user.LockoutEnd, (DateTimeOffset?)null)
                        .SetProperty(user => user.AccessFailedCount, 0),
                cancellation
            );
}
