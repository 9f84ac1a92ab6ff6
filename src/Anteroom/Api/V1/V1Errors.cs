using Anteroom.Accounts;
using Anteroom.Http;
using Microsoft.AspNetCore.Diagnostics;

namespace Anteroom.Api.V1;

/// <summary>Turns unhandled exceptions into problem details.</summary>
internal static class V1Errors
{
    /// <summary>Outside of everything that this door does.</summary>
    public static IApplicationBuilder UseV1Errors(this IApplicationBuilder app) =>
        app.UseWhen(
            context => Schemes.For(context.Request.Path) == Schemes.Bearer,
            branch =>
                branch.UseExceptionHandler(
                    new ExceptionHandlerOptions
                    {
                        ExceptionHandler = AnswerAsync,
                        SuppressDiagnosticsCallback = Outage.IsKnown,
                    }
                )
        );

    private static Task AnswerAsync(HttpContext context)
    {
        var exception = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problem
                    .Of(StatusCodes.Status413PayloadTooLarge, "The request is too large.")
                    .ExecuteAsync(context);
            case BadHttpRequestException bad:
                return Problem.Of(bad.StatusCode, "The request could not be read.").ExecuteAsync(context);
            case { } outage when Outage.Is(outage):
                Outage.AskToRetry(context, outage);
                return Problem
                    .Of(
                        StatusCodes.Status503ServiceUnavailable,
                        "A part of the system is not answering. Please try again in half a minute."
                    )
                    .ExecuteAsync(context);
            default:
                return Problem
                    .Of(
                        StatusCodes.Status500InternalServerError,
                        "Something went wrong on our side. The error has been recorded."
                    )
                    .ExecuteAsync(context);
        }
    }
}
