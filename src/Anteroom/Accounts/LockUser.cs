using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>A user whose row nobody else changes before our transaction ends.</summary>
/// <param name="User">The user, tracked.</param>
/// <param name="IsLastAdministrator">No other administrator is active: without this one nobody could run Anteroom.</param>
internal sealed record LockedUser(User User, bool IsLastAdministrator);

/// <summary>Takes users' rows for a change.</summary>
internal static class LockUser
{
    /// <summary>
    /// Locks a user together with every active administrator, by id so that two cannot wait for each other: of two
    /// administrators who demote one another at the same moment, the second waits and then finds out that the other is the last.
    /// </summary>
    public static async Task<LockedUser?> LockUserAsync(this AnteroomDb db, long number, CancellationToken cancellation)
    {
        var users = await db
            .Users.FromSql(
                $"select * from users where number = {number} or (role = 'administrator' and active) order by id for update"
            )
            .ToListAsync(cancellation);
        return users.SingleOrDefault(user => user.Number == number) is { } user
            ? new LockedUser(
                user,
                !users.Exists(other => other != user && other is { Role: Role.Administrator, Active: true })
            )
            : null;
    }

    /// <summary>Locks one user, for what cannot cost the firm its last administrator.</summary>
    public static async Task<User?> LockUserAsync(this AnteroomDb db, Guid id, CancellationToken cancellation) =>
        (
            await db.Users.FromSql($"select * from users where id = {id} for update").ToListAsync(cancellation)
        ).SingleOrDefault();
}
