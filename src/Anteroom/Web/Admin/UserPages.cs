using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>What was typed into the invitation form.</summary>
public sealed record InviteForm(string? FullName, string? Email, string? UserName, string? Role);

/// <summary>The pages of an administrator about users.</summary>
public static class UserPages
{
    /// <summary>Maps <c>/admin/users</c> and what is below it.</summary>
    public static void MapUserPages(this IEndpointRouteBuilder pages)
    {
        var users = pages.MapGroup("/admin/users").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        users.MapGet("", ListAsync);
        users.MapPost("", InviteAsync);
        users.MapGet("/{number:long}", ShowAsync);
        users.MapPost("/{number:long}/role", ChangeRoleAsync);
        users.MapPost("/{number:long}/access", ChangeAccessAsync);
        users.MapPost("/{number:long}/password-link", SendLinkAsync);
        users.MapPost("/{number:long}/two-factor", ResetTwoFactorAsync);
    }

    private static async Task<IResult> ListAsync(
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<UserListPage>(
            new { Users = await users.ListAsync(cancellation), FlashMessage = context.TakeFlash() }
        );

    private static async Task<IResult> InviteAsync(
        [FromForm(Name = "full_name")] string? fullName,
        [FromForm] string? email,
        [FromForm] string? username,
        [FromForm] string? role,
        InviteUser invite,
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        if (!WireName.TryParse(role, out Role wanted))
            errors.Add("role", "Please choose a role.");
        if (string.IsNullOrWhiteSpace(fullName))
            errors.Add("full_name", "Please enter the name.");
        if (errors.IsEmpty)
            switch (await invite.RunAsync(new Invitation(fullName, email, username, wanted), cancellation))
            {
                case CreateUserResult.Created created:
                    context.Leave(FlashMessage.Invited);
                    return Pages.SeeOther(Address(created.User.Number));
                case CreateUserResult.Invalid invalid:
                    errors = invalid.Errors;
                    break;
            }

        return Pages.Page<UserListPage>(
            new
            {
                Users = await users.ListAsync(cancellation),
                Form = new InviteForm(fullName, email, username, role),
                Errors = errors,
            },
            StatusCodes.Status422UnprocessableEntity
        );
    }

    private static async Task<IResult> ShowAsync(
        long number,
        CurrentUser by,
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await users.FindAsync(number, cancellation) is { } user
            ? Pages.Page<UserDetailsPage>(
                new
                {
                    Details = user,
                    IsYou = user.Id == by.Id,
                    FlashMessage = context.TakeFlash(),
                }
            )
            : NoSuchUser(number);

    private static async Task<IResult> ChangeRoleAsync(
        long number,
        [FromForm] string? role,
        CurrentUser by,
        ChangeRole changeRole,
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        WireName.TryParse(role, out Role wanted)
            ? await AnswerAsync(
                number,
                await changeRole.RunAsync(number, wanted, by, cancellation),
                FlashMessage.RoleChanged,
                by,
                users,
                context,
                cancellation
            )
            : ErrorPages.For(StatusCodes.Status400BadRequest);

    private static async Task<IResult> ChangeAccessAsync(
        long number,
        [FromForm] bool? active,
        CurrentUser by,
        DeactivateUser deactivate,
        ReactivateUser reactivate,
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        active is { } wanted
            ? await AnswerAsync(
                number,
                wanted
                    ? await reactivate.RunAsync(number, cancellation)
                    : await deactivate.RunAsync(number, by, cancellation),
                wanted ? FlashMessage.Reactivated : FlashMessage.Deactivated,
                by,
                users,
                context,
                cancellation
            )
            : ErrorPages.For(StatusCodes.Status400BadRequest);

    private static async Task<IResult> SendLinkAsync(
        long number,
        CurrentUser by,
        SendPasswordLink send,
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await AnswerAsync(
            number,
            await send.RunAsync(number, cancellation),
            FlashMessage.LinkSent,
            by,
            users,
            context,
            cancellation
        );

    private static async Task<IResult> ResetTwoFactorAsync(
        long number,
        CurrentUser by,
        TwoFactor twoFactor,
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await AnswerAsync(
            number,
            await twoFactor.ResetAsync(number, cancellation),
            FlashMessage.TwoFactorReset,
            by,
            users,
            context,
            cancellation
        );

    private static async Task<IResult> AnswerAsync(
        long number,
        Refusal? refusal,
        FlashMessage done,
        CurrentUser by,
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        switch (refusal)
        {
            case null:
                context.Leave(done);
                return Pages.SeeOther(Address(number));
            case Refusal.NotFound:
                return NoSuchUser(number);
            default:
                return await users.FindAsync(number, cancellation) is { } user
                    ? Pages.Page<UserDetailsPage>(
                        new
                        {
                            Details = user,
                            IsYou = user.Id == by.Id,
                            Conflict = Words(refusal, user),
                        },
                        Conflict.Status(refusal)
                    )
                    : NoSuchUser(number);
        }
    }

    private static Conflict Words(Refusal refusal, UserRow user) =>
        refusal switch
        {
            UserRefusal.Yourself => new(
                "This is your own account.",
                "Nothing was changed. To keep you from locking yourself out by accident, another administrator has to do this."
            ),
            UserRefusal.LastAdministrator => new(
                $"{user.FullName} is the last active administrator.",
                "Nothing was changed. Without an administrator no one could manage users. Make someone else an administrator first."
            ),
            UserRefusal.Inactive => new(
                $"{user.FullName} is deactivated.",
                "No email was sent. Reactivate the account first."
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a refusal."),
        };

    private static string Address(long number) => string.Create(CultureInfo.InvariantCulture, $"/admin/users/{number}");

    private static IResult NoSuchUser(long number) =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            string.Create(CultureInfo.InvariantCulture, $"There is no user {number}"),
            "The number may be mistyped. Users are never deleted, only deactivated."
        );
}
