using System.Runtime.ExceptionServices;
using System.Text.Json.Serialization;
using Anteroom.Http;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Anteroom.Accounts;

/// <summary>
/// Signs requests in by <c>Authorization: Bearer …</c> (RFC 6750). What it refuses it answers with problem details (RFC 9457) and says
/// why in <c>WWW-Authenticate</c>.
/// </summary>
internal sealed class BearerSignIn(SigningKeys keys, AccessTokens tokens, TimeProvider time)
    : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(Schemes.Bearer, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new AccessTokenHandler(id => keys.FindAsync(id, CancellationToken.None)));
        options.TokenValidationParameters = AccessTokenHandler.Rules(time);
        options.SaveToken = false;
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = RefuseEmptyHeader,
            OnTokenValidated = FindUserAsync,
            OnAuthenticationFailed = LetFaultsThrough,
            OnChallenge = AnswerChallengeAsync,
            OnForbidden = AnswerForbiddenAsync,
        };
    }

    /// <summary>The word alone is an attempt, too; the middleware would take it for none.</summary>
    private static Task RefuseEmptyHeader(MessageReceivedContext context)
    {
        if (
            context.Request.Headers.Authorization.ToString().Trim().Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        )
            context.Fail("The access token is malformed.");
        return Task.CompletedTask;
    }

    private async Task FindUserAsync(TokenValidatedContext context)
    {
        var said = ((AccessToken)context.SecurityToken).Said!;
        try
        {
            if (await tokens.FindUserAsync(said, context.HttpContext.RequestAborted) is not { } user)
            {
                context.Fail("The sign-in of the access token has ended.");
                return;
            }

            context.Principal = user.ToPrincipal(context.Scheme.Name);
            context.Principal.AddIdentity(AccessTokens.IdentityOf(said.Session));
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            context.Fail(outage); // the challenge answers 503; what is public goes on
        }
    }

    /// <summary>The middleware takes every exception for a bad token. A fault of ours is none.</summary>
    private static Task LetFaultsThrough(AuthenticationFailedContext context)
    {
        if (context.Exception is not SecurityTokenException && !Outage.Is(context.Exception))
            ExceptionDispatchInfo.Throw(context.Exception);
        return Task.CompletedTask;
    }

    private static Task AnswerChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        switch (context.AuthenticateFailure)
        {
            case { } outage when Outage.Is(outage):
                Outage.AskToRetry(context.HttpContext, outage);
                return AnswerAsync(
                    context.HttpContext,
                    StatusCodes.Status503ServiceUnavailable,
                    "unavailable",
                    "We cannot find out who you are at the moment.",
                    "Nothing was done. Please send it again in half a minute."
                );
            case { } failure:
                // Section 3.1: the reason, in characters that need no escaping.
                context.Response.Headers.WWWAuthenticate =
                    $"Bearer error=\"invalid_token\", error_description=\"{failure.Message}\"";
                return AnswerAsync(
                    context.HttpContext,
                    StatusCodes.Status401Unauthorized,
                    "invalid_token",
                    "The access token is not accepted.",
                    failure.Message
                );
            default:
                // A request without credentials gets no reason.
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return AnswerAsync(
                    context.HttpContext,
                    StatusCodes.Status401Unauthorized,
                    "unauthenticated",
                    "Please sign in.",
                    "Send an access token as Authorization: Bearer …; POST /api/v1/auth/token gives one for a username and password."
                );
        }
    }

    private static Task AnswerForbiddenAsync(ForbiddenContext context)
    {
        context.Response.Headers.WWWAuthenticate =
            "Bearer error=\"insufficient_scope\", error_description=\"Your role does not allow this.\"";
        return AnswerAsync(
            context.HttpContext,
            StatusCodes.Status403Forbidden,
            "forbidden",
            "Your role does not allow this.",
            "An administrator of the firm can change your role."
        );
    }

    private static Task AnswerAsync(HttpContext context, int status, string code, string title, string detail) =>
        TypedResults
            .Json(
                new ProblemDetails
                {
                    Status = status,
                    Title = title,
                    Detail = detail,
                    Extensions = { ["code"] = code, ["request_id"] = context.TraceIdentifier },
                },
                BearerProblemJson.Default.ProblemDetails,
                "application/problem+json",
                status
            )
            .ExecuteAsync(context);
}

[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
internal sealed partial class BearerProblemJson : JsonSerializerContext;
