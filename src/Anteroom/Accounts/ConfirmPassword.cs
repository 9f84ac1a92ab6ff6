using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>Makes sure that it is still the user who sits there, before something that matters.</summary>
public sealed class ConfirmPassword(AnteroomDb db, LogIn logIn, TimeProvider time)
{
    /// <summary>Said of a password that is not the user's.</summary>
    public const string Wrong = "That is not your current password.";

    /// <summary>What is wrong with the password; null when it fits. Wrong ones count towards the lockout.</summary>
    public async Task<string?> ProblemAsync(Guid userId, string? password, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(password))
            return "Please enter your current password.";

        var user = db.Users.AsNoTracking().Where(user => user.Id == userId);
        if (await logIn.PasswordFitsAsync(await user.SingleOrDefaultAsync(cancellation), password))
            return null;
        return await user.AnyAsync(user => user.LockoutEnd > time.GetUtcNow(), cancellation)
            ? "There were too many failed attempts. Please wait a few minutes and try again."
            : Wrong;
    }
}
