using System.Globalization;
using Anteroom.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>What was typed into the form for a token.</summary>
public sealed record NewTokenForm(string? User, string? Name, string? Days);

/// <summary>API tokens, for administrators.</summary>
internal static class TokenPages
{
    public static void MapTokenPages(this IEndpointRouteBuilder pages)
    {
        var tokens = pages.MapGroup("/admin/tokens").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        tokens.MapGet("", ShowAsync);
        tokens.MapPost("", CreateAsync);
        tokens.MapPost("/{id:guid}/revoke", RevokeAsync);
        tokens.MapPost("/of/{number:long}/revoke", RevokeAllAsync);
    }

    private static async Task<IResult> ShowAsync(
        GovernTokens tokens,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<TokensPage>(
            new
            {
                Tokens = await tokens.ListAsync(cancellation),
                Owners = await tokens.OwnersAsync(cancellation),
                FlashMessage = context.TakeFlash(),
            }
        );

    private static async Task<IResult> CreateAsync(
        [FromForm] string? user,
        [FromForm] string? name,
        [FromForm] string? days,
        GovernTokens tokens,
        CancellationToken cancellation
    )
    {
        var result = await tokens.CreateAsync(user, name, days, cancellation);
        // Shown in the answer itself and kept nowhere: a reload asks to send the form again, and makes another.
        return Pages.Page<TokensPage>(
            new
            {
                Tokens = await tokens.ListAsync(cancellation),
                Owners = await tokens.OwnersAsync(cancellation),
                Created = result as CreateTokenResult.Created,
                Form = result is CreateTokenResult.Invalid ? new NewTokenForm(user, name, days) : new(null, null, null),
                Errors = (result as CreateTokenResult.Invalid)?.Errors ?? new FieldErrors(),
            },
            result is CreateTokenResult.Invalid ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
        );
    }

    private static async Task<IResult> RevokeAsync(
        Guid id,
        GovernTokens tokens,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await tokens.RevokeAsync(id, cancellation);
        context.Leave(FlashMessage.TokenRevoked);
        return Pages.SeeOther("/admin/tokens");
    }

    private static async Task<IResult> RevokeAllAsync(
        long number,
        GovernTokens tokens,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await tokens.RevokeAllAsync(number, cancellation) is null)
            return ErrorPages.For(
                StatusCodes.Status404NotFound,
                T["There is no user {0}", number.ToString(CultureInfo.InvariantCulture)],
                "The number may be mistyped. Users are never deleted, only deactivated."
            );
        context.Leave(FlashMessage.TokensRevoked);
        return Pages.SeeOther("/admin/tokens");
    }
}
