using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>Signs requests in by <c>Authorization: Token …</c>, as Django REST framework's clients send it.</summary>
public sealed class ApiTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ApiTokens tokens
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenIn(Request) is not { } token)
            return AuthenticateResult.NoResult();
        var user = await tokens.FindUserAsync(token, Context.RequestAborted);
        return user is null
            ? AuthenticateResult.Fail("Invalid token.")
            : AuthenticateResult.Success(new AuthenticationTicket(user.ToPrincipal(Scheme.Name), Scheme.Name));
    }

    /// <summary>The token of a request; null when it carries none.</summary>
    public static string? TokenIn(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        const string Prefix = "Token ";
        return header?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) == true
            ? header[Prefix.Length..].Trim()
            : null;
    }

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Token";
        return Task.CompletedTask;
    }
}
