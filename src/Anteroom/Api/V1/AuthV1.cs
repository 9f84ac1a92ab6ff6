using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Anteroom.Data;
using Anteroom.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Api.V1;

/// <summary>Signing in to the JWT API: <c>/api/v1/auth/…</c>, as OAuth2 clients and those of FastAPI expect it (RFC 6749).</summary>
internal static class AuthV1
{
    /// <summary>Sign-in requests are small; nothing larger is read.</summary>
    private const int MaxBodyBytes = 32 * 1024;

    public static void MapAuthV1(this IEndpointRouteBuilder routes)
    {
        var auth = routes
            .MapGroup("/api/v1/auth")
            .WithGroupName("v1")
            .WithTags("Signing in")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .AddEndpointFilter(AuthV1Answers.AnswerFailuresAsync)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        auth.MapPost("/token", TokenAsync)
            .AllowAnonymous()
            .LimitSignIns()
            .DisableAntiforgery() // no cookie is looked at
            .WithSummary("Get an access token")
            .WithDescription(
                "OAuth2 password form, as FastAPI clients send it: username (or email address) and password, with two-factor authentication also code; or grant_type=refresh_token and refresh_token. A refresh token is good for one exchange: one that comes twice ends the sign-in."
            )
            .Takes<TokenForm>("application/x-www-form-urlencoded")
            .AnswersTokens();
        auth.MapPost("/refresh", RefreshAsync)
            .AllowAnonymous()
            .LimitSignIns()
            .WithSummary("Exchange a refresh token")
            .WithDescription("The same as POST /api/v1/auth/token with grant_type=refresh_token, in JSON.")
            .Takes<RefreshRequest>("application/json")
            .AnswersTokens();
        auth.MapPost("/logout", LogOutAsync)
            .AllowAnonymous() // who has a refresh token only, may end the sign-in too
            .WithSummary("Sign out")
            .WithDescription(
                "Ends the sign-in of the access token, and that of refresh_token if one is sent: none of their tokens is valid afterward, on any node. One of the two is needed."
            )
            .Takes<RefreshRequest>("application/json")
            .OptionalBody()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        auth.MapGet("/me", MeAsync)
            .WithSummary("Who am I")
            .WithDescription("The user of the access token.")
            .Produces<Me>();
    }

    private static async Task<IResult> TokenAsync(
        HttpContext context,
        LogIn logIn,
        RateLimits limits,
        RefreshTokens refreshTokens,
        AccessTokens accessTokens
    )
    {
        if (!context.Request.HasFormContentType)
            return AuthV1Answers.WrongContentType("application/x-www-form-urlencoded");
        var form = await context.Request.ReadFormAsync(AuthV1Answers.FormLimits, context.RequestAborted);
        switch (form["grant_type"].ToString())
        {
            case "refresh_token":
                return await ExchangeAsync(form["refresh_token"], context, refreshTokens, accessTokens);
            case not ("" or "password"):
                return AuthV1Answers.UnsupportedGrant();
        }

        string? userName = form["username"];
        string? password = form["password"];
        if (AuthV1Answers.Missing(("username", userName), ("password", password)) is { } missing)
            return missing;
        if (await limits.MayTryAsync(context, userName) is { } throttled)
            return throttled;
        switch (await logIn.RunAsync(userName, password, form["code"], context.RequestAborted))
        {
            case LogInResult.CodeNeeded:
                return AuthV1Answers.CodeNeeded(context);
            case LogInResult.LoggedIn { User.Id: var id }
                when await refreshTokens.StartAsync(id, Visitor.Of(context), context.RequestAborted) is { } session:
                return await AuthV1Answers.TokensAsync(session, context, accessTokens);
            default:
                return AuthV1Answers.WrongPassword(context);
        }
    }

    private static async Task<IResult> RefreshAsync(
        HttpContext context,
        RefreshTokens refreshTokens,
        AccessTokens accessTokens
    ) =>
        context.Request.HasJsonContentType()
            ? await ExchangeAsync(
                (await AuthV1Answers.ReadAsync(context))?.RefreshToken,
                context,
                refreshTokens,
                accessTokens
            )
            : AuthV1Answers.WrongContentType("application/json");

    private static async Task<IResult> ExchangeAsync(
        string? refreshToken,
        HttpContext context,
        RefreshTokens refreshTokens,
        AccessTokens accessTokens
    )
    {
        if (AuthV1Answers.Missing(("refresh_token", refreshToken)) is { } missing)
            return missing;
        return await refreshTokens.ExchangeAsync(refreshToken!, context.RequestAborted) switch
        {
            ExchangeResult.Exchanged exchanged => await AuthV1Answers.TokensAsync(
                exchanged.Session,
                context,
                accessTokens
            ),
            // Refused and Reused: whoever has a copy of a token need not know which of the two it was.
            _ => AuthV1Answers.WrongRefreshToken(context),
        };
    }

    private static async Task<IResult> LogOutAsync(HttpContext context, RefreshTokens refreshTokens)
    {
        var session = AccessTokens.SessionOf(context.User);
        string? refreshToken = null;
        if (context.Request.ContentLength is not 0 && context.Request.ContentType is not null)
        {
            if (!context.Request.HasJsonContentType())
                return AuthV1Answers.WrongContentType("application/json");
            refreshToken = (await AuthV1Answers.ReadAsync(context))?.RefreshToken;
        }

        if (session is null && string.IsNullOrEmpty(refreshToken))
            return TypedResults.Challenge(properties: null, [Schemes.Bearer]);
        if (session is { } family)
            await refreshTokens.EndAsync(family, context.RequestAborted);
        // An invalid token is as good as revoked (RFC 7009 section 2.2).
        if (!string.IsNullOrEmpty(refreshToken))
            await refreshTokens.EndAsync(refreshToken, context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> MeAsync(CurrentUser me, AnteroomDb db, CancellationToken cancellation) =>
        TypedResults.Json(
            await db
                .Users.Where(user => user.Id == me.Id)
                .Select(user => new Me
                {
                    Id = user.Id,
                    Number = user.Number,
                    UserName = user.UserName!,
                    Email = user.Email!,
                    FullName = user.FullName,
                    Role = me.Role.ToWire(),
                    Available = user.Available,
                    AwayUntil = user.AwayUntil,
                    Capacity = user.Capacity,
                })
                .SingleAsync(cancellation),
            AuthV1Json.Default.Me
        );
}
