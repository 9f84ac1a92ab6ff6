using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>What became of changing a password.</summary>
public abstract record ChangePasswordResult
{
    private ChangePasswordResult() { }

    /// <summary>Done; every token of the user is useless now, and their other sessions end.</summary>
    public sealed record Changed(User User) : ChangePasswordResult;

    /// <summary>The old password is not the user's, or the account is locked or not active.</summary>
    public sealed record WrongPassword : ChangePasswordResult;

    /// <summary>The new password breaks the rules; each sentence names one.</summary>
    public sealed record Invalid(IReadOnlyList<string> Problems) : ChangePasswordResult;
}

/// <summary>Changes a user's own password and ends everything that the old one opened.</summary>
public sealed class ChangePassword(AnteroomDb db, UserManager<User> users, LogIn logIn)
{
    /// <summary>
    /// Checks the old password (a wrong one counts towards the lockout), then the rules for the new one; sets it with a new
    /// security stamp and deletes the user's API and refresh tokens in the same transaction.
    /// </summary>
    public async Task<ChangePasswordResult> RunAsync(
        Guid userId,
        string? oldPassword,
        string? newPassword,
        CancellationToken cancellation
    )
    {
        var user = await db.Users.SingleOrDefaultAsync(user => user.Id == userId, cancellation);
        if (!await logIn.PasswordFitsAsync(user, oldPassword))
            return new ChangePasswordResult.WrongPassword();

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var changed = await users.ChangePasswordAsync(user!, oldPassword!, newPassword ?? "");
        if (!changed.Succeeded)
            return IsRace(changed)
                ? new ChangePasswordResult.WrongPassword()
                : new ChangePasswordResult.Invalid([.. changed.Errors.Select(error => error.Description)]);

        await db.ApiTokens.Where(token => token.UserId == userId).ExecuteDeleteAsync(cancellation);
        await db.RefreshTokens.Where(token => token.UserId == userId).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new ChangePasswordResult.Changed(user!);
    }

    /// <summary>The password was changed by somebody else between our check and our write.</summary>
    private static bool IsRace(IdentityResult changed) =>
        changed.Errors.Any(error =>
            error.Code
                is nameof(IdentityErrorDescriber.ConcurrencyFailure)
                    or nameof(IdentityErrorDescriber.PasswordMismatch)
        );
}
