using Anteroom.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Account;

/// <summary>The pages for whoever has no password, or none anymore.</summary>
internal static class PasswordPages
{
    /// <summary>
    /// <c>/forgot</c> answers after this and the search for the user, and never waits for the email: the time does not tell whether there is one.
    /// </summary>
    private static readonly TimeSpan AtLeast = TimeSpan.FromMilliseconds(300);

    /// <summary>Maps <c>/forgot</c> and <c>/password</c>.</summary>
    public static void MapPasswordPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/forgot", IResult () => Pages.Page<ForgotPage>()).AllowAnonymous().InEveryLanguage();
        pages.MapPost("/forgot", ForgotAsync).AllowAnonymous().InEveryLanguage().LimitSignIns();
        pages.MapGet("/forgot/sent", IResult () => Pages.Page<ForgotSentPage>()).AllowAnonymous().InEveryLanguage();
        pages.MapGet("/password", ShowAsync).AllowAnonymous().InEveryLanguage().KeepOutOfCaches();
        pages.MapPost("/password", SetAsync).AllowAnonymous().InEveryLanguage().LimitSignIns().KeepOutOfCaches();
    }

    private static async Task<IResult> ForgotAsync(
        [FromForm] string? username,
        SendPasswordLink send,
        CancellationToken cancellation
    )
    {
        if (string.IsNullOrWhiteSpace(username))
        {
            var errors = new FieldErrors();
            errors.Add("username", "Please enter your user name or email address.");
            return Pages.Page<ForgotPage>(new { Errors = errors }, StatusCodes.Status422UnprocessableEntity);
        }

        // As a rule the email is written by then.
        await Task.WhenAll(send.RunAsync(username, cancellation), Task.Delay(AtLeast, cancellation));
        return Pages.SeeOther("/forgot/sent");
    }

    private static async Task<IResult> ShowAsync(
        string? user,
        string? token,
        SetPassword setPassword,
        CancellationToken cancellation
    ) =>
        Guid.TryParse(user, out var id) && await setPassword.FindAsync(id, token, cancellation) is { } found
            ? Pages.Page<PasswordPage>(new { For = found, Token = token })
            : LinkSpent();

    private static async Task<IResult> SetAsync(
        [FromForm] string? user,
        [FromForm] string? token,
        [FromForm] string? password,
        SetPassword setPassword,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!Guid.TryParse(user, out var id))
            return LinkSpent();

        switch (await setPassword.RunAsync(id, token, password, cancellation))
        {
            case SetPasswordResult.Set set:
                // Who has a second factor is asked for it all the same.
                if (set.User.TwoFactorEnabled)
                {
                    await sessions.AskForCodeAsync(context, set.User);
                    return Pages.SeeOther("/signin/code");
                }

                await sessions.OpenAsync(context, set.User, cancellation);
                return Pages.SeeOther("/leads");
            case SetPasswordResult.Invalid invalid
                when await setPassword.FindAsync(id, token, cancellation) is { } found:
                return Pages.Page<PasswordPage>(
                    new
                    {
                        For = found,
                        Token = token,
                        invalid.Errors,
                    },
                    StatusCodes.Status422UnprocessableEntity
                );
            default:
                return LinkSpent();
        }
    }

    private static IResult LinkSpent() =>
        ErrorPages.For(
            StatusCodes.Status410Gone,
            "This link no longer works",
            "It has been used, has expired or is incomplete. On the sign-in page, “Forgot your password?” sends a new one."
        );
}
