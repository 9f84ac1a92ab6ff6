using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>What became of checking a code.</summary>
public enum CodeResult
{
    /// <summary>It is the app's, for the first time, or an unused recovery code, now used.</summary>
    Right,

    /// <summary>It is none of them, or was accepted before.</summary>
    Wrong,

    /// <summary>Too many tries: it was not even compared.</summary>
    Locked,
}

/// <summary>Checks a code of a second factor: the one way, for the sign-in page, the APIs and the profile.</summary>
public sealed class CheckCode(AnteroomDb db, UserManager<User> users, Attempts attempts, TimeProvider time)
{
    /// <summary>Checks what was typed. Six digits are the app's; everything else is taken for a recovery code.</summary>
    public async Task<CodeResult> RunAsync(User user, string? typed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (!await attempts.TakeAsync(user.Id, cancellation))
            return CodeResult.Locked;

        var code = TwoFactor.Digits(typed);
        var right =
            code.Length == 6 && code.All(char.IsAsciiDigit)
                ? await IsOfAppAsync(user, code, cancellation)
                : user.TwoFactorEnabled && await IsRecoveryCodeAsync(user, code);
        if (!right)
            return CodeResult.Wrong;

        await attempts.ForgetAsync(user.Id, cancellation);
        return CodeResult.Right;
    }

    /// <summary>A step counts once (RFC 6238 section 5.2): of two who send the same code at the same moment, one gets in.</summary>
    private async Task<bool> IsOfAppAsync(User user, string code, CancellationToken cancellation) =>
        await users.GetAuthenticatorKeyAsync(user) is { Length: > 0 } key
        && AppCode.Step(key, code, time.GetUtcNow()) is { } step
        && await db
            .Users.Where(one => one.Id == user.Id && (one.LastCodeStep == null || one.LastCodeStep < step))
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.LastCodeStep, step), cancellation) > 0;

    private async Task<bool> IsRecoveryCodeAsync(User user, string code) =>
        code.Length is > 0 and <= 100
        && (await users.RedeemTwoFactorRecoveryCodeAsync(user, code.ToUpperInvariant())).Succeeded;
}
