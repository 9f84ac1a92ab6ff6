using System.Net.Mime;

namespace Anteroom.Http;

/// <summary>
/// HEAD is answered wherever GET is, with the same status and headers (RFC 9110 section 9.3.2): everything after this sees a GET, and the
/// web server, which remembers what was asked, sends no body. A stream of events, which has no end, ends with its headers.
/// </summary>
internal static class HeadAsGet
{
    /// <summary>Before routing.</summary>
    public static IApplicationBuilder UseHeadAsGet(this IApplicationBuilder app) =>
        app.Use(
            (context, next) => HttpMethods.IsHead(context.Request.Method) ? GetAsync(context, next) : next(context)
        );

    private static async Task GetAsync(HttpContext context, RequestDelegate next)
    {
        var response = context.Response;
        var left = context.RequestAborted;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(left);
        context.Request.Method = HttpMethods.Get;
        context.RequestAborted = end.Token;
        response.OnStarting(() =>
            response.ContentType?.StartsWith(MediaTypeNames.Text.EventStream, StringComparison.Ordinal) == true
                ? end.CancelAsync()
                : Task.CompletedTask
        );
        try
        {
            await next(context);
            if (!response.HasStarted && response.StatusCode is not (204 or 304))
                response.ContentLength ??= 0;
        }
        catch (OperationCanceledException) when (response.HasStarted && !left.IsCancellationRequested) { }
        finally
        {
            context.RequestAborted = left;
        }
    }
}
