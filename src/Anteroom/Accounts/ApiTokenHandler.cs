using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>Signs requests in by <c>Authorization: Token …</c>, and refuses them, in the words of Django REST framework.</summary>
public sealed class ApiTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ApiTokens tokens
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Keyword = "Token";

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenIn(Request) is not { } token)
            return AuthenticateResult.NoResult();
        if (token.Length == 0)
            return AuthenticateResult.Fail("Invalid token header. No credentials provided.");
        if (token.Contains(' ', StringComparison.Ordinal))
            return AuthenticateResult.Fail("Invalid token header. Token string should not contain spaces.");
        var user = await tokens.FindUserAsync(token, Context.RequestAborted);
        return user is null
            ? AuthenticateResult.Fail("Invalid token.")
            : AuthenticateResult.Success(new AuthenticationTicket(user.ToPrincipal(Scheme.Name), Scheme.Name));
    }

    /// <summary>The token of a request; null when it carries none.</summary>
    public static string? TokenIn(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Keyword, StringComparison.OrdinalIgnoreCase))
            return null;
        var rest = header[Keyword.Length..];
        return rest is "" or [' ', ..] ? rest.Trim() : null;
    }

    /// <inheritdoc />
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var problem = (await HandleAuthenticateOnceSafeAsync()).Failure?.Message;
        Response.Headers.WWWAuthenticate = Keyword;
        await AnswerAsync(
            StatusCodes.Status401Unauthorized,
            problem ?? "Authentication credentials were not provided."
        );
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        AnswerAsync(StatusCodes.Status403Forbidden, "You do not have permission to perform this action.");

    /// <param name="status">The status code.</param>
    /// <param name="detail">One of the sentences above; none of them needs escaping.</param>
    private Task AnswerAsync(int status, string detail)
    {
        Response.StatusCode = status;
        Response.ContentType = "application/json";
        return Response.WriteAsync($$"""{"detail":"{{detail}}"}""", Context.RequestAborted);
    }
}
