using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>Turns what ASP.NET Core Identity says into the errors of a form.</summary>
internal static class IdentityProblems
{
    /// <summary>For changes that cannot be refused: a refusal is a fault of ours.</summary>
    public static void OrThrow(this IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }

    /// <summary>Adds each problem to its field: <c>email</c>, <c>username</c> or <paramref name="password"/>.</summary>
    public static void AddTo(this IdentityResult result, FieldErrors errors, string password)
    {
        foreach (var error in result.Errors)
            errors.Add(
                error.Code.Contains("Password", StringComparison.Ordinal) ? password
                    : error.Code.Contains("Email", StringComparison.Ordinal) ? "email"
                    : "username",
                error.ToSentence()
            );
    }

    /// <summary>What is wrong, for a page to say it in its language.</summary>
    public static Sentence ToSentence(this IdentityError error) =>
        error is IdentityWords.WordedError worded ? worded.Sentence : error.Description;
}
