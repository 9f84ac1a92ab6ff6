using Anteroom.Accounts;
using Anteroom.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using SignInResult = Microsoft.AspNetCore.Identity.SignInResult;

namespace Anteroom.Web.Account;

/// <summary>Signing in with more than a password: by a code after it, or by a passkey in its place.</summary>
public static class CodePages
{
    /// <summary>Maps <c>/signin/code</c> and <c>/signin/passkey</c>.</summary>
    public static void MapCodePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/signin/code", ShowAsync).AllowAnonymous().KeepOutOfCaches();
        pages.MapPost("/signin/code", CheckAsync).AllowAnonymous().LimitSignIns().KeepOutOfCaches();
        pages
            .MapPost("/signin/passkey/options", PasskeyOptionsAsync)
            .AllowAnonymous()
            .LimitSignIns()
            .KeepOutOfCaches();
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
        UserManager<User> users,
        LogIn logIn,
        CancellationToken cancellation
    )
    {
        // The step between password and code takes five minutes at most.
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { } user)
            return Pages.SeeOther("/signin");
        if ((await SignInAsync(TwoFactor.Digits(code), user, signIn, users)).Succeeded)
        {
            await logIn.AuditAsync(user, "with a password and a code", cancellation);
            return Pages.SeeOther(AccountPages.Local(returnUrl));
        }

        await logIn.RefuseAsync(user, "with a wrong code", cancellation);
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

    /// <summary>Six digits are the app's; everything else is taken for a recovery code.</summary>
    private static async Task<SignInResult> SignInAsync(
        string code,
        User user,
        SignInManager<User> signIn,
        UserManager<User> users
    )
    {
        if (code.Length == 6 && code.All(char.IsAsciiDigit))
            return await signIn.TwoFactorAuthenticatorSignInAsync(code, isPersistent: false, rememberClient: false);

        // Identity does not count wrong recovery codes; here they count like any other wrong try.
        if (await users.IsLockedOutAsync(user))
            return SignInResult.LockedOut;
        var result = await signIn.TwoFactorRecoveryCodeSignInAsync(code.ToUpperInvariant());
        if (!result.Succeeded)
            await users.AccessFailedAsync(user);
        return result;
    }
}
