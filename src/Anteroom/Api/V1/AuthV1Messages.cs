using System.Text.Json.Serialization;

namespace Anteroom.Api.V1;

/// <summary>The tokens of a sign-in (RFC 6749 section 5.1).</summary>
/// <param name="AccessToken">For the header <c>Authorization: Bearer …</c></param>
/// <param name="TokenType">Always <c>bearer</c>.</param>
/// <param name="ExpiresIn">Seconds that the access token is good for.</param>
/// <param name="RefreshToken">For the next access token; good for one exchange.</param>
public sealed record TokenAnswer(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string RefreshToken
);

/// <summary>A refresh token.</summary>
/// <param name="RefreshToken">As it was given out.</param>
public sealed record RefreshRequest([property: JsonPropertyName("refresh_token")] string? RefreshToken);

/// <summary>The OAuth2 form. Other fields, such as <c>client_id</c>, are ignored.</summary>
// For the API documents; AuthV1 reads it.
public sealed class TokenForm
{
    /// <summary><c>password</c> (the default) or <c>refresh_token</c>.</summary>
    [JsonPropertyName("grant_type")]
    public string? GrantType { get; init; }

    /// <summary>Username or email address.</summary>
    [JsonPropertyName("username")]
    public string? UserName { get; init; }

    /// <summary>The password.</summary>
    [JsonPropertyName("password")]
    public string? Password { get; init; }

    /// <summary>The code of an authenticator app; from users who have one.</summary>
    [JsonPropertyName("code")]
    public string? Code { get; init; }

    /// <summary>Ignored.</summary>
    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    /// <summary>With <c>grant_type=refresh_token</c>.</summary>
    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }
}

/// <summary>The user of an access token.</summary>
public sealed record Me
{
    /// <summary>Key in this API.</summary>
    [JsonPropertyName("id")]
    public required Guid Id { get; init; }

    /// <summary>Key in the Django-style API.</summary>
    [JsonPropertyName("number")]
    public required long Number { get; init; }

    /// <summary>The name to sign in with.</summary>
    [JsonPropertyName("username")]
    public required string UserName { get; init; }

    /// <summary>Email address.</summary>
    [JsonPropertyName("email")]
    public required string Email { get; init; }

    /// <summary>The name colleagues and prospects see.</summary>
    [JsonPropertyName("full_name")]
    public required string FullName { get; init; }

    /// <summary><c>administrator</c>, <c>attorney</c>, <c>staff</c> or <c>operator</c>.</summary>
    [JsonPropertyName("role")]
    public required string Role { get; init; }

    /// <summary>Attorneys: takes new leads.</summary>
    [JsonPropertyName("available")]
    public required bool Available { get; init; }

    /// <summary>Attorneys: no new leads before this instant, UTC; null when not away.</summary>
    [JsonPropertyName("away_until")]
    public required DateTimeOffset? AwayUntil { get; init; }

    /// <summary>Attorneys: open leads at most.</summary>
    [JsonPropertyName("capacity")]
    public required int Capacity { get; init; }
}

[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(string))]
internal sealed partial class AuthV1Json : JsonSerializerContext;
