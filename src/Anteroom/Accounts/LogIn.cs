using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>What became of logging in.</summary>
public abstract record LogInResult
{
    private LogInResult() { }

    /// <summary>It is this user.</summary>
    public sealed record LoggedIn(User User) : LogInResult;

    /// <summary>The password is right; the user has two-factor authentication and no code came with it.</summary>
    public sealed record CodeNeeded(User User) : LogInResult;

    /// <summary>No such account, not active, locked out, or a wrong password or code: which of them is not told.</summary>
    public sealed record Refused : LogInResult;
}

/// <summary>Finds out by password who somebody is: the one way for the sign-in page and both APIs. Gives out nothing by itself.</summary>
public sealed class LogIn(AnteroomDb db, UserManager<User> users, AuditLog audit, TimeProvider time)
{
    /// <summary>The longest password, in UTF-16 units; hashing a longer one would be work for nothing.</summary>
    public const int MaxPasswordLength = 1000;

    private const int MaxNameLength = 320;

    /// <summary>
    /// Checks name and password. Failures are counted, and <c>Lockout.MaxFailedAccessAttempts</c> of them lock the account
    /// for a while. Unknown accounts take as long as known ones, so timing reveals nothing.
    /// </summary>
    /// <param name="userName">Username or email address, as typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="code">The code of an authenticator app; needed only from users who have one.</param>
    /// <param name="cancellation">Looked at before the work begins.</param>
    public async Task<LogInResult> RunAsync(
        string? userName,
        string? password,
        string? code,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var user = await FindAsync(userName?.Trim() ?? "");
        if (!await PasswordFitsAsync(user, password))
            return await RefuseAsync(user, "with a wrong password, or while it was locked or closed", cancellation);
        if (!user!.TwoFactorEnabled)
            return await AcceptAsync(user, cancellation);
        if (string.IsNullOrWhiteSpace(code))
            return new LogInResult.CodeNeeded(user);
        if (await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, code.Trim()))
            return await AcceptAsync(user, cancellation);

        await CountFailureAsync(user);
        return await RefuseAsync(user, "with a wrong code", cancellation);
    }

    /// <summary>Whether it is the user's password, counting a failure. False, after the same time, for nobody and for a locked account.</summary>
    internal async Task<bool> PasswordFitsAsync(User? user, string? password)
    {
        if (password is not { Length: > 0 and <= MaxPasswordLength })
            return false;
        if (user is null or { Active: false } || user.LockoutEnd > time.GetUtcNow())
        {
            // As long as a real check takes, so that the time does not tell which accounts there are.
            _ = users.PasswordHasher.HashPassword(user ?? Nobody, password);
            return false;
        }

        if (await users.CheckPasswordAsync(user, password))
            return true;
        await CountFailureAsync(user);
        return false;
    }

    private async Task<User?> FindAsync(string name)
    {
        if (name.Length is 0 or > MaxNameLength || name.Contains('\0', StringComparison.Ordinal))
            return null;
        var user = await users.FindByNameAsync(name);
        return user is null && name.Contains('@', StringComparison.Ordinal) ? await users.FindByEmailAsync(name) : user;
    }

    /// <summary>Writes down that somebody is in.</summary>
    internal Task AuditAsync(User user, string how, CancellationToken cancellation) =>
        audit.WriteAsync(
            AuditKind.SignedIn,
            $"signed in {how}",
            $"user:{user.Number}",
            by: CurrentUser.Of(user),
            cancellation: cancellation
        );

    /// <summary>Writes down that somebody was not let in. What was typed is not: it may be a password.</summary>
    internal async Task<LogInResult> RefuseAsync(User? user, string why, CancellationToken cancellation)
    {
        await audit.WriteAsync(
            AuditKind.SignInFailed,
            user is null ? "tried to sign in to an unknown account" : $"tried to sign in as {user.UserName} {why}",
            user is null ? null : $"user:{user.Number}",
            cancellation: cancellation
        );
        return new LogInResult.Refused();
    }

    private async Task<LogInResult> AcceptAsync(User user, CancellationToken cancellation)
    {
        if (user.AccessFailedCount > 0)
        {
            user.AccessFailedCount = 0;
            await db
                .Users.Where(one => one.Id == user.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.AccessFailedCount, 0), cancellation);
        }

        await AuditAsync(user, "with a password", cancellation);
        return new LogInResult.LoggedIn(user);
    }

    /// <summary>One statement, so that guesses sent at the same moment all count.</summary>
    private async Task CountFailureAsync(User user)
    {
        var most = users.Options.Lockout.MaxFailedAccessAttempts;
        DateTimeOffset? until = time.GetUtcNow() + users.Options.Lockout.DefaultLockoutTimeSpan;
        await db
            .Users.Where(one => one.Id == user.Id && one.LockoutEnabled)
            .ExecuteUpdateAsync(set =>
                set.SetProperty(
                        one => one.LockoutEnd,
                        one => one.AccessFailedCount + 1 >= most ? until : one.LockoutEnd
                    )
                    .SetProperty(
                        one => one.AccessFailedCount,
                        one => one.AccessFailedCount + 1 >= most ? 0 : one.AccessFailedCount + 1
                    )
            );
    }

    private static User Nobody { get; } =
        new()
        {
            FullName = "",
            Role = Role.Staff,
            CreatedAt = default,
        };
}
