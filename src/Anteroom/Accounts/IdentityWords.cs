using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>What ASP.NET Core Identity says in English, with the values kept apart from the words so that a page can say it in Spanish.</summary>
internal sealed class IdentityWords : IdentityErrorDescriber
{
    /// <summary>A problem whose words can be looked up.</summary>
    internal sealed class WordedError : IdentityError
    {
        /// <summary>A problem in words.</summary>
        public WordedError(string code, Sentence sentence)
        {
            (Code, Sentence) = (code, sentence);
            Description = sentence.ToString();
        }

        /// <summary>What is wrong.</summary>
        public Sentence Sentence { get; }
    }

    public override IdentityError DuplicateUserName(string userName) =>
        new WordedError(nameof(DuplicateUserName), $"Username '{userName}' is already taken.");

    public override IdentityError DuplicateEmail(string email) =>
        new WordedError(nameof(DuplicateEmail), $"Email '{email}' is already taken.");

    public override IdentityError InvalidUserName(string? userName) =>
        new WordedError(
            nameof(InvalidUserName),
            $"Username '{userName}' is invalid, can only contain letters or digits."
        );

    public override IdentityError InvalidEmail(string? email) =>
        new WordedError(nameof(InvalidEmail), $"Email '{email}' is invalid.");

    public override IdentityError PasswordTooShort(int length) =>
        new WordedError(nameof(PasswordTooShort), $"Passwords must be at least {length} characters.");

    public override IdentityError PasswordRequiresUniqueChars(int uniqueChars) =>
        new WordedError(
            nameof(PasswordRequiresUniqueChars),
            $"Passwords must use at least {uniqueChars} different characters."
        );
}
