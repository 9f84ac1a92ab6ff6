using Anteroom.Accounts;
using Anteroom.Http;

namespace Anteroom.Api.V1;

/// <summary>Turns unhandled exceptions into problem details.</summary>
internal static class V1Errors
{
    /// <summary>Outside of everything that this door does.</summary>
    public static IApplicationBuilder UseV1Errors(this IApplicationBuilder app) =>
        app.UseWhen(
            context => Schemes.For(context.Request.Path) == Schemes.Bearer,
            branch =>
                branch.UseUnhandledErrors((context, status) => Problem.Of(status, Words(status)).ExecuteAsync(context))
        );

    private static string Words(int status) =>
        status switch
        {
            StatusCodes.Status413PayloadTooLarge => "The request is too large.",
            StatusCodes.Status503ServiceUnavailable =>
                "A part of the system is not answering. Please try again in half a minute.",
            StatusCodes.Status500InternalServerError =>
                "Something went wrong on our side. The error has been recorded.",
            _ => "The request could not be read.",
        };
}
