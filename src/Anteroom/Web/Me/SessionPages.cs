using Anteroom.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Me;

/// <summary>Where one is signed in, and ending it.</summary>
public static class SessionPages
{
    /// <summary>Maps <c>/me/sessions</c> and what is below it.</summary>
    public static void MapSessionPages(this IEndpointRouteBuilder pages)
    {
        var sessions = pages.MapGroup("/me/sessions").RequireAuthorization().KeepOutOfCaches();
        sessions.MapGet("", ShowAsync);
        sessions.MapPost("/end", EndAsync);
        sessions.MapPost("/others", EndOthersAsync);
    }

    private static async Task<IResult> ShowAsync(
        CurrentUser who,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<SessionsPage>(
            new
            {
                Rows = await sessions.ListAsync(who.Id, cancellation),
                Here = UserSessions.Of(context.User),
                FlashMessage = context.TakeFlash(),
            }
        );

    private static async Task<IResult> EndAsync(
        [FromForm] Guid? id,
        CurrentUser who,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (id is { } wanted && await sessions.EndAsync(who, wanted, cancellation))
            context.Leave(FlashMessage.SessionEnded);
        return Pages.SeeOther("/me/sessions");
    }

    private static async Task<IResult> EndOthersAsync(
        CurrentUser who,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await sessions.EndOthersAsync(who, UserSessions.Of(context.User), cancellation);
        context.Leave(FlashMessage.SessionEnded);
        return Pages.SeeOther("/me/sessions");
    }
}
