namespace Anteroom.Http;

/// <summary>
/// The headers that limit what a browser lets a page do. They are set as the response starts and only where the endpoint
/// has not set its own, so that they also stand on error pages and a download can be stricter.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>
    /// Content Security Policy (W3C CSP Level 3) of every page: only files of our own, no inline script or style, no frame
    /// around us, no form that posts elsewhere. <c>data:</c> images are the little arrows of form controls.
    /// </summary>
    public const string PagePolicy =
        "default-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; object-src 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>Policy of a file somebody else made: it may do nothing at all, not even run in our origin.</summary>
    public const string DownloadPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

    /// <summary>
    /// HTTP Strict Transport Security (RFC 6797): for a year browsers come by https only, to names below ours as well. Said over https
    /// only: elsewhere browsers must not believe it.
    /// </summary>
    private const string TransportPolicy = "max-age=31536000; includeSubDomains";

    /// <summary>Adds the headers to every response.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(Write, context);
                return next(context);
            }
        );

    private static Task Write(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        // Left by the renderer for a script that is not here.
        headers.Remove("blazor-enhanced-nav");
        headers.TryAdd("Content-Security-Policy", PagePolicy);
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        // The set-up link carries a secret in its address: no other site may learn our addresses.
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        // Nobody else's page may load it. The logo, which emails show, says otherwise.
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        if (context.Request.IsHttps)
            headers.TryAdd("Strict-Transport-Security", TransportPolicy);
        // What programs read is about people, and depends on who asks: no cache keeps it.
        if (IsForPrograms(context.Request.Path))
        {
            headers.TryAdd("Cache-Control", "private, no-store");
            headers.Append("Vary", "Authorization");
        }

        // What the build wrote down about style sheets and scripts has none.
        if (headers.ContentType is ["text/css" or "text/javascript"] plain)
            headers.ContentType = $"{plain}; charset=utf-8";
        // For browsers that do not know frame-ancestors.
        headers.TryAdd("X-Frame-Options", "DENY");
        return Task.CompletedTask;
    }

    private static bool IsForPrograms(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/media", StringComparison.OrdinalIgnoreCase);
}
