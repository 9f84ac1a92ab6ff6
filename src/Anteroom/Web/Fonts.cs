using Microsoft.AspNetCore.StaticAssets;

namespace Anteroom.Web;

/// <summary>Fonts are named in style sheets by their plain names, so their names have a version, and browsers may keep them for good.</summary>
internal static class Fonts
{
    /// <summary>Without this a browser asks for each of them again with each page.</summary>
    public static void KeepFonts(this StaticAssetsEndpointConventionBuilder assets) =>
        assets.Add(endpoint =>
        {
            if (
                endpoint is not RouteEndpointBuilder { RoutePattern.RawText: { } route, RequestDelegate: { } send }
                || !route.TrimStart('/').StartsWith("fonts/", StringComparison.Ordinal)
            )
                return;
            endpoint.RequestDelegate = context =>
            {
                context.Response.OnStarting(() =>
                {
                    if (context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified)
                        context.Response.Headers.CacheControl = FirmFiles.ForGood;
                    return Task.CompletedTask;
                });
                return send(context);
            };
        });
}
