using Microsoft.AspNetCore.Diagnostics;

namespace Anteroom.Http;

/// <summary>What nobody caught, as a status code: each door has words of its own for it.</summary>
internal static class UnhandledErrors
{
    /// <summary>Answers what later middleware throws: a bad request's own code, 503 in an outage, or else 500.</summary>
    /// <param name="app">Outside of everything that the door does.</param>
    /// <param name="answer">Answers in the door's words.</param>
    public static IApplicationBuilder UseUnhandledErrors(
        this IApplicationBuilder app,
        Func<HttpContext, int, Task> answer
    ) =>
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                ExceptionHandler = context => answer(context, StatusOf(context)),
                SuppressDiagnosticsCallback = context => Outage.Is(context.Exception), // OutageLog says it, once
            }
        );

    private static int StatusOf(HttpContext context)
    {
        switch (context.Features.Get<IExceptionHandlerFeature>()?.Error)
        {
            case BadHttpRequestException bad:
                return bad.StatusCode;
            case { } outage when Outage.Is(outage):
                Outage.AskToRetry(context, outage);
                return StatusCodes.Status503ServiceUnavailable;
            default:
                return StatusCodes.Status500InternalServerError;
        }
    }
}
