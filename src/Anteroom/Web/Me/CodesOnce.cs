using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Web.Me;

/// <summary>
/// Carries fresh recovery codes from the POST that made them to the page that shows them, once, in a protected cookie that
/// only that page gets; the database never gives them out again.
/// </summary>
internal static class CodesOnce
{
    private const string Cookie = "anteroom.codes";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    public static void Leave(HttpContext context, CurrentUser who, IReadOnlyList<string> codes) =>
        context.Response.Cookies.Append(
            Cookie,
            Protector(context, who).Protect(string.Join(' ', codes), Life),
            Options(context)
        );

    public static IReadOnlyList<string>? Take(HttpContext context, CurrentUser who)
    {
        if (context.Request.Cookies[Cookie] is not { } left)
            return null;

        context.Response.Cookies.Delete(Cookie, Options(context));
        try
        {
            return Protector(context, who).Unprotect(left).Split(' ');
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null; // too old, or somebody else's
        }
    }

    private static ITimeLimitedDataProtector Protector(HttpContext context, CurrentUser who) =>
        context
            .RequestServices.GetRequiredService<IDataProtectionProvider>()
            .CreateProtector("recovery codes", who.Id.ToString())
            .ToTimeLimitedDataProtector();

    private static CookieOptions Options(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Life,
            Path = "/me/two-factor/codes",
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
        };
}
