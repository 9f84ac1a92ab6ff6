using Anteroom.Audit;
using Anteroom.Data;

namespace Anteroom.Accounts;

/// <summary>Gives a deactivated user their access back, with the password they had.</summary>
public sealed class ReactivateUser(AnteroomDb db, AuditLog audit, TimeProvider time)
{
    /// <summary>Reactivates user <paramref name="number"/>.</summary>
    public async Task<Refusal?> RunAsync(long number, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockUserAsync(number, cancellation) is not { User: var user })
            return new Refusal.NotFound();
        if (!user.Active)
        {
            user.Active = true;
            audit.Write(db, AuditKind.UserChanged, $"reactivated {user.FullName}", $"user:{user.Number}");
            user.ChangedAt = time.GetUtcNow();
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        return null;
    }
}
