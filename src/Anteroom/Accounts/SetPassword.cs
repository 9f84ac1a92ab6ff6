using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>What became of setting a password by a link.</summary>
public abstract record SetPasswordResult
{
    private SetPasswordResult() { }

    /// <summary>The password is set; whoever was signed in as this user is out.</summary>
    public sealed record Set(User User) : SetPasswordResult;

    /// <summary>Nothing was changed and the link still works. Field: <c>password</c>.</summary>
    public sealed record Invalid(FieldErrors Errors) : SetPasswordResult;

    /// <summary>The link was used, is too old or not complete, or the account is not active.</summary>
    public sealed record LinkSpent : SetPasswordResult;
}

/// <summary>Sets a user's password for the holder of a link from an email.</summary>
public sealed class SetPassword(
    AnteroomDb db,
    UserManager<User> users,
    SignOutEverywhere signOut,
    UserLinks links,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Whose link it is, as long as it works. Looking does not use it up: mail scanners open links.</summary>
    public async Task<User?> FindAsync(Guid userId, string? token, CancellationToken cancellation)
    {
        var user = await users.FindByIdAsync(userId.ToString());
        return user is { Active: true } && await FitsAsync(user, token, cancellation) ? user : null;
    }

    /// <summary>Sets the password and spends the link.</summary>
    public async Task<SetPasswordResult> RunAsync(
        Guid userId,
        string? token,
        string? password,
        CancellationToken cancellation
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Of two who come with the same link, the second waits here and then holds a link that is spent.
        var user = await db.LockUserAsync(userId, cancellation);
        if (user is not { Active: true } || !await FitsAsync(user, token, cancellation))
            return new SetPasswordResult.LinkSpent();

        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(password))
            errors.Add("password", "Please choose a password.");
        else
            (await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), password)).AddTo(
                errors,
                "password"
            );
        if (!errors.IsEmpty)
            return new SetPasswordResult.Invalid(errors);

        await links.EndAsync(user.Id, UserLink.Password, cancellation);
        user.ChangedAt = time.GetUtcNow();
        audit.Write(
            db,
            AuditKind.CredentialsChanged,
            "set their password by a link from an email",
            $"user:{user.Number}",
            by: CurrentUser.Of(user)
        );
        (await signOut.RunAsync(user, cancellation)).OrThrow();
        await transaction.CommitAsync(cancellation);
        return new SetPasswordResult.Set(user);
    }

    private async Task<bool> FitsAsync(User user, string? token, CancellationToken cancellation) =>
        await links.FindAsync(user, UserLink.Password, token, cancellation) is not null;
}
