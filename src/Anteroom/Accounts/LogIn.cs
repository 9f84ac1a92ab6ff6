using Anteroom.Audit;
using Anteroom.Firm;
using Anteroom.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

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
public sealed class LogIn(
    UserManager<User> users,
    CheckCode checkCode,
    Attempts attempts,
    RateLimits limits,
    IHttpContextAccessor requests,
    IOptions<FirmOptions> firm,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>The longest password that is hashed, in UTF-16 units: the longest that could ever be set.</summary>
    public const int MaxPasswordLength = 1000;

    private const int MaxNameLength = 320;

    /// <summary>
    /// Checks name and password. Wrong ones are counted for the account and the place they come from. Unknown accounts take as long as known ones, so timing reveals nothing.
    /// </summary>
    /// <param name="userName">Username or email address, as typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="code">The code of an authenticator app; needed only from users who have one.</param>
    /// <param name="cancellation">Looked at before the work begins.</param>
    /// <param name="leadsToSetUp">Who lacks the second factor that the firm asks for is let in, to set it up; else a code is asked for.</param>
    public async Task<LogInResult> RunAsync(
        string? userName,
        string? password,
        string? code,
        CancellationToken cancellation,
        bool leadsToSetUp = false
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var user = await FindAsync(userName?.Trim() ?? "");
        var account = user?.Id.ToString() ?? userName?.Trim().ToUpperInvariant() ?? "";
        var place = requests.HttpContext is { } request
            ? KnownDevices.Of(request, userName) ?? ClientAddress.Of(request)
            : "";
        // Counted before it is compared: many at once are no more than one by one.
        var may = await limits.MayGuessAsync(account, place, cancellation);
        if (!await PasswordFitsAsync(may ? user : null, password))
            return await RefuseAsync(
                user,
                may
                    ? "with a wrong password, or while it was locked or closed"
                    : "with a password after too many wrong ones",
                cancellation
            );
        await limits.ForgetGuessesAsync(account, place, cancellation);
        if (!user!.TwoFactorEnabled && !leadsToSetUp && firm.Value.AsksForSecondFactor(user.Role))
        {
            await RefuseAsync(user, "without the second factor that the firm asks for", cancellation);
            return new LogInResult.CodeNeeded(user);
        }

        if (!user.TwoFactorEnabled)
            return await AcceptAsync(user, "with a password", cancellation);
        if (string.IsNullOrWhiteSpace(code))
            return new LogInResult.CodeNeeded(user);
        return await CodeFitsAsync(user, code, cancellation) is { } refused
            ? refused
            : await AcceptAsync(user, "with a password and a code", cancellation);
    }

    /// <summary>Checks the code of somebody whose password was right; null when it is, too. A refusal is written down.</summary>
    public async Task<LogInResult.Refused?> CodeFitsAsync(User user, string? code, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.Active
            ? await checkCode.RunAsync(user, code, cancellation) switch
            {
                CodeResult.Right => null,
                CodeResult.Wrong => await RefuseAsync(user, "with a wrong code", cancellation),
                _ => await RefuseAsync(user, "with a code after too many wrong ones", cancellation),
            }
            : await RefuseAsync(user, "while it was closed", cancellation);
    }

    /// <summary>Whether it is the user's password. False, after the same time, for nobody and for a closed or locked account.</summary>
    private async Task<bool> PasswordFitsAsync(User? user, string? password)
    {
        if (password is not { Length: > 0 and <= MaxPasswordLength })
            return false;
        if (user is { Active: true, PasswordHash: not null } && !(user.LockoutEnd > time.GetUtcNow()))
            return await users.CheckPasswordAsync(user, password);
        // As long as a real check takes, so that the time does not tell which accounts there are.
        _ = users.PasswordHasher.HashPassword(user ?? Nobody, password);
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
    internal async Task<LogInResult.Refused> RefuseAsync(User? user, string why, CancellationToken cancellation)
    {
        await audit.WriteAsync(
            AuditKind.SignInFailed,
            user is null ? "tried to sign in to an unknown account" : $"tried to sign in as {user.UserName} {why}",
            user is null ? null : $"user:{user.Number}",
            cancellation: cancellation
        );
        return new LogInResult.Refused();
    }

    private async Task<LogInResult> AcceptAsync(User user, string how, CancellationToken cancellation)
    {
        if (user.AccessFailedCount > 0)
            await attempts.ForgetAsync(user.Id, cancellation);
        await AuditAsync(user, how, cancellation);
        return new LogInResult.LoggedIn(user);
    }

    private static User Nobody { get; } =
        new()
        {
            FullName = "",
            Role = Role.Staff,
            CreatedAt = default,
        };
}
