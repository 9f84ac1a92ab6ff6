using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Anteroom.Web;

/// <summary>
/// What is compressed on the way: pages, and the JSON and CSV that programs read. Over HTTPS, too. Whoever can have us compress guesses beside a
/// secret learns it from the length (BREACH): so the addresses that give out tokens are left out, and pages are safe because cookies
/// are SameSite. Styles and scripts are compressed by the build.
/// </summary>
internal sealed class Compression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    private const string Page = "text/html";
    private static readonly PathString[] ToRead = ["/api", "/openapi"];
    private static readonly PathString[] Secret = ["/api/auth", "/api/v1/auth"];

    public static void Set(ResponseCompressionOptions options)
    {
        options.EnableForHttps = true;
        options.MimeTypes = [Page, "application/json", "application/x-ndjson", "text/csv"];
    }

    public override bool ShouldCompressResponse(HttpContext context) =>
        base.ShouldCompressResponse(context)
        && (
            context.Response.ContentType!.StartsWith(Page, StringComparison.OrdinalIgnoreCase)
            || (
                HttpMethods.IsGet(context.Request.Method)
                && IsBelow(ToRead, context.Request.Path)
                && !IsBelow(Secret, context.Request.Path)
            )
        );

    private static bool IsBelow(PathString[] places, PathString path) =>
        Array.Exists(places, place => path.StartsWithSegments(place, StringComparison.OrdinalIgnoreCase));
}
