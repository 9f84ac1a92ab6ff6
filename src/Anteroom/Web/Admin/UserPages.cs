using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>What was typed into the invitation form.</summary>
public sealed record InviteForm
{
    /// <summary>As colleagues and prospects will see it.</summary>
    [FromForm(Name = "full_name")]
    public string? FullName { get; init; }

    /// <summary>Where the link to set a password goes.</summary>
    [FromForm]
    public string? Email { get; init; }

    /// <summary>To sign in with.</summary>
    [FromForm]
    public string? UserName { get; init; }

    /// <summary>The wire name of a <see cref="Shared.Role"/>.</summary>
    [FromForm]
    public string? Role { get; init; }
}

/// <summary>A request about one user, from an administrator.</summary>
internal sealed record UserRequest(
    long Number,
    CurrentUser By,
    UserQueries Users,
    TimeProvider Time,
    HttpContext Http,
    CancellationToken Cancellation
);

/// <summary>The users, for administrators.</summary>
internal static class UserPages
{
    public static void MapUserPages(this IEndpointRouteBuilder pages)
    {
        var users = pages.MapGroup("/admin/users").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        users.MapGet("", ListAsync);
        users.MapPost("", InviteAsync);
        users.MapGet("/{number:long}", ShowAsync);
        users.MapPost("/{number:long}/role", ChangeRoleAsync);
        users.MapPost("/{number:long}/access", ChangeAccessAsync);
        users.MapPost("/{number:long}/availability", SetAvailabilityAsync);
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
        [AsParameters] InviteForm form,
        InviteUser invite,
        UserQueries users,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        if (!WireName.TryParse(form.Role, out Role wanted))
            errors.Add("role", "Please choose a role.");
        if (string.IsNullOrWhiteSpace(form.FullName))
            errors.Add("full_name", "Please enter the name.");
        if (errors.IsEmpty)
            switch (
                await invite.RunAsync(new Invitation(form.FullName, form.Email, form.UserName, wanted), cancellation)
            )
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
                Form = form,
                Errors = errors,
            },
            StatusCodes.Status422UnprocessableEntity
        );
    }

    private static async Task<IResult> ShowAsync(
        long number,
        CurrentUser by,
        UserQueries users,
        TimeProvider time,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await users.FindAsync(number, cancellation) is { } user
            ? Page(user, by, time, flash: context.TakeFlash())
            : NoSuchUser(number);

#pragma warning disable CA1859 // the generator of endpoints does not see the types of pages, which are generated too
    private static IResult Page(
        UserRow user,
        CurrentUser by,
        TimeProvider time,
        FlashMessage? flash = null,
        Conflict? conflict = null,
        AvailabilityForm? form = null,
        FieldErrors? errors = null,
        int status = StatusCodes.Status200OK
    ) =>
        Pages.Page<UserDetailsPage>(
            new
            {
                Details = user,
                IsYou = user.Id == by.Id,
                FlashMessage = flash,
                Conflict = conflict,
                Form = user.Attorney is { } attorney ? form ?? AvailabilityForm.Of(attorney, time.GetUtcNow()) : null,
                Stored = user.Attorney?.PracticeAreas ?? [],
                Errors = errors ?? new FieldErrors(),
            },
            status
        );
#pragma warning restore CA1859

    private static async Task<IResult> SetAvailabilityAsync(
        [AsParameters] UserRequest request,
        [AsParameters] PostedAvailability posted,
        SetAvailability setAvailability
    )
    {
        var form = posted.ToAvailability();
        var refusal = await setAvailability.RunAsync(request.Number, form, request.Cancellation);
        if (refusal is not Refusal.Invalid wrong)
            return await AnswerAsync(request, refusal, FlashMessage.AvailabilitySaved);
        return await request.Users.FindAsync(request.Number, request.Cancellation) is { } user
            ? Page(
                user,
                request.By,
                request.Time,
                form: form,
                errors: wrong.Errors,
                status: StatusCodes.Status422UnprocessableEntity
            )
            : NoSuchUser(request.Number);
    }

    private static async Task<IResult> ChangeRoleAsync(
        [AsParameters] UserRequest request,
        [FromForm] string? role,
        ChangeRole changeRole
    ) =>
        WireName.TryParse(role, out Role wanted)
            ? await AnswerAsync(
                request,
                await changeRole.RunAsync(request.Number, wanted, request.By, request.Cancellation),
                FlashMessage.RoleChanged
            )
            : ErrorPages.For(StatusCodes.Status400BadRequest);

    private static async Task<IResult> ChangeAccessAsync(
        [AsParameters] UserRequest request,
        [FromForm] bool? active,
        DeactivateUser deactivate,
        ReactivateUser reactivate
    ) =>
        active is { } wanted
            ? await AnswerAsync(
                request,
                wanted
                    ? await reactivate.RunAsync(request.Number, request.Cancellation)
                    : await deactivate.RunAsync(request.Number, request.By, request.Cancellation),
                wanted ? FlashMessage.Reactivated : FlashMessage.Deactivated
            )
            : ErrorPages.For(StatusCodes.Status400BadRequest);

    private static async Task<IResult> SendLinkAsync([AsParameters] UserRequest request, SendPasswordLink send) =>
        await AnswerAsync(request, await send.RunAsync(request.Number, request.Cancellation), FlashMessage.LinkSent);

    private static async Task<IResult> ResetTwoFactorAsync([AsParameters] UserRequest request, TwoFactor twoFactor) =>
        await AnswerAsync(
            request,
            await twoFactor.ResetAsync(request.Number, request.Cancellation),
            FlashMessage.TwoFactorReset
        );

    private static async Task<IResult> AnswerAsync(UserRequest request, Refusal? refusal, FlashMessage done)
    {
        switch (refusal)
        {
            case null:
                request.Http.Leave(done);
                return Pages.SeeOther(Address(request.Number));
            case Refusal.NotFound:
                return NoSuchUser(request.Number);
            default:
                return await request.Users.FindAsync(request.Number, request.Cancellation) is { } user
                    ? Page(
                        user,
                        request.By,
                        request.Time,
                        conflict: Words(refusal, user),
                        status: Conflict.Status(refusal)
                    )
                    : NoSuchUser(request.Number);
        }
    }

    private static Conflict Words(Refusal refusal, UserRow user) =>
        refusal switch
        {
            UserRefusal.Yourself => new(
                T["This is your own account."],
                "Nothing was changed. To keep you from locking yourself out by accident, another administrator has to do this."
            ),
            UserRefusal.LastAdministrator => new(
                T["{0} is the last active administrator.", user.FullName],
                "Nothing was changed. Without an administrator no one could manage users. Make someone else an administrator first."
            ),
            UserRefusal.Inactive => new(
                T["{0} is deactivated.", user.FullName],
                "No email was sent. Reactivate the account first."
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a refusal."),
        };

    private static string Address(long number) => string.Create(CultureInfo.InvariantCulture, $"/admin/users/{number}");

    private static IResult NoSuchUser(long number) =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            T["There is no user {0}", number.ToString(CultureInfo.InvariantCulture)],
            "The number may be mistyped. Users are never deleted, only deactivated."
        );
}
