using Anteroom.Data;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>What became of changing one's own password.</summary>
public abstract record ChangeOwnPasswordResult
{
    private ChangeOwnPasswordResult() { }

    /// <summary>Changed; every session and token of before is useless.</summary>
    public sealed record Changed(User User) : ChangeOwnPasswordResult;

    /// <summary>Nothing was changed. Fields: <c>current_password</c>, <c>new_password</c>.</summary>
    public sealed record Invalid(FieldErrors Errors) : ChangeOwnPasswordResult;
}

/// <summary>Changes the password of somebody who knows it.</summary>
public sealed class ChangeOwnPassword(
    AnteroomDb db,
    UserManager<User> users,
    ConfirmPassword confirm,
    SignOutEverywhere signOut,
    TimeProvider time
)
{
    /// <summary>Checks the current password, then the rules for the new one, and changes it.</summary>
    public async Task<ChangeOwnPasswordResult> RunAsync(
        Guid userId,
        string? current,
        string? wanted,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(wanted))
            errors.Add("new_password", "Please choose a new password.");
        else if (string.Equals(current, wanted, StringComparison.Ordinal))
            errors.Add("new_password", "Please choose another password than the current one.");
        // Counted and committed by itself: wrong guesses lock the account even though nothing else is saved.
        if (await confirm.ProblemAsync(userId, current) is { } problem)
            errors.Add("current_password", problem);
        if (!errors.IsEmpty)
            return new ChangeOwnPasswordResult.Invalid(errors);

        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var user = (await db.LockUserAsync(userId, cancellation))!;
        (await users.ChangePasswordAsync(user, current!, wanted!)).AddTo(errors, "new_password");
        if (!errors.IsEmpty)
            return new ChangeOwnPasswordResult.Invalid(errors);

        user.ChangedAt = time.GetUtcNow();
        (await signOut.RunAsync(user, cancellation)).OrThrow();
        await transaction.CommitAsync(cancellation);
        return new ChangeOwnPasswordResult.Changed(user);
    }
}
