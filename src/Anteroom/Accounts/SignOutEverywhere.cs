using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>Makes every cookie, token and password link of a user useless, at once and on every node.</summary>
public sealed class SignOutEverywhere(AnteroomDb db, UserManager<User> users)
{
    /// <summary>Saves the user with a new security stamp and deletes the tokens. Runs in the caller's transaction.</summary>
    /// <returns>What Identity says of the user as it was to be saved; nothing is saved when that is an error.</returns>
    public async Task<IdentityResult> RunAsync(User user, CancellationToken cancellation)
    {
        await db.ApiTokens.Where(token => token.UserId == user.Id).ExecuteDeleteAsync(cancellation);
        await db.RefreshTokens.Where(token => token.UserId == user.Id).ExecuteDeleteAsync(cancellation);
        return await users.UpdateSecurityStampAsync(user);
    }
}
