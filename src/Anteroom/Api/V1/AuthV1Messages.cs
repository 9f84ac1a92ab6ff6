using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

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

/// <summary>The OAuth2 form, for the API documents. Other fields, as <c>scope</c> and <c>client_id</c>, are not looked at.</summary>
public sealed class TokenForm
{
    /// <summary><c>password</c>, which is also meant when it is missing, or <c>refresh_token</c>.</summary>
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

    /// <summary>Not looked at.</summary>
    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    /// <summary>With <c>grant_type=refresh_token</c>.</summary>
    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }
}

/// <summary>The user of an access token.</summary>
/// <param name="Id">Key in this API.</param>
/// <param name="Number">Key in the Django-style API.</param>
/// <param name="UserName">What one signs in with.</param>
/// <param name="Email">Email address.</param>
/// <param name="FullName">The name colleagues and prospects see.</param>
/// <param name="Role"><c>administrator</c>, <c>attorney</c> or <c>staff</c>.</param>
/// <param name="Available">Attorneys: takes new leads.</param>
/// <param name="AwayUntil">Attorneys: takes none before this instant, UTC; null when not away.</param>
/// <param name="Capacity">Attorneys: open leads at most.</param>
public sealed record Me(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("number")] long Number,
    [property: JsonPropertyName("username")] string UserName,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("full_name")] string FullName,
    [property: JsonPropertyName("role")] string Role,
    [property: JsonPropertyName("available")] bool Available,
    [property: JsonPropertyName("away_until")] DateTimeOffset? AwayUntil,
    [property: JsonPropertyName("capacity")] int Capacity
);

[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(string))]
internal sealed partial class AuthV1Json : JsonSerializerContext;
