using Anteroom.Accounts;
using Anteroom.Http;

namespace Anteroom.Api.Compat;

/// <summary>The Django-style door to accounts: <c>/api/auth/…</c></summary>
internal static class CompatAuth
{
    private static readonly string[] Roles = [.. Enum.GetValues<Role>().Select(role => role.ToWire())];

    public static void MapCompatAuth(this IEndpointRouteBuilder routes)
    {
        foreach (var (path, name) in ((string, string)[])[("login", "Login"), ("token", "Obtain Auth Token")])
            new CompatResource(routes, $"/api/auth/{path}", name).Post(
                (path, methods) => routes.MapMethods(path, methods, LogInAsync),
                endpoint =>
                    endpoint
                        .AllowAnonymous()
                        .LimitSignIns()
                        .WithTags("Accounts")
                        .WithSummary("Get a token for a username and a password")
                        .WithDescription(
                            "The username may be the email address. Users with two-factor authentication add the code of their app as code."
                        )
                        .TakesBody<CompatLogInBody>()
                        .Produces<CompatSession>()
                        .Produces<CompatDetail>(StatusCodes.Status429TooManyRequests)
            );
        new CompatResource(routes, "/api/auth/logout", "Logout").Post(
            (path, methods) => routes.MapMethods(path, methods, LogOutAsync),
            endpoint =>
                endpoint
                    .RequireAuthorization()
                    .WithTags("Accounts")
                    .WithSummary("Make the token of this request useless")
                    .WithDescription("The other tokens of the user stay valid.")
                    .Produces<CompatDetail>()
        );
        new CompatResource(routes, "/api/auth/change-password", "Change Password").Post(
            (path, methods) => routes.MapMethods(path, methods, ChangePasswordAsync),
            endpoint =>
                endpoint
                    .RequireAuthorization()
                    .WithTags("Accounts")
                    .WithSummary("Change the own password")
                    .WithDescription("Makes every token of the user useless and answers with a new one.")
                    .TakesBody<CompatChangePasswordBody>()
                    .Produces<CompatSession>()
        );
        new CompatResource(routes, "/api/auth/create-user", "Create User").Post(
            (path, methods) => routes.MapMethods(path, methods, CreateUserAsync),
            endpoint =>
                endpoint
                    .RequireAuthorization(Rights.Administer)
                    .WithTags("Accounts")
                    .WithSummary("Make a user; administrators only")
                    .WithDescription(
                        "first_name and last_name make the full_name when that is left out. is_staff, who may use the admin panel in Django, makes an administrator when role is left out."
                    )
                    .TakesBody<CompatCreateUserBody>()
                    .Produces<CompatUser>(StatusCodes.Status201Created)
        );
    }

    private static Task<IResult> LogInAsync(
        HttpContext context,
        LogIn logIn,
        RateLimits limits,
        ApiTokens tokens,
        CancellationToken cancellation
    ) =>
        CompatBody.ReadAsync(
            context,
            async body =>
            {
                var errors = new FieldErrors();
                var userName = body.Text("username", errors);
                var password = body.Text("password", errors, trim: false);
                var code = body.OptionalText("code", errors);
                if (!errors.IsEmpty)
                    return CompatAnswers.Invalid(errors);

                if (await limits.MayTryAsync(context, userName) is { } throttled)
                    return throttled;
                return await logIn.RunAsync(userName, password, code, cancellation) switch
                {
                    LogInResult.LoggedIn done => await SessionAsync(done.User, tokens, cancellation),
                    LogInResult.CodeNeeded => CompatAnswers.Invalid("code", "This field is required."),
                    _ => CompatAnswers.Invalid("non_field_errors", "Unable to log in with provided credentials."),
                };
            }
        );

    private static async Task<IResult> LogOutAsync(
        HttpContext context,
        ApiTokens tokens,
        CancellationToken cancellation
    )
    {
        await tokens.RevokeAsync(ApiTokenHandler.TokenIn(context.Request)!, cancellation);
        return CompatAnswers.Detail(StatusCodes.Status200OK, "Successfully logged out.");
    }

    private static Task<IResult> ChangePasswordAsync(
        HttpContext context,
        CurrentUser user,
        ChangePassword changePassword,
        ApiTokens tokens,
        CancellationToken cancellation
    ) =>
        CompatBody.ReadAsync(
            context,
            async body =>
            {
                var errors = new FieldErrors();
                var old = body.Text("old_password", errors, trim: false);
                var next = body.Text("new_password", errors, trim: false);
                if (!errors.IsEmpty)
                    return CompatAnswers.Invalid(errors);

                return await changePassword.RunAsync(user.Id, old, next, cancellation) switch
                {
                    ChangePasswordResult.Changed done => await SessionAsync(done.User, tokens, cancellation),
                    ChangePasswordResult.Invalid wrong => CompatAnswers.Invalid("new_password", wrong.Problems),
                    _ => CompatAnswers.Invalid("old_password", "Wrong password."),
                };
            }
        );

    private static Task<IResult> CreateUserAsync(
        HttpContext context,
        CreateUser createUser,
        CancellationToken cancellation
    ) =>
        CompatBody.ReadAsync(
            context,
            async body =>
            {
                var errors = new FieldErrors();
                var userName = body.Text("username", errors);
                var email = body.Text("email", errors);
                var password = body.Text("password", errors, trim: false);
                var (first, last) = (body.BlankableText("first_name", errors), body.BlankableText("last_name", errors));
                var fullName = body.OptionalText("full_name", errors);
                if (fullName is null && (first ?? last) is not null)
                    fullName = $"{first} {last}".Trim();
                // Whom Django calls staff may use the admin panel.
                var isStaff = body.Switch("is_staff", errors);
                var given = body.Choice("role", Roles, errors);
                if (given is not null && isStaff is { } staff && staff != (given == Role.Administrator.ToWire()))
                    errors.Add("is_staff", "This does not fit the role: only administrators are staff in this sense.");
                var role = given ?? (isStaff == true ? Role.Administrator : Role.Attorney).ToWire();
                if (!errors.IsEmpty)
                    return CompatAnswers.Invalid(errors);

                var wanted = new NewUser(userName, email, fullName, password, WireName.Parse<Role>(role));
                return await createUser.RunAsync(wanted, cancellation) switch
                {
                    CreateUserResult.Created made => TypedResults.Json(
                        new CompatUser(made.User.Number, made.User.UserName!, made.User.Email!, role),
                        CompatJson.Default.CompatUser,
                        statusCode: StatusCodes.Status201Created
                    ),
                    CreateUserResult.Invalid wrong => CompatAnswers.Invalid(wrong.Errors),
                    var other => throw new InvalidOperationException($"Unknown result {other}."),
                };
            }
        );

    private static async Task<IResult> SessionAsync(User user, ApiTokens tokens, CancellationToken cancellation) =>
        TypedResults.Json(
            new CompatSession(
                await tokens.IssueAsync(user.Id, cancellation),
                user.Number,
                user.UserName!,
                user.Email ?? ""
            ),
            CompatJson.Default.CompatSession
        );
}
