using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>Makes sure that it is still the user who sits there, before something that matters.</summary>
public sealed class ConfirmPassword(AnteroomDb db, UserManager<User> users, Attempts attempts)
{
    /// <summary>Said of a password that is not the user's.</summary>
    public const string Wrong = "That is not your current password.";

    /// <summary>Said when nothing is compared anymore.</summary>
    public const string Locked = "There were too many failed attempts. Please wait a few minutes and try again.";

    /// <summary>What is wrong with the password; null when it fits. Tries are counted before they are compared.</summary>
    public async Task<string?> ProblemAsync(Guid userId, string? password, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(password))
            return "Please enter your current password.";
        if (!await attempts.TakeAsync(userId, cancellation))
            return Locked;
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == userId, cancellation);
        if (
            user is not { Active: true }
            || password.Length > LogIn.MaxPasswordLength
            || !await users.CheckPasswordAsync(user, password)
        )
            return Wrong;

        await attempts.ForgetAsync(userId, cancellation);
        return null;
    }
}
