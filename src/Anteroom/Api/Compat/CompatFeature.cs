using Anteroom.Accounts;
using Anteroom.Http;
using Microsoft.AspNetCore.Diagnostics;

namespace Anteroom.Api.Compat;

/// <summary>
/// The Django-style door as a whole: <c>/api/…</c> (without <c>/api/v1</c>) and <c>/media/…</c>, with and without the slash at
/// the end, answering everything that happens there as Django REST framework 3.14 does.
/// </summary>
internal static class CompatFeature
{
    public static void MapCompat(this IEndpointRouteBuilder routes)
    {
        var door = routes
            .MapGroup("")
            .WithGroupName("compat")
            .DisableAntiforgery() // no cookie is looked at here
            .AddEndpointFilter(KeepOutOfCaches);
        door.MapCompatLeads();
        door.MapCompatAuth();
        foreach (var elsewhere in (string[])["/api/{**path}", "/media/{**path}"])
            door.Map(elsewhere, CompatAnswers.NotFound).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Turns unhandled exceptions into this door's errors. Outside of everything that it does.</summary>
    public static IApplicationBuilder UseCompatErrors(this IApplicationBuilder app) =>
        app.UseWhen(
            context => Schemes.For(context.Request.Path) == Schemes.Token,
            branch =>
                branch.UseExceptionHandler(
                    new ExceptionHandlerOptions
                    {
                        ExceptionHandler = AnswerExceptionAsync,
                        SuppressDiagnosticsCallback = Outage.IsKnown,
                    }
                )
        );

    private static Task AnswerExceptionAsync(HttpContext context)
    {
        var exception = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var (status, sentence) = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (
                StatusCodes.Status413PayloadTooLarge,
                "The request is too large."
            ),
            BadHttpRequestException bad => (bad.StatusCode, "The request could not be read."),
            _ when Outage.Is(exception) => (
                StatusCodes.Status503ServiceUnavailable,
                "Service temporarily unavailable, try again later."
            ),
            _ => (StatusCodes.Status500InternalServerError, "A server error occurred."),
        };
        if (status == StatusCodes.Status503ServiceUnavailable)
            Outage.AskToRetry(context, exception!);
        return CompatAnswers.Detail(status, sentence).ExecuteAsync(context);
    }

    // Tokens, and what prospects told the firm.
    private static ValueTask<object?> KeepOutOfCaches(
        EndpointFilterInvocationContext invocation,
        EndpointFilterDelegate next
    )
    {
        invocation.HttpContext.Response.Headers.CacheControl = "private, no-store";
        return next(invocation);
    }
}
