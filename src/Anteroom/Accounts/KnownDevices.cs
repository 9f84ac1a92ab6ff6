using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Accounts;

/// <summary>
/// Remembers, in a signed cookie of its own, which accounts were signed in to in a browser. It opens nothing: tries to sign in from there
/// are counted apart from those of strangers, who therefore cannot keep the owner out.
/// </summary>
internal static class KnownDevices
{
    private const string Cookie = "anteroom.device";
    private const int Most = 5;
    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    /// <summary>Somebody has signed in here.</summary>
    public static void Remember(HttpContext context, User user)
    {
        var names = new[] { user.NormalizedUserName, user.NormalizedEmail }.OfType<string>().ToList();
        var (device, known) = Read(context) ?? (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), []);
        known = [.. names, .. known.Except(names, StringComparer.Ordinal)];
        context.Response.Cookies.Append(
            Cookie,
            Protector(context).Protect(string.Join('\n', [device, .. known.Take(2 * Most)]), Life),
            new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = Life,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
            }
        );
    }

    /// <summary>The device, when this account has been signed in to on it; null for strangers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="account">The user name or address as typed.</param>
    public static string? Of(HttpContext context, string? account) =>
        Read(context) is var (device, known)
        && known.Contains(account?.Trim().ToUpperInvariant() ?? "", StringComparer.Ordinal)
            ? device
            : null;

    private static (string Device, IReadOnlyList<string> Known)? Read(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } cookie)
            return null;
        try
        {
            return Protector(context).Unprotect(cookie).Split('\n') is [var device, .. var known]
                ? (device, known)
                : null;
        }
        catch (CryptographicException)
        {
            return null; // too old, or made up
        }
    }

    private static ITimeLimitedDataProtector Protector(HttpContext context) =>
        context
            .RequestServices.GetRequiredService<IDataProtectionProvider>()
            .CreateProtector("known device")
            .ToTimeLimitedDataProtector();
}
