namespace Anteroom.Web.Me;

/// <summary>How the workspace looks to somebody, kept in a cookie of the browser: a phone may be dark and the desk light.</summary>
public enum Appearance
{
    /// <summary>Match system does.</summary>
    System,

    /// <summary>Always light.</summary>
    Light,

    /// <summary>Always dark.</summary>
    Dark,
}

/// <summary>Keeps the <see cref="Appearance"/>.</summary>
public static class Appearances
{
    private const string Cookie = "anteroom.appearance";

    /// <summary>What this browser wants.</summary>
    public static Appearance Of(HttpContext context) =>
        WireName.TryParse(context.Request.Cookies[Cookie], out Appearance appearance) ? appearance : Appearance.System;

    /// <summary>The value of <c>data-theme</c>; null leaves it to the system.</summary>
    public static string? Theme(HttpContext context) =>
        Of(context) is var wanted && wanted == Appearance.System ? null : wanted.ToWire();

    /// <summary>Keeps a wish for a year.</summary>
    public static void Keep(HttpContext context, Appearance appearance) =>
        context.Response.Cookies.Append(
            Cookie,
            appearance.ToWire(),
            new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = TimeSpan.FromDays(365),
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
            }
        );
}
