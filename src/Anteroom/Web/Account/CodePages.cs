using Anteroom.Accounts;
using Anteroom.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Account;

/// <summary>Signing in with more than a password: by a code after it, or by a passkey in its place.</summary>
internal static class CodePages
{
    /// <summary>Maps <c>/signin/code</c> and <c>/signin/passkey</c>.</summary>
    public static void MapCodePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/signin/code", ShowAsync).AllowAnonymous().KeepOutOfCaches();
        pages.MapPost("/signin/code", CheckAsync).AllowAnonymous().LimitSignIns().KeepOutOfCaches();
        pages.MapPost("/signin/passkey/options", PasskeyOptionsAsync).AllowAnonymous().LimitSignIns().KeepOutOfCaches();
        pages.MapPost("/signin/passkey", UsePasskeyAsync).AllowAnonymous().LimitSignIns().KeepOutOfCaches();
    }

    private static async Task<IResult> ShowAsync(string? returnUrl, SignInManager<User> signIn) =>
        await signIn.GetTwoFactorAuthenticationUserAsync() is null
            ? Pages.SeeOther("/signin")
            : Pages.Page<CodePage>(new { ReturnUrl = AccountPages.Local(returnUrl) });

    private static async Task<IResult> CheckAsync(
        [FromForm] string? code,
        [FromForm] string? returnUrl,
        SignInManager<User> signIn,
        LogIn logIn,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        // The step between password and code takes five minutes at most.
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { } user)
            return Pages.SeeOther("/signin");
        if (await logIn.CodeFitsAsync(user, code, cancellation) is null)
        {
            await context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
            await signIn.SignInAsync(user, isPersistent: false);
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
        SignInManager<User> signIn,
        LogIn logIn,
        CancellationToken cancellation
    ) =>
        await PasskeyFitsAsync(credential, signIn, logIn, cancellation)
            ? Pages.SeeOther(AccountPages.Local(returnUrl))
            : Pages.Page<SignInPage>(
                new { ReturnUrl = AccountPages.Local(returnUrl), PasskeyRefused = true },
                StatusCodes.Status422UnprocessableEntity
            );

    private static async Task<bool> PasskeyFitsAsync(
        string? credential,
        SignInManager<User> signIn,
        LogIn logIn,
        CancellationToken cancellation
    )
    {
        try
        {
            if (string.IsNullOrEmpty(credential) || !(await signIn.PasskeySignInAsync(credential)).Succeeded)
                return false;
            if (await signIn.UserManager.GetUserAsync(signIn.Context.User) is { } user)
                await logIn.AuditAsync(user, "with a passkey", cancellation);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // the question is too old or was another browser's
        }
    }
}
