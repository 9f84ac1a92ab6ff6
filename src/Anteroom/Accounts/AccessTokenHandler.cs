using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Anteroom.Accounts;

/// <summary>Checks access tokens: form, signature, and that each is for us and for now. Asks the database for keys only.</summary>
internal sealed class AccessTokenHandler(Func<string, ValueTask<JwtKey?>> findKey) : JsonWebTokenHandler
{
    /// <summary>What every token has to be. The algorithm is ours to choose, never the token's (RFC 8725 section 3.1).</summary>
    public static TokenValidationParameters Rules(TimeProvider time) =>
        new()
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidTypes = ["JWT"],
            ValidIssuer = AccessToken.Anteroom,
            ValidAudience = AccessToken.Anteroom,
            LogValidationExceptions = false,
            // The library's own validator knows no other clock than the machine's, and lets a token come from the future.
            LifetimeValidator = (notBefore, expires, token, _) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                if (now - expires >= AccessToken.Leeway)
                    throw new SecurityTokenExpiredException();
                if (notBefore - now > AccessToken.Leeway || ((JsonWebToken)token).IssuedAt - now > AccessToken.Leeway)
                    throw new SecurityTokenNotYetValidException();
                return notBefore is not null && expires is not null;
            },
        };

    /// <inheritdoc />
    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token,
        TokenValidationParameters validationParameters
    )
    {
        if (!AccessToken.TryParse(token, out var parsed))
            return Refuse("The access token is malformed.");
        if (await findKey(parsed.Kid ?? "") is not { } key)
            return Refuse("The signature of the access token is not valid.");

        var rules = validationParameters.Clone();
        rules.IssuerSigningKeyResolver = (_, _, _, _) => [key.Security];
        var result = await ValidateTokenAsync(parsed, rules);
        if (!result.IsValid)
            return Refuse(
                result.Exception switch
                {
                    SecurityTokenExpiredException => "The access token has expired.",
                    SecurityTokenNotYetValidException => "The access token is not good yet.",
                    SecurityTokenInvalidSignatureException => "The signature of the access token is not valid.",
                    _ => "The access token is not one of Anteroom's.",
                }
            );
        return parsed.Said is not null ? result : Refuse("The access token is not one of Anteroom's.");
    }

    /// <param name="why">A sentence for a developer, in characters that <c>WWW-Authenticate</c> needs no escaping for.</param>
    private static TokenValidationResult Refuse(string why) =>
        new() { IsValid = false, Exception = new SecurityTokenException(why) };
}
