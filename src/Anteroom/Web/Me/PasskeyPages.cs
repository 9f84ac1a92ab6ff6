using Anteroom.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Me;

/// <summary>One's own passkeys. Making one needs the browser's JavaScript; everything else works without.</summary>
internal static class PasskeyPages
{
    /// <summary>Maps <c>/me/passkeys</c> and what is below it.</summary>
    public static void MapPasskeyPages(this IEndpointRouteBuilder pages)
    {
        var passkeys = pages.MapGroup("/me/passkeys").RequireAuthorization().KeepOutOfCaches();
        passkeys.MapGet("", ShowAsync);
        passkeys.MapPost("/options", OptionsAsync).LimitSignIns();
        passkeys.MapPost("", AddAsync);
        passkeys.MapPost("/rename", RenameAsync);
        passkeys.MapPost("/remove", RemoveAsync);
    }

    private static async Task<IResult> ShowAsync(
        CurrentUser who,
        UserManager<User> users,
        Passkeys passkeys,
        HttpContext context
    ) => await PageAsync(await MePages.FindAsync(users, who), passkeys, context.TakeFlash());

    private static async Task<IResult> OptionsAsync(
        [FromForm] string? password,
        CurrentUser who,
        UserManager<User> users,
        Passkeys passkeys,
        ConfirmPresence confirm,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await confirm.ProblemAsync(context, who.Id, password, cancellation) is { } problem
            ? Results.Text(T[problem], statusCode: StatusCodes.Status422UnprocessableEntity)
            : Results.Content(
                await passkeys.OptionsAsync(await MePages.FindAsync(users, who)),
                System.Net.Mime.MediaTypeNames.Application.Json
            );

    private static async Task<IResult> AddAsync(
        [FromForm] string? credential,
        [FromForm] string? name,
        CurrentUser who,
        UserManager<User> users,
        Passkeys passkeys,
        ConfirmPresence confirm,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var user = await MePages.FindAsync(users, who);
        // The question has asked for the password a moment ago.
        if (
            await confirm.ProblemAsync(context, who.Id, password: null, cancellation) is not null
            || !await passkeys.AddAsync(user, credential, name, cancellation)
        )
            return await PageAsync(user, passkeys, flash: null, refused: true);

        context.Leave(FlashMessage.PasskeyAdded);
        return Pages.SeeOther("/me/passkeys");
    }

    private static async Task<IResult> RenameAsync(
        [FromForm] string? id,
        [FromForm] string? name,
        CurrentUser who,
        UserManager<User> users,
        Passkeys passkeys,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Answer(
            await passkeys.RenameAsync(await MePages.FindAsync(users, who), id, name, cancellation),
            FlashMessage.PasskeyRenamed,
            context
        );

    private static async Task<IResult> RemoveAsync(
        [FromForm] string? id,
        CurrentUser who,
        UserManager<User> users,
        Passkeys passkeys,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Answer(
            await passkeys.RemoveAsync(await MePages.FindAsync(users, who), id, cancellation),
            FlashMessage.PasskeyRemoved,
            context
        );

    private static IResult Answer(bool done, FlashMessage flash, HttpContext context)
    {
        if (!done)
            return ErrorPages.For(
                StatusCodes.Status404NotFound,
                "There is no such passkey",
                "It may have been removed in another window. Your passkeys are listed on your account's page."
            );

        context.Leave(flash);
        return Pages.SeeOther("/me/passkeys");
    }

    private static async Task<IResult> PageAsync(
        User user,
        Passkeys passkeys,
        FlashMessage? flash,
        bool refused = false
    ) =>
        Pages.Page<PasskeysPage>(
            new
            {
                Keys = await passkeys.ListAsync(user),
                FlashMessage = flash,
                Refused = refused,
            },
            refused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
        );
}
