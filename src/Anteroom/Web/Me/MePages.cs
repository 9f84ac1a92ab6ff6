using Anteroom.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Me;

/// <summary>A profile as its form sends it; boxes that are not ticked are not sent.</summary>
internal sealed record PostedProfile
{
    [FromForm(Name = "full_name")]
    public string? FullName { get; init; }

    [FromForm]
    public string? Email { get; init; }

    [FromForm(Name = "gets_reports")]
    public bool? GetsReports { get; init; }

    [FromForm(Name = "current_password")]
    public string? CurrentPassword { get; init; }

    public Profile ToProfile(PostedAvailability takes) =>
        new(FullName, Email, takes.ToAvailability(), GetsReports ?? false) { CurrentPassword = CurrentPassword };
}

/// <summary>What everybody does with their own account: profile and password.</summary>
internal static class MePages
{
    /// <summary>Maps <c>/me</c> and <c>/me/password</c>.</summary>
    public static void MapMePages(this IEndpointRouteBuilder pages)
    {
        var me = pages.MapGroup("/me").RequireAuthorization().KeepOutOfCaches();
        me.MapGet("", ShowAsync);
        me.MapPost("", SaveAsync);
        me.MapPost("/appearance", ChangeAppearance);
        me.MapPost("/language", ChooseLanguageAsync);
        me.MapGet(
            "/password",
            async Task<IResult> (CurrentUser who, UserManager<User> users, Passkeys passkeys, HttpContext context) =>
                Pages.Page<ChangePasswordPage>(
                    new
                    {
                        Keys = await passkeys.ListAsync(await FindAsync(users, who)),
                        FlashMessage = context.TakeFlash(),
                    }
                )
        );
        me.MapPost("/password", ChangePasswordAsync);
    }

    private static async Task<IResult> ShowAsync(
        CurrentUser who,
        UserManager<User> users,
        TimeProvider time,
        HttpContext context
    )
    {
        var user = await FindAsync(users, who);
        return Pages.Page<ProfilePage>(
            new
            {
                Who = user,
                Form = Profile.Of(user, time.GetUtcNow()),
                FlashMessage = context.TakeFlash(),
            }
        );
    }

    private static async Task<IResult> SaveAsync(
        [AsParameters] PostedProfile posted,
        [AsParameters] PostedAvailability takes,
        CurrentUser who,
        UpdateProfile update,
        UserManager<User> users,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var form = posted.ToProfile(takes);
        switch (await update.RunAsync(who.Id, form, cancellation))
        {
            case UpdateProfileResult.Saved saved:
                await sessions.RenewAsync(context, saved.User, cancellation);
                context.Leave(saved.AddressWaits ? FlashMessage.AddressWaits : FlashMessage.ProfileSaved);
                return Pages.SeeOther("/me");
            case UpdateProfileResult.Invalid invalid:
                return Pages.Page<ProfilePage>(
                    new
                    {
                        Who = await FindAsync(users, who),
                        Form = form,
                        invalid.Errors,
                    },
                    StatusCodes.Status422UnprocessableEntity
                );
            default:
                throw new InvalidOperationException("Neither saved nor refused.");
        }
    }

    private static IResult ChangeAppearance([FromForm] string? appearance, HttpContext context)
    {
        if (!WireName.TryParse(appearance, out Appearance wanted))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        Appearances.Keep(context, wanted);
        context.Leave(FlashMessage.AppearanceChanged);
        return Pages.SeeOther("/me");
    }

    private static async Task<IResult> ChooseLanguageAsync(
        [FromForm] string? language,
        [FromForm(Name = "time_zone")] string? zone,
        CurrentUser who,
        ChooseLanguage choose,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        Language? wanted = WireName.TryParse(language, out Language chosen) ? chosen : null;
        if (
            (wanted is null && !string.IsNullOrEmpty(language))
            || !await choose.RunAsync(who.Id, wanted, string.IsNullOrEmpty(zone) ? null : zone, cancellation)
        )
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        context.Leave(FlashMessage.LanguageChosen);
        return Pages.SeeOther("/me");
    }

    private static async Task<IResult> ChangePasswordAsync(
        [FromForm(Name = "current_password")] string? current,
        [FromForm(Name = "new_password")] string? wanted,
        CurrentUser who,
        ChangePassword change,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        switch (await change.RunAsync(who.Id, current, wanted, cancellation))
        {
            case ChangePasswordResult.Changed changed:
                await sessions.RenewAsync(context, changed.User, cancellation);
                context.Leave(FlashMessage.PasswordChanged);
                return Pages.SeeOther("/me/password");
            case ChangePasswordResult.WrongPassword wrong:
                return Again("current_password", wrong.Problem);
            case ChangePasswordResult.Invalid invalid:
                return Again("new_password", [.. invalid.Problems]);
            default:
                throw new InvalidOperationException("Neither changed nor refused.");
        }

        static IResult Again(string field, params ReadOnlySpan<Sentence> problems)
        {
            var errors = new FieldErrors();
            foreach (var problem in problems)
                errors.Add(field, problem);
            return Pages.Page<ChangePasswordPage>(new { Errors = errors }, StatusCodes.Status422UnprocessableEntity);
        }
    }

    /// <summary>The account of who is signed in: it is there, for the session has just been checked.</summary>
    internal static async Task<User> FindAsync(UserManager<User> users, CurrentUser who) =>
        await users.FindByIdAsync(who.Id.ToString())
        ?? throw new InvalidOperationException("The signed-in user has no account.");
}
