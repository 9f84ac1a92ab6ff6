using Anteroom.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Me;

/// <summary>Setting up and taking down one's own second factor.</summary>
internal static class TwoFactorPages
{
    /// <summary>Maps <c>/me/two-factor</c> and what is below it.</summary>
    public static void MapTwoFactorPages(this IEndpointRouteBuilder pages)
    {
        var twoFactor = pages.MapGroup("/me/two-factor").RequireAuthorization().KeepOutOfCaches().WithoutSecondFactor();
        twoFactor.MapGet("", ShowAsync);
        twoFactor.MapPost("/begin", BeginAsync);
        twoFactor.MapPost("/confirm", ConfirmAsync);
        twoFactor.MapPost("/codes", NewCodesAsync);
        twoFactor.MapGet("/codes", ShowCodes);
        twoFactor.MapPost("/disable", DisableAsync);
    }

    private static async Task<IResult> ShowAsync(
        CurrentUser who,
        UserManager<User> users,
        TwoFactor twoFactor,
        HttpContext context
    ) =>
        await PageAsync(
            await MePages.FindAsync(users, who),
            twoFactor,
            context.TakeFlash(),
            demanded: SecondFactorDemand.IsOn(context)
        );

    private static async Task<IResult> BeginAsync(
        [FromForm] string? password,
        CurrentUser who,
        UserManager<User> users,
        UserSessions sessions,
        ConfirmPresence confirm,
        TwoFactor twoFactor,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var user = await MePages.FindAsync(users, who);
        if (!user.TwoFactorEnabled)
        {
            if (await confirm.ProblemAsync(context, who.Id, password, cancellation) is { } problem)
                return await RefuseAsync(user, twoFactor, "password", problem);
            await twoFactor.BeginAsync(user, cancellation);
            await sessions.RenewAsync(context, user, cancellation);
        }

        return Pages.SeeOther("/me/two-factor");
    }

    private static async Task<IResult> ConfirmAsync(
        [FromForm] string? code,
        CurrentUser who,
        UserManager<User> users,
        UserSessions sessions,
        TwoFactor twoFactor,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var user = await MePages.FindAsync(users, who);
        if (user.TwoFactorEnabled)
            return Pages.SeeOther("/me/two-factor");
        var confirmed = await twoFactor.ConfirmAsync(user, code, cancellation);
        if (confirmed is ConfirmAppResult.Refused refused)
            return await RefuseAsync(user, twoFactor, "code", refused.Problem);

        await sessions.RenewAsync(context, user, cancellation);
        context.Leave(FlashMessage.TwoFactorOn);
        CodesOnce.Leave(context, who, ((ConfirmAppResult.On)confirmed).Codes);
        return Pages.SeeOther("/me/two-factor/codes");
    }

    private static async Task<IResult> NewCodesAsync(
        [FromForm] string? password,
        CurrentUser who,
        UserManager<User> users,
        ConfirmPassword confirm,
        TwoFactor twoFactor,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var user = await MePages.FindAsync(users, who);
        if (!user.TwoFactorEnabled)
            return Pages.SeeOther("/me/two-factor");
        if (await confirm.ProblemAsync(who.Id, password, cancellation) is { } problem)
            return await RefuseAsync(user, twoFactor, "password", problem);

        CodesOnce.Leave(context, who, await twoFactor.NewCodesAsync(user));
        return Pages.SeeOther("/me/two-factor/codes");
    }

    private static IResult ShowCodes(CurrentUser who, HttpContext context) =>
        CodesOnce.Take(context, who) is { } codes
            ? Pages.Page<RecoveryCodesPage>(new { Codes = codes, FlashMessage = context.TakeFlash() })
            : Pages.SeeOther("/me/two-factor");

    private static async Task<IResult> DisableAsync(
        [FromForm] string? password,
        CurrentUser who,
        UserManager<User> users,
        UserSessions sessions,
        ConfirmPassword confirm,
        TwoFactor twoFactor,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var user = await MePages.FindAsync(users, who);
        if (await confirm.ProblemAsync(who.Id, password, cancellation) is { } problem)
            return await RefuseAsync(user, twoFactor, "password", problem);

        await twoFactor.DisableAsync(user, cancellation);
        await sessions.RenewAsync(context, user, cancellation);
        context.Leave(FlashMessage.TwoFactorOff);
        return Pages.SeeOther("/me/two-factor");
    }

    private static async Task<IResult> RefuseAsync(User user, TwoFactor twoFactor, string field, string sentence)
    {
        var errors = new FieldErrors();
        errors.Add(field, sentence);
        return await PageAsync(user, twoFactor, flash: null, errors);
    }

    private static async Task<IResult> PageAsync(
        User user,
        TwoFactor twoFactor,
        FlashMessage? flash,
        FieldErrors? errors = null,
        bool demanded = false
    ) =>
        Pages.Page<TwoFactorPage>(
            new
            {
                IsOn = user.TwoFactorEnabled,
                Key = user.TwoFactorEnabled ? null : await twoFactor.KeyAsync(user),
                CodesLeft = user.TwoFactorEnabled ? await twoFactor.CodesLeftAsync(user) : 0,
                Errors = errors ?? new FieldErrors(),
                FlashMessage = flash,
                IsDemanded = demanded,
            },
            errors is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}
