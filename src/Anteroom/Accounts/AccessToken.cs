using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Anteroom.Accounts;

/// <summary>
/// An access token of the JWT API (RFC 7519, signed with HS256). Read more strictly than <see cref="JsonWebToken"/> does, so that no two
/// readers can understand it differently: one way to write its bytes, no name twice, no extension, every claim of its own type.
/// </summary>
internal sealed class AccessToken : JsonWebToken
{
    /// <summary><c>iss</c> and <c>aud</c>: made by Anteroom for Anteroom.</summary>
    public const string Anteroom = "anteroom";

    /// <summary>Characters. Longer ones are refused unread; ours, with the longest names, have half of that.</summary>
    public const int MaxLength = 8192;

    /// <summary>How far the clocks of two nodes may be apart (RFC 7519 section 4.1.4).</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    private static readonly JsonWebTokenHandler Writer = new();
    private AccessClaims? _said;

    private AccessToken(string encoded)
        : base(encoded) { }

    /// <summary>Writes and signs the claims.</summary>
    public static string Write(AccessClaims claims, JwtKey key) =>
        Writer.CreateToken(
            JsonSerializer.Serialize(claims, AccessTokenJson.Default.AccessClaims),
            new SigningCredentials(key.Security, SecurityAlgorithms.HmacSha256)
        );

    /// <summary>Takes a token apart. True says nothing about who signed it.</summary>
    public static bool TryParse(string token, [NotNullWhen(true)] out AccessToken? parsed)
    {
        parsed = null;
        if (
            token.Length > MaxLength
            || token.Split('.') is not [var header, var payload, var signature]
            || !TryDecode(header, out var plainHeader)
            || !TryDecode(payload, out _)
            || !TryDecode(signature, out _)
            || !TryRead(plainHeader, AccessTokenJson.Default.AccessTokenHeader, out var read)
            || read.Algorithm is not SecurityAlgorithms.HmacSha256
        )
            return false;
        try
        {
            parsed = new AccessToken(token);
            return true;
        }
        catch (ArgumentException)
        {
            return false; // the library's answer to a payload that makes no sense
        }
    }

    /// <summary>What it says; null when Anteroom does not write such claims. Not to be believed before the signature is checked.</summary>
    public AccessClaims? Said =>
        _said ??=
            TryDecode(EncodedPayload, out var payload)
            && TryRead(payload, AccessTokenJson.Default.AccessClaims, out var claims)
                ? claims
                : null;

    private static bool TryRead<T>(byte[] utf8, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? read)
        where T : class
    {
        read = null;
        try
        {
            // The document, not the serializer alone: it also finds a name twice that the type does not have.
            using var json = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
            read = json.Deserialize(type);
            return read is not null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // InvalidOperationException: half of a surrogate pair, escaped
        }
    }

    /// <summary>Only the one way of writing bytes that RFC 7515 section 2 has: no padding, no white space, no stray bits at the end.</summary>
    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!Base64Url.IsValid(text))
            return false;
        bytes = Base64Url.DecodeFromChars(text);
        return string.Equals(Base64Url.EncodeToString(bytes), text, StringComparison.Ordinal);
    }
}

/// <summary>The header of a token. Any other field is refused, above all <c>crit</c> (RFC 7515 section 4.1.11).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AccessTokenHeader(
    [property: JsonPropertyName("alg")] string Algorithm,
    [property: JsonPropertyName("typ")] string? Type = null,
    [property: JsonPropertyName("kid")] string? KeyId = null
);

/// <summary>Reads and writes what tokens say: nothing missing, nothing null, nothing of another type.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AccessTokenHeader))]
[JsonSerializable(typeof(AccessClaims))]
internal sealed partial class AccessTokenJson : JsonSerializerContext;
