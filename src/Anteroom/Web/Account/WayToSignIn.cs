using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Anteroom.Web.Account;

/// <summary>Sends who is not signed in to the sign-in page, and from there back to where they were.</summary>
internal static class WayToSignIn
{
    /// <summary>
    /// A path: the name in the request is not believed. Who sent a form comes back to the page it was on, where the browser has kept what
    /// was typed; the address of the form answers no GET.
    /// </summary>
    public static Task Send(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        var back =
            HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
                ? $"{request.PathBase}{request.Path}{request.QueryString}"
                : PageOf(request);
        context.Response.StatusCode =
            request.Headers.XRequestedWith == "XMLHttpRequest"
                ? StatusCodes.Status401Unauthorized
                : StatusCodes.Status302Found;
        context.Response.Headers.Location = Pages.Ascii($"/signin{QueryString.Create("returnUrl", back)}");
        return Task.CompletedTask;
    }

    /// <summary>The page that a form was on, by <c>Referer</c>, which our policy lets browsers send to us; <c>/leads</c> when it does not say.</summary>
    private static string PageOf(HttpRequest request) =>
        request.GetTypedHeaders().Referer is { IsAbsoluteUri: true } page
        && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            ? AccountPages.Local(page.PathAndQuery)
            : "/leads";
}
