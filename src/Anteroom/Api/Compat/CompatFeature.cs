using Anteroom.Accounts;
using Anteroom.Http;

namespace Anteroom.Api.Compat;

/// <summary>
/// The Django-style door as a whole: <c>/api/…</c> (without <c>/api/v1</c>) and <c>/media/…</c>, with and without the slash at
/// the end, answering everything that happens there as Django REST framework 3.14 does.
/// </summary>
internal static class CompatFeature
{
    public static void MapCompat(this IEndpointRouteBuilder routes)
    {
        var door = routes.MapGroup("").WithGroupName("compat").DisableAntiforgery(); // no cookie is looked at here
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
                branch.UseUnhandledErrors(
                    (context, status) => CompatAnswers.Detail(status, Words(status)).ExecuteAsync(context)
                )
        );

    private static string Words(int status) =>
        status switch
        {
            StatusCodes.Status413PayloadTooLarge => "The request is too large.",
            StatusCodes.Status503ServiceUnavailable => "Service temporarily unavailable, try again later.",
            StatusCodes.Status500InternalServerError => "A server error occurred.",
            _ => "The request could not be read.",
        };
}
