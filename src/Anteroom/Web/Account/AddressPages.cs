using Anteroom.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Account;

/// <summary>The page behind the link that confirms a new address.</summary>
public static class AddressPages
{
    /// <summary>Maps <c>/email</c>.</summary>
    public static void MapAddressPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/email", ShowAsync).AllowAnonymous().InEveryLanguage().KeepOutOfCaches();
        pages.MapPost("/email", ConfirmAsync).AllowAnonymous().InEveryLanguage().LimitSignIns().KeepOutOfCaches();
    }

    private static async Task<IResult> ShowAsync(
        string? user,
        string? token,
        ConfirmAddress confirm,
        CancellationToken cancellation
    ) =>
        Guid.TryParse(user, out var id) && await confirm.FindAsync(id, token, cancellation) is { } address
            ? Pages.Page<AddressPage>(
                new
                {
                    UserId = id,
                    Token = token,
                    Address = address,
                }
            )
            : LinkSpent();

    private static async Task<IResult> ConfirmAsync(
        [FromForm] string? user,
        [FromForm] string? token,
        ConfirmAddress confirm,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!Guid.TryParse(user, out var id) || await confirm.RunAsync(id, token, cancellation) is not { } changed)
            return LinkSpent();
        if (CurrentUser.From(context.User)?.Id == id)
            await sessions.RenewAsync(context, changed, cancellation);
        return Pages.SeeOther("/me");
    }

    private static IResult LinkSpent() =>
        ErrorPages.For(
            StatusCodes.Status410Gone,
            "This link no longer works",
            "It has been used, has expired or is incomplete, or someone else has the address now. You can ask for a new one in your profile."
        );
}
