using Anteroom.Audit;
using Anteroom.Data;

namespace Anteroom.Accounts;

/// <summary>Takes a user's access away; everything the user did stays.</summary>
public sealed class DeactivateUser(AnteroomDb db, SignOutEverywhere signOut, AuditLog audit, TimeProvider time)
{
    /// <summary>Deactivates user <paramref name="number"/> and signs them out everywhere.</summary>
    public async Task<Refusal?> RunAsync(long number, CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockUserAsync(number, cancellation) is not var (user, isLast))
            return new Refusal.NotFound();
        if (!user.Active)
            return null;
        if (user.Role == Role.Administrator && isLast)
            return new UserRefusal.LastAdministrator();
        if (user.Id == by.Id)
            return new UserRefusal.Yourself();

        user.Active = false;
        audit.Write(
            db,
            AuditKind.UserChanged,
            $"deactivated {user.FullName} and signed them out everywhere",
            $"user:{user.Number}",
            by: by
        );
        user.ChangedAt = time.GetUtcNow();
        (await signOut.RunAsync(user, cancellation)).OrThrow();
        await transaction.CommitAsync(cancellation);
        return null;
    }
}
