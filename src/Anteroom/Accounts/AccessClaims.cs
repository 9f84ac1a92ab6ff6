using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Accounts;

/// <summary>
/// What an access token says. Names and role are for clients to show; Anteroom itself looks them up. The stamp changes with the password
/// (<see cref="AccessTokens.ShortStamp"/>), the session is <see cref="RefreshToken.Family"/>, times are to the second.
/// </summary>
internal sealed record AccessClaims(
    [property: JsonPropertyName("sub")] Guid UserId,
    [property: JsonPropertyName("name")] string UserName,
    [property: JsonPropertyName("full_name")] string FullName,
    [property: JsonPropertyName("role"), JsonConverter(typeof(AccessClaims.WireRole))] Role Role,
    [property: JsonPropertyName("stamp")] string Stamp,
    [property: JsonPropertyName("sid")] Guid Session,
    [property: JsonPropertyName("jti")] Guid TokenId,
    [property: JsonPropertyName("iat"), JsonConverter(typeof(AccessClaims.UnixSeconds))] DateTimeOffset IssuedAt,
    [property: JsonPropertyName("exp"), JsonConverter(typeof(AccessClaims.UnixSeconds))] DateTimeOffset ExpiresAt
)
{
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
