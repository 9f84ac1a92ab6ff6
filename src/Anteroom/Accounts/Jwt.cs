using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Anteroom.Accounts;

/// <summary>What an access token says. Names and role are for clients to show; Anteroom itself looks them up.</summary>
/// <param name="UserId"><c>sub</c>: whose it is.</param>
/// <param name="UserName"><c>name</c></param>
/// <param name="FullName"><c>full_name</c></param>
/// <param name="Role"><c>role</c>, snake case.</param>
/// <param name="Stamp"><c>stamp</c>: changes with the password (<see cref="AccessTokens.ShortStamp"/>).</param>
/// <param name="Session"><c>sid</c>: the sign-in that it goes back to (<see cref="RefreshToken.Family"/>).</param>
/// <param name="TokenId"><c>jti</c></param>
/// <param name="IssuedAt"><c>iat</c> and <c>nbf</c>, to the second.</param>
/// <param name="ExpiresAt"><c>exp</c>, to the second.</param>
public sealed record AccessClaims(
    Guid UserId,
    string UserName,
    string FullName,
    Role Role,
    string Stamp,
    Guid Session,
    Guid TokenId,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt
);

/// <summary>The access tokens of the JWT API: claims (RFC 7519) in a signed text (<see cref="Jws"/>).</summary>
public static class Jwt
{
    /// <summary><c>iss</c> and <c>aud</c>: made by Anteroom for Anteroom.</summary>
    public const string Anteroom = "anteroom";

    /// <summary>How far the clocks of two nodes may be apart (RFC 7519 section 4.1.4).</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    /// <summary>Writes and signs the claims.</summary>
    public static string Write(AccessClaims claims, JwtKey key)
    {
        var header = Json(json =>
        {
            json.WriteString("alg", "HS256");
            json.WriteString("typ", "JWT");
            json.WriteString("kid", key.Id);
        });
        var payload = Json(json =>
        {
            json.WriteString("iss", Anteroom);
            json.WriteString("aud", Anteroom);
            json.WriteString("sub", claims.UserId);
            json.WriteString("name", claims.UserName);
            json.WriteString("full_name", claims.FullName);
            json.WriteString("role", claims.Role.ToWire());
            json.WriteString("stamp", claims.Stamp);
            json.WriteString("sid", claims.Session);
            json.WriteString("jti", claims.TokenId);
            json.WriteNumber("iat", claims.IssuedAt.ToUnixTimeSeconds());
            json.WriteNumber("nbf", claims.IssuedAt.ToUnixTimeSeconds());
            json.WriteNumber("exp", claims.ExpiresAt.ToUnixTimeSeconds());
        });
        return Jws.Sign(header, payload, key.Secret);
    }

    /// <summary>Reads the claims of a token whose signature fits, and checks that it is for us and for now.</summary>
    /// <param name="token">The token; its signature has been checked.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="claims">What it says.</param>
    /// <param name="problem">Why it is not accepted, as a sentence for a developer.</param>
    public static bool TryRead(
        Jws token,
        DateTimeOffset now,
        [NotNullWhen(true)] out AccessClaims? claims,
        [NotNullWhen(false)] out string? problem
    )
    {
        claims = null;
        problem = "The access token is not one of Anteroom's.";
        if (token.Type is not "JWT" || !Jws.TryReadObject(token.Payload, out var read))
            return false;
        using (read)
        {
            var said = read.RootElement;
            if (
                Text("iss") is not Anteroom
                || !IsForUs(said)
                || !Guid.TryParse(Text("sub"), out var userId)
                || Text("name") is not { } userName
                || Text("full_name") is not { } fullName
                || !WireName.TryParse<Role>(Text("role"), out var role)
                || Text("stamp") is not { } stamp
                || !Guid.TryParse(Text("sid"), out var session)
                || !Guid.TryParse(Text("jti"), out var tokenId)
                || Time("iat") is not { } issuedAt
                || Time("nbf") is not { } notBefore
                || Time("exp") is not { } expiresAt
            )
                return false;
            if (now >= expiresAt + Leeway)
            {
                problem = "The access token has expired.";
                return false;
            }

            if (issuedAt > now + Leeway || notBefore > now + Leeway)
            {
                problem = "The access token is not good yet.";
                return false;
            }

            claims = new AccessClaims(userId, userName, fullName, role, stamp, session, tokenId, issuedAt, expiresAt);
            problem = null;
            return true;

            string? Text(string name) => Jws.TryText(said, name, out var text) ? text : null;

            DateTimeOffset? Time(string name) => TimeIn(said, name);
        }
    }

    /// <summary><c>aud</c> is a text or a list of texts (section 4.1.3).</summary>
    private static bool IsForUs(JsonElement said) =>
        said.TryGetProperty("aud", out var audience)
        && (audience.ValueKind == JsonValueKind.Array ? audience.EnumerateArray().Any(IsUs) : IsUs(audience));

    private static bool IsUs(JsonElement one) => one.ValueKind == JsonValueKind.String && one.ValueEquals(Anteroom);

    /// <summary>Whole seconds since 1970, before the year 3000 (the sum with the leeway has to stay a date).</summary>
    private static DateTimeOffset? TimeIn(JsonElement said, string name) =>
        said.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var seconds)
        && seconds is >= 0 and < 32_503_680_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static ReadOnlySpan<byte> Json(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan;
    }
}
