using Anteroom.Audit;
using Anteroom.Data;

namespace Anteroom.Accounts;

/// <summary>Gives a user another role; it counts from the next request, without a new sign-in.</summary>
public sealed class ChangeRole(AnteroomDb db, AuditLog audit, TimeProvider time)
{
    /// <summary>Gives user <paramref name="number"/> the role <paramref name="role"/>.</summary>
    public async Task<Refusal?> RunAsync(long number, Role role, CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockUserAsync(number, cancellation) is not var (user, isLast))
            return new Refusal.NotFound();
        if (user.Role == role)
            return null;
        if (user is { Role: Role.Administrator, Active: true } && isLast)
            return new UserRefusal.LastAdministrator();
        if (user.Id == by.Id)
            return new UserRefusal.Yourself();

        audit.Write(
            db,
            AuditKind.UserChanged,
            $"changed the role of {user.FullName} from {user.Role.ToWire()} to {role.ToWire()}",
            $"user:{user.Number}",
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["role"] = user.Role.ToWire() },
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["role"] = role.ToWire() },
            by
        );
        user.Role = role;
        user.ChangedAt = time.GetUtcNow();
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }
}
