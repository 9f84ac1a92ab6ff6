using Anteroom.Accounts;
using Anteroom.Api.Compat;
using Anteroom.Api.V1;
using Microsoft.AspNetCore.Http.Features;

namespace Anteroom.Api;

/// <summary>
/// A body is read as it comes. One that says it is compressed is refused with what would be right (RFC 9110 section 15.5.16), in the
/// words of the door, rather than called bad JSON: a few bytes could unpack to gigabytes.
/// </summary>
internal static class RefuseCompressedBodies
{
    private const string Sentence =
        "The body is compressed (Content-Encoding), and this server reads no compressed bodies. Please send it uncompressed.";

    public static IApplicationBuilder UseRefusalOfCompressedBodies(this IApplicationBuilder app) =>
        app.Use((context, next) => IsCompressed(context) ? RefuseAsync(context) : next(context));

    private static bool IsCompressed(HttpContext context) =>
        context.Request.Headers.ContentEncoding is { Count: > 0 } coding
        && !string.Equals(coding.ToString().Trim(), "identity", StringComparison.OrdinalIgnoreCase)
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    private static Task RefuseAsync(HttpContext context)
    {
        const int status = StatusCodes.Status415UnsupportedMediaType;
        context.Response.Headers.AcceptEncoding = "identity";
        switch (Schemes.For(context.Request.Path))
        {
            case Schemes.Bearer:
                return Problem.Of(status, Sentence).ExecuteAsync(context);
            case Schemes.Token:
                return CompatAnswers.Detail(status, Sentence).ExecuteAsync(context);
            default:
                context.Response.StatusCode = status; // the error pages word it
                return Task.CompletedTask;
        }
    }
}
