using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>Refuses passwords longer than <see cref="LogIn"/> would take, wherever a password is set.</summary>
internal sealed class PasswordLength : IPasswordValidator<User>
{
    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password) =>
        Task.FromResult(
            password?.Length > LogIn.MaxPasswordLength
                ? IdentityResult.Failed(
                    new IdentityError
                    {
                        Code = "PasswordTooLong",
                        Description = "Passwords can have at most 1,000 characters.",
                    }
                )
                : IdentityResult.Success
        );
}
