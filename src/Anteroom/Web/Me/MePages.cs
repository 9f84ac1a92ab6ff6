using Anteroom.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Me;

/// <summary>What everybody does with their own account: profile and password.</summary>
public static class MePages
{
    /// <summary>Maps <c>/me</c> and <c>/me/password</c>.</summary>
    public static void MapMePages(this IEndpointRouteBuilder pages)
    {
        var me = pages.MapGroup("/me").RequireAuthorization().KeepOutOfCaches();
        me.MapGet("", ShowAsync);
        me.MapPost("", SaveAsync);
        me.MapPost("/appearance", ChangeAppearance);
        me.MapGet(
            "/password",
            IResult (HttpContext context) => Pages.Page<ChangePasswordPage>(new { FlashMessage = context.TakeFlash() })
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
        [FromForm(Name = "full_name")] string? fullName,
        [FromForm] string? email,
        [FromForm] bool? available,
        [FromForm(Name = "away_until")] string? awayUntil,
        [FromForm] string? capacity,
        [FromForm(Name = "practice_area")] string? practiceArea,
        [FromForm(Name = "gets_reports")] bool? getsReports,
        CurrentUser who,
        UpdateProfile update,
        UserManager<User> users,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var form = new Profile(
            fullName,
            email,
            available ?? false,
            awayUntil,
            capacity,
            practiceArea,
            getsReports ?? false
        );
        switch (await update.RunAsync(who.Id, form, cancellation))
        {
            case UpdateProfileResult.Saved saved:
                await sessions.RenewAsync(context, saved.User, cancellation);
                context.Leave(FlashMessage.ProfileSaved);
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

        static IResult Again(string field, params ReadOnlySpan<string> problems)
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
