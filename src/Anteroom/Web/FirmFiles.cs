using System.Security.Cryptography;
using System.Text;
using Anteroom.Firm;
using Anteroom.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Web;

/// <summary>The firm's branding on pages: its color as a style sheet, and its logo. Public.</summary>
internal static class FirmFiles
{
    internal const string ForGood = "public, max-age=31536000, immutable";

    /// <summary>Maps <c>/firm.css</c> and <c>/logo/{digest}</c>.</summary>
    public static void MapFirmFiles(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/firm.css", Style).AllowAnonymous();
        pages.MapGet("/logo/{digest}", LogoAsync).AllowAnonymous();
    }

    /// <summary>Changes with the style sheet; null when the firm has chosen no color.</summary>
    public static string? StyleVersion(FirmOptions firm) =>
        Css(firm) is { Length: > 0 } css
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(css)))[..12]
            : null;

    private static IResult Style(string? v, IOptions<FirmOptions> firm, HttpResponse response)
    {
        var version = StyleVersion(firm.Value) ?? "none";
        response.Headers.CacheControl = v == version ? ForGood : "no-cache";
        return Results.Bytes(
            Encoding.UTF8.GetBytes(Css(firm.Value)),
            "text/css; charset=utf-8",
            entityTag: new EntityTagHeaderValue($"\"{version}\"")
        );
    }

    private static async Task<IResult> LogoAsync(
        string digest,
        Logos logos,
        HttpResponse response,
        CancellationToken cancellation
    )
    {
        if (digest.Length != 16 || await logos.FindAsync(digest, cancellation) is not { } logo)
            return ErrorPages.For(StatusCodes.Status404NotFound);
        // The address changes with the picture. It is somebody's file: nothing in it may run.
        response.Headers.CacheControl = ForGood;
        response.Headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin"; // emails show it
        return Results.Bytes(
            logo.Content,
            logo.Type,
            lastModified: logo.AddedAt,
            entityTag: new EntityTagHeaderValue($"\"{digest}\"")
        );
    }

    private static string Css(FirmOptions firm)
    {
        var css = new StringBuilder();
        if (firm.Accent is { } accent)
        {
            // As css/tokens.css has them.
            css.Append(":root {\n");
            Pair("--accent", accent.Light, accent.Dark);
            Pair("--accent-strong", accent.LightStrong, accent.DarkStrong);
            Pair("--accent-soft", accent.LightSoft, accent.DarkSoft);
            Pair("--on-accent", "#ffffff", accent.OnDark);
            css.Append("}\n");
        }

        if (!string.IsNullOrEmpty(firm.Logo))
            css.Append(
                ".firm-logo { max-height: 2.25rem; max-width: 12rem; width: auto; height: auto; object-fit: contain; vertical-align: middle; }\n"
            );
        return css.ToString();

        void Pair(string name, string light, string dark) =>
            css.Append("  ")
                .Append(name)
                .Append(": light-dark(")
                .Append(light)
                .Append(", ")
                .Append(dark)
                .Append(");\n");
    }
}
