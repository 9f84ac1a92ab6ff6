using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Accounts;

/// <summary>
/// What an access token says. Names and role are for clients to show; Anteroom itself looks them up. The stamp changes with the password
/// (<see cref="AccessTokens.ShortStamp"/>), the session is <see cref="RefreshToken.Family"/>, times are to the second.
/// </summary>
internal sealed record AccessClaims
{
    [JsonPropertyName("sub")]
    public required Guid UserId { get; init; }

    [JsonPropertyName("name")]
    public required string UserName { get; init; }

    [JsonPropertyName("full_name")]
    public required string FullName { get; init; }

    [JsonPropertyName("role"), JsonConverter(typeof(WireRole))]
    public required Role Role { get; init; }

    [JsonPropertyName("stamp")]
    public required string Stamp { get; init; }

    [JsonPropertyName("sid")]
    public required Guid Session { get; init; }

    [JsonPropertyName("jti")]
    public required Guid TokenId { get; init; }

    [JsonPropertyName("iat"), JsonConverter(typeof(UnixSeconds))]
    public required DateTimeOffset IssuedAt { get; init; }

    [JsonPropertyName("exp"), JsonConverter(typeof(UnixSeconds))]
    public required DateTimeOffset ExpiresAt { get; init; }

    [JsonPropertyName("iss")]
    public string Issuer => AccessToken.Anteroom;

    [JsonPropertyName("aud")]
    public string Audience => AccessToken.Anteroom;

    [JsonPropertyName("nbf"), JsonConverter(typeof(UnixSeconds))]
    public DateTimeOffset NotBefore => IssuedAt;

    internal sealed class WireRole : JsonConverter<Role>
    {
        public override Role Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            WireName.TryParse<Role>(reader.GetString(), out var role) ? role : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Role value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToWire());
    }

    /// <summary>Whole seconds since 1970, before the year 3000.</summary>
    internal sealed class UnixSeconds : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) =>
            reader.TokenType == JsonTokenType.Number
            && reader.TryGetInt64(out var seconds)
            && seconds is >= 0 and < 32_503_680_000
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.ToUnixTimeSeconds());
    }
}
