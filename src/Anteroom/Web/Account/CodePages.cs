using Anteroom.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Account;

/// <summary>Signing in with more than a password: by a code after it, or by a passkey in its place.</summary>
internal static class CodePages
{
    /// <summary>Maps <c>/signin/code</c> and <c>/signin/passkey</c>.</summary>
    public static void MapCodePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/signin/code", ShowAsync).AllowAnonymous().InEveryLanguage().KeepOutOfCaches();
        pages.MapPost("/signin/code", CheckAsync).AllowAnonymous().InEveryLanguage().LimitSignIns().KeepOutOfCaches();
        pages
            .MapPost("/signin/passkey/options", PasskeyOptionsAsync)
            .AllowAnonymous()
            .InEveryLanguage()
            .LimitSignIns()
            .KeepOutOfCaches();
        pages
            .MapPost("/signin/passkey", UsePasskeyAsync)
            .AllowAnonymous()
            .InEveryLanguage()
            .LimitSignIns()
            .KeepOutOfCaches();
    }

    private static async Task<IResult> ShowAsync(string? returnUrl, UserSessions sessions, HttpContext context) =>
        await sessions.WhoseCodeAsync(context) is null
            ? Pages.SeeOther("/signin")
            : Pages.Page<CodePage>(new { ReturnUrl = AccountPages.Local(returnUrl) });

    private static async Task<IResult> CheckAsync(
        [FromForm] string? code,
        [FromForm] string? returnUrl,
        UserSessions sessions,
        LogIn logIn,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        // The step between password and code takes five minutes at most.
        if (await sessions.WhoseCodeAsync(context) is not { } user)
            return Pages.SeeOther("/signin");
        if (await logIn.CodeFitsAsync(user, code, cancellation) is null)
        {
            await sessions.OpenAsync(context, user, cancellation);
            await logIn.AuditAsync(user, "with a password and a code", cancellation);
            return Pages.SeeOther(AccountPages.Local(returnUrl));
        }

        return Pages.Page<CodePage>(
            new { ReturnUrl = AccountPages.Local(returnUrl), Refused = true },
            StatusCodes.Status422UnprocessableEntity
        );
    }

    private static async Task<IResult> PasskeyOptionsAsync(SignInManager<User> signIn) =>
        Results.Content(
            await signIn.MakePasskeyRequestOptionsAsync(user: null),
            System.Net.Mime.MediaTypeNames.Application.Json
        );

    private static async Task<IResult> UsePasskeyAsync(
        [FromForm] string? credential,
        [FromForm] string? returnUrl,
        Passkeys passkeys,
        UserSessions sessions,
        LogIn logIn,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await passkeys.WhoseAsync(credential) is { Active: true } user)
        {
            await sessions.OpenAsync(context, user, cancellation);
            await logIn.AuditAsync(user, "with a passkey", cancellation);
            return Pages.SeeOther(AccountPages.Local(returnUrl));
        }

        await logIn.RefuseAsync(user: null, "with a passkey that fits none", cancellation);
        return Pages.Page<SignInPage>(
            new { ReturnUrl = AccountPages.Local(returnUrl), PasskeyRefused = true },
            StatusCodes.Status422UnprocessableEntity
        );
    }
}
