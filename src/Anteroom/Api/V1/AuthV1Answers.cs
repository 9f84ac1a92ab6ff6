using System.Text.Json;
using Anteroom.Accounts;
using Anteroom.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Anteroom.Api.V1;

/// <summary>What <see cref="AuthV1"/> reads and answers. Problems carry OAuth's <c>error</c> code (RFC 6749 section 5.2) too.</summary>
internal static class AuthV1Answers
{
    /// <summary>For a form of a handful of short fields.</summary>
    public static FormOptions FormLimits { get; } =
        new()
        {
            ValueCountLimit = 20,
            KeyLengthLimit = 100,
            ValueLengthLimit = 4096,
        };

    /// <summary>200 with the tokens of a sign-in, which no cache may keep (section 5.1).</summary>
    public static async Task<IResult> TokensAsync(Session session, HttpContext context, AccessTokens tokens)
    {
        var accessToken = await tokens.IssueAsync(session, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        return TypedResults.Json(
            new TokenAnswer(accessToken, "bearer", (int)tokens.Lifetime.TotalSeconds, session.RefreshToken),
            AuthV1Json.Default.TokenAnswer
        );
    }

    /// <summary>401; the same for a wrong password, an unknown user, a locked account and one that is not active.</summary>
    public static IResult WrongPassword(HttpContext context) =>
        Unauthorized(
            context,
            "Incorrect username or password.",
            "Incorrect username or password. After five wrong ones an account rests for five minutes."
        );

    /// <summary>401 for a right password without the code of the user's authenticator app.</summary>
    public static IResult CodeNeeded(HttpContext context) =>
        Unauthorized(
            context,
            "A code is needed.",
            "Send the code of your authenticator app as code, beside username and password.",
            "mfa_required"
        );

    /// <summary>401 for an invalid refresh token.</summary>
    public static IResult WrongRefreshToken(HttpContext context) =>
        Unauthorized(
            context,
            "The refresh token is not accepted.",
            "It is not one of Anteroom's, or it was used before, or the sign-in has ended. Sign in again."
        );

    /// <summary>400 for another <c>grant_type</c>.</summary>
    public static IResult UnsupportedGrant() =>
        Problem.Of(
            StatusCodes.Status400BadRequest,
            "unsupported_grant_type",
            "That grant type is not supported.",
            "grant_type has to be password or refresh_token."
        );

    public static IResult WrongContentType(string right) =>
        Problem.Of(
            StatusCodes.Status415UnsupportedMediaType,
            "invalid_request",
            "That content type is not understood.",
            $"The content type has to be {right}."
        );

    /// <summary>400 that names the fields that are missing; null when none is.</summary>
    public static IResult? Missing(params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
            if (string.IsNullOrEmpty(value))
                errors[name] = ["This field is required."];
        return errors.Count == 0 ? null : Problem.Fields(errors, "invalid_request");
    }

    /// <summary>Reads the JSON body; null when it is null.</summary>
    public static async Task<RefreshRequest?> ReadAsync(HttpContext context) =>
        await JsonSerializer.DeserializeAsync(
            context.Request.Body,
            AuthV1Json.Default.RefreshRequest,
            context.RequestAborted
        );

    /// <summary>Endpoint filter: a body that cannot be read is a 4xx, an outage a 503 that says when to come back.</summary>
    public static async ValueTask<object?> AnswerFailuresAsync(
        EndpointFilterInvocationContext invocation,
        EndpointFilterDelegate next
    )
    {
        try
        {
            return await next(invocation);
        }
        catch (BadHttpRequestException bad)
        {
            return Problem.Of(bad.StatusCode, "invalid_request", "The request cannot be read.", bad.Message);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidDataException or IOException)
        {
            return Problem.Of(
                StatusCodes.Status400BadRequest,
                "invalid_request",
                "The body cannot be read.",
                unreadable is JsonException
                    ? "The body has to be a JSON object, as {\"refresh_token\": \"…\"}."
                    : "It is not a form, or it has too many fields or one that is too long."
            );
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            Outage.AskToRetry(invocation.HttpContext, outage);
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                "temporarily_unavailable",
                "Nobody can sign in at the moment.",
                "Please try again in half a minute."
            );
        }
    }

    public static RouteHandlerBuilder AnswersTokens(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Produces<TokenAnswer>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static IResult Unauthorized(
        HttpContext context,
        string title,
        string detail,
        string error = "invalid_grant"
    )
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Of(StatusCodes.Status401Unauthorized, error, title, detail);
    }
}
