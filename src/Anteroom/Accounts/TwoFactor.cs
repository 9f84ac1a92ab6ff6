using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>An authenticator app's key while it is being set up.</summary>
/// <param name="Key">Base32, 32 characters.</param>
/// <param name="Uri">The same as an <c>otpauth:</c> address for a QR code (Google Authenticator's key URI format).</param>
public sealed record AuthenticatorKey(string Key, string Uri)
{
    /// <summary>The key in groups of four, to be typed.</summary>
    public string Grouped => string.Join(' ', Key.Chunk(4).Select(group => new string(group)));
}

/// <summary>What became of turning a second factor on.</summary>
public abstract record ConfirmAppResult
{
    private ConfirmAppResult() { }

    /// <summary>It is on. The recovery codes cannot be read back.</summary>
    public sealed record On(IReadOnlyList<string> Codes) : ConfirmAppResult;

    /// <summary>The code is wrong, or there were too many; the sentence says which.</summary>
    public sealed record Refused(string Problem) : ConfirmAppResult;
}

/// <summary>A second factor by an authenticator app (RFC 6238), with recovery codes for when the phone is lost.</summary>
public sealed class TwoFactor(
    AnteroomDb db,
    UserManager<User> users,
    CheckCode checkCode,
    IOptions<FirmOptions> firm,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>How many recovery codes a user gets; each works once.</summary>
    public const int RecoveryCodes = 10;

    /// <summary>Makes a key. It counts for nothing until <see cref="ConfirmAsync"/>.</summary>
    public async Task BeginAsync(User user, CancellationToken cancellation)
    {
        (await users.ResetAuthenticatorKeyAsync(user)).OrThrow();
        // Another key, other codes: the app may be asked for this half minute's again.
        await db
            .Users.Where(one => one.Id == user.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.LastCodeStep, (long?)null), cancellation);
    }

    /// <summary>The key that was begun with; null when none was.</summary>
    public async Task<AuthenticatorKey?> KeyAsync(User user)
    {
        if (await users.GetAuthenticatorKeyAsync(user) is not { Length: > 0 } key)
            return null;

        var issuer = Uri.EscapeDataString(firm.Value.Name);
        var account = Uri.EscapeDataString(user.UserName!);
        return new AuthenticatorKey(
            key,
            $"otpauth://totp/{issuer}:{account}?secret={key}&issuer={issuer}&digits=6&period=30"
        );
    }

    /// <summary>Turns the second factor on when <paramref name="code"/> is what the app shows.</summary>
    /// <returns>The recovery codes, which cannot be read back.</returns>
    public async Task<ConfirmAppResult> ConfirmAsync(User user, string? code, CancellationToken cancellation)
    {
        switch (await checkCode.RunAsync(user, code, cancellation))
        {
            case CodeResult.Wrong:
                return new ConfirmAppResult.Refused(
                    "That is not the code of the app. Codes change every half minute: check the clock of your phone and try the next one."
                );
            case CodeResult.Locked:
                return new ConfirmAppResult.Refused(ConfirmPassword.Locked);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        user.ChangedAt = time.GetUtcNow();
        Audit(user, "turned on two-factor sign-in for");
        (await users.SetTwoFactorEnabledAsync(user, true)).OrThrow();
        var codes = await NewCodesAsync(user);
        await transaction.CommitAsync(cancellation);
        return new ConfirmAppResult.On(codes);
    }

    /// <summary>New recovery codes; those of before work no more.</summary>
    public async Task<IReadOnlyList<string>> NewCodesAsync(User user) =>
        [.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes))!];

    /// <summary>How many recovery codes are left.</summary>
    public Task<int> CodesLeftAsync(User user) => users.CountRecoveryCodesAsync(user);

    /// <summary>Turns the second factor off and forgets key and codes.</summary>
    public async Task DisableAsync(User user, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await ForgetAsync(user, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>For administrators: turns off the second factor and passkeys of someone who lost their phone and codes.</summary>
    public async Task<Refusal?> ResetAsync(long number, CancellationToken cancellation)
    {
        if (await db.Users.SingleOrDefaultAsync(user => user.Number == number, cancellation) is not { } user)
            return new Refusal.NotFound();

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.UserPasskeys.Where(passkey => passkey.UserId == user.Id).ExecuteDeleteAsync(cancellation);
        await ForgetAsync(user, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <summary>A code without the spaces that apps show.</summary>
    public static string Digits(string? code) => string.Concat((code ?? "").Where(sign => !char.IsWhiteSpace(sign)));

    private async Task ForgetAsync(User user, CancellationToken cancellation)
    {
        await db.UserTokens.Where(token => token.UserId == user.Id).ExecuteDeleteAsync(cancellation);
        user.ChangedAt = time.GetUtcNow();
        Audit(user, "turned off two-factor sign-in for");
        (await users.SetTwoFactorEnabledAsync(user, false)).OrThrow();
    }

    /// <summary>Saved with the change.</summary>
    private void Audit(User user, string what) =>
        audit.Write(db, AuditKind.CredentialsChanged, $"{what} {user.FullName}", $"user:{user.Number}");
}
