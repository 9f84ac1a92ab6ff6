using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>What became of changing a password.</summary>
public abstract record ChangePasswordResult
{
    private ChangePasswordResult() { }

    /// <summary>Changed; every session and token of before is useless.</summary>
    public sealed record Changed(User User) : ChangePasswordResult;

    /// <summary>The current password is not the user's, or the account is locked; the sentence says which.</summary>
    public sealed record WrongPassword(string Problem) : ChangePasswordResult;

    /// <summary>The new password breaks the rules; each sentence names one.</summary>
    public sealed record Invalid(IReadOnlyList<Sentence> Problems) : ChangePasswordResult;
}

/// <summary>Changes the password of someone who knows the old one, and ends every session and token it opened.</summary>
public sealed class ChangePassword(
    AnteroomDb db,
    UserManager<User> users,
    ConfirmPassword confirm,
    SignOutEverywhere signOut,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Checks the current password (a wrong one counts towards the lockout), then the rules for the new one.</summary>
    public async Task<ChangePasswordResult> RunAsync(
        Guid userId,
        string? current,
        string? wanted,
        CancellationToken cancellation
    )
    {
        // Counted and committed by itself: wrong guesses lock the account even though nothing else is saved.
        if (await confirm.ProblemAsync(userId, current, cancellation) is { } problem)
            return new ChangePasswordResult.WrongPassword(problem);
        if (string.IsNullOrEmpty(wanted))
            return new ChangePasswordResult.Invalid(["Please choose a new password."]);
        if (string.Equals(current, wanted, StringComparison.Ordinal))
            return new ChangePasswordResult.Invalid(["Please choose a password other than the current one."]);

        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var user = (await db.LockUserAsync(userId, cancellation))!;
        var changed = await users.ChangePasswordAsync(user, current!, wanted);
        if (changed.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.PasswordMismatch)))
            return new ChangePasswordResult.WrongPassword(ConfirmPassword.Wrong); // somebody else was faster
        if (!changed.Succeeded)
            return new ChangePasswordResult.Invalid([.. changed.Errors.Select(error => error.ToSentence())]);

        user.ChangedAt = time.GetUtcNow();
        audit.Write(db, AuditKind.CredentialsChanged, "changed their password", $"user:{user.Number}");
        (await signOut.RunAsync(user, cancellation)).OrThrow();
        await transaction.CommitAsync(cancellation);
        return new ChangePasswordResult.Changed(user);
    }
}
