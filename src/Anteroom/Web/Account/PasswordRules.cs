using System.Globalization;
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
            needs.Add("a capital letter");
        if (rules.RequireLowercase)
            needs.Add("a small letter");
        if (rules.RequireDigit)
            needs.Add("a digit");
        if (rules.RequireNonAlphanumeric)
            needs.Add("a sign that is neither letter nor digit");

        var length = string.Create(CultureInfo.InvariantCulture, $"At least {rules.RequiredLength} characters");
        return needs switch
        {
            [] => $"{length}. A few words in a row are easy to remember and hard to guess.",
            [var one] => $"{length}, with {one}.",
            [.. var some, var last] => $"{length}, with {string.Join(", ", some)} and {last}.",
        };
    }
}
