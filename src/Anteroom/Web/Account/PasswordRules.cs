using Microsoft.AspNetCore.Identity;

namespace Anteroom.Web.Account;

/// <summary>Says what a password must have, from the settings that decide it.</summary>
public static class PasswordRules
{
    /// <summary><c>At least 12 characters.</c></summary>
    public static string Words(PasswordOptions rules)
    {
        List<string> needs = [];
        if (rules.RequireUppercase)
            needs.Add(T["a capital letter"]);
        if (rules.RequireLowercase)
            needs.Add(T["a small letter"]);
        if (rules.RequireDigit)
            needs.Add(T["a digit"]);
        if (rules.RequireNonAlphanumeric)
            needs.Add(T["a sign that is neither letter nor digit"]);

        return needs switch
        {
            [] => T[
                "At least {0} characters. A few words in a row are easy to remember and hard to guess.",
                rules.RequiredLength
            ],
            [var one] => T["At least {0} characters, with {1}.", rules.RequiredLength, one],
            [.. var some, var last] => T[
                "At least {0} characters, with {1}.",
                rules.RequiredLength,
                T["{0} and {1}", string.Join(", ", some), last]
            ],
        };
    }
}
