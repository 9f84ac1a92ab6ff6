using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>Makes the address that a link confirms the user's, and ends what the old one could open.</summary>
public sealed class ConfirmAddress(
    AnteroomDb db,
    UserLinks links,
    SignOutEverywhere signOut,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>The address that the link is about, as long as it works. Looking does not use it up: mail scanners open links.</summary>
    public async Task<string?> FindAsync(Guid userId, string? token, CancellationToken cancellation) =>
        await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == userId && user.Active, cancellation)
            is { } user
            ? (await links.FindAsync(user, UserLink.Address, token, cancellation))?.Email
            : null;

    /// <summary>Changes the address and spends the link; null when the link is spent or the address has been taken meanwhile.</summary>
    public async Task<User?> RunAsync(Guid userId, string? token, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var user = await db.LockUserAsync(userId, cancellation);
        if (
            user is not { Active: true }
            || await links.FindAsync(user, UserLink.Address, token, cancellation) is not { Email: { } address }
        )
            return null;

        await links.EndAsync(user.Id, UserLink.Address, cancellation);
        audit.Write(
            db,
            AuditKind.CredentialsChanged,
            "confirmed their new email address",
            $"user:{user.Number}",
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["email"] = user.Email },
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["email"] = address },
            CurrentUser.Of(user)
        );
        user.Email = address;
        user.ChangedAt = time.GetUtcNow();
        try
        {
            if (!(await signOut.RunAsync(user, cancellation)).Succeeded)
                return null;
        }
        catch (DbUpdateException taken)
            when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return null;
        }

        await transaction.CommitAsync(cancellation);
        return user;
    }
}
