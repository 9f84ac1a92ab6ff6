using System.Security.Claims;
using Anteroom.Live;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;

namespace Anteroom.Accounts;

/// <summary>
/// Asks the database at every request whether a cookie's session is open, so that signing out and a deactivated account count at once on
/// every node, and takes name and role from there, so that a change of either needs no new sign-in.
/// </summary>
internal static class SessionCheck
{
    /// <summary>For <c>OnValidatePrincipal</c>. One statement by primary key; none for style sheets and scripts.</summary>
    public static async Task RunAsync(CookieValidatePrincipalContext context)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return;

        LiveRequests.Begin(context.HttpContext);
        var stamp = context.Principal?.FindFirstValue(new ClaimsIdentityOptions().SecurityStampClaimType);
        if (
            stamp is not null
            && CurrentUser.From(context.Principal!) is { } claimed
            && UserSessions.Of(context.Principal!) is { } session
            && await context
                .HttpContext.RequestServices.GetRequiredService<UserSessions>()
                .FindAsync(context.HttpContext, claimed.Id, stamp, session)
                is { } now
        )
        {
            if (now != claimed)
                context.ReplacePrincipal(Renewed(context.Principal!, now));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Schemes.Cookie);
    }

    private static ClaimsPrincipal Renewed(ClaimsPrincipal old, CurrentUser now)
    {
        var identity = new ClaimsIdentity(old.Identity!.AuthenticationType);
        identity.AddClaims(old.Claims.Where(claim => !Replaced(claim.Type)));
        identity.AddClaims(now.ToPrincipal("").Claims.Where(claim => Replaced(claim.Type)));
        return new ClaimsPrincipal(identity);
    }

    private static bool Replaced(string type) =>
        type
            is ClaimTypes.Name
                or ClaimTypes.Role
                or CurrentUser.FullNameClaim
                or CurrentUser.LanguageClaim
                or CurrentUser.TimeZoneClaim;
}
