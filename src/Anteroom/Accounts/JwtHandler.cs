using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Anteroom.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>
/// Signs requests in by <c>Authorization: Bearer …</c> (RFC 6750). What it refuses it answers with problem details (RFC 9457) and says
/// why in <c>WWW-Authenticate</c>.
/// </summary>
public sealed class JwtHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessTokens tokens
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Claim type of the sign-in: <see cref="RefreshToken.Family"/>.</summary>
    public const string SessionClaim = "sid";

    /// <summary>The sign-in of a request; null when it did not come with an access token.</summary>
    public static Guid? SessionOf(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(SessionClaim), out var session) ? session : null;

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenIn(Request) is not { } token)
            return AuthenticateResult.NoResult();
        try
        {
            var result = await tokens.CheckAsync(token, Context.RequestAborted);
            if (result is not AccessTokenResult.Accepted accepted)
                return AuthenticateResult.Fail(((AccessTokenResult.Refused)result).Why);

            var principal = accepted.User.ToPrincipal(Scheme.Name);
            principal.AddIdentity(new ClaimsIdentity([new Claim(SessionClaim, accepted.Session.ToString())]));
            return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            return AuthenticateResult.Fail(outage); // the challenge answers 503; what is public goes on
        }
    }

    /// <summary>The token of a request, empty when its header makes no sense; null when it carries none.</summary>
    private static string? TokenIn(HttpRequest request)
    {
        const string Name = "Bearer";
        string?[] bearers =
        [
            .. request.Headers.Authorization.Where(header =>
                header is not null
                && header.StartsWith(Name, StringComparison.OrdinalIgnoreCase)
                && (header.Length == Name.Length || header[Name.Length] == ' ')
            ),
        ];
        return bearers switch
        {
            [] => null,
            [var one] => one![Name.Length..].Trim(' '),
            _ => "",
        };
    }

    /// <inheritdoc />
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        switch ((await HandleAuthenticateOnceSafeAsync()).Failure)
        {
            case { } outage when Outage.Is(outage):
                Outage.AskToRetry(Response);
                await AnswerAsync(
                    StatusCodes.Status503ServiceUnavailable,
                    "We cannot find out who you are at the moment.",
                    "Nothing was done. Please send it again in half a minute."
                );
                break;
            case { } failure:
                // Section 3.1: the reason, in characters that need no escaping.
                Response.Headers.WWWAuthenticate =
                    $"Bearer error=\"invalid_token\", error_description=\"{failure.Message}\"";
                await AnswerAsync(
                    StatusCodes.Status401Unauthorized,
                    "The access token is not accepted.",
                    failure.Message
                );
                break;
            default:
                // A request that did not try is told no reason.
                Response.Headers.WWWAuthenticate = "Bearer";
                await AnswerAsync(
                    StatusCodes.Status401Unauthorized,
                    "Please sign in.",
                    "Send an access token as Authorization: Bearer …; POST /api/v1/auth/token gives one for a username and password."
                );
                break;
        }
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate =
            "Bearer error=\"insufficient_scope\", error_description=\"Your role does not allow this.\"";
        return AnswerAsync(
            StatusCodes.Status403Forbidden,
            "Your role does not allow this.",
            "An administrator of the firm can change your role."
        );
    }

    private Task AnswerAsync(int status, string title, string detail) =>
        TypedResults
            .Json(
                new ProblemDetails
                {
                    Status = status,
                    Title = title,
                    Detail = detail,
                },
                JwtProblemJson.Default.ProblemDetails,
                "application/problem+json",
                status
            )
            .ExecuteAsync(Context);
}

[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class JwtProblemJson : JsonSerializerContext;
