using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>Makes sure that it is still the user who sits there, before something that matters.</summary>
public sealed class ConfirmPassword(UserManager<User> users, SignInManager<User> signIn)
{
    /// <summary>What is wrong with the password; null when it fits. Wrong ones count towards the lockout.</summary>
    public async Task<string?> ProblemAsync(Guid userId, string? password)
    {
        if (string.IsNullOrEmpty(password))
            return "Please enter your current password.";
        if (await users.FindByIdAsync(userId.ToString()) is not { } user)
            return "Your account is gone.";

        var result = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        return result.Succeeded ? null
            : result.IsLockedOut ? "There were too many wrong tries. Please wait a few minutes and try again."
            : "That is not your current password.";
    }
}
