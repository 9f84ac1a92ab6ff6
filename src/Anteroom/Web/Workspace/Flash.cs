using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>
/// One word carried from a POST to the page that follows it, shown once. The cookie holds a name from a fixed list, never
/// text, so that nobody can put words on our pages.
/// </summary>
public static class Flash
{
    private const string Cookie = "anteroom.done";

    /// <summary>Remembers that the lead was moved to <paramref name="status"/>, or (<paramref name="already"/>) was there already.</summary>
    public static void Leave(HttpContext context, LeadStatus status, bool already = false) =>
        context.Response.Cookies.Append(Cookie, (already ? "already." : "moved.") + status.ToWire(), Options(context));

    /// <summary>What was left, and forgets it; null when there is nothing.</summary>
    public static (LeadStatus Status, bool Already)? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { } left)
            return null;

        context.Response.Cookies.Delete(Cookie, Options(context));
        return left.Split('.') is [var kind, var wire] && WireName.TryParse(wire, out LeadStatus status)
            ? (status, string.Equals(kind, "already", StringComparison.Ordinal))
            : null;
    }

    private static CookieOptions Options(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromMinutes(1),
            Path = "/leads",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        };
}
