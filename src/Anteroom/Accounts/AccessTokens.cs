using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>What became of checking an access token.</summary>
public abstract record AccessTokenResult
{
    private AccessTokenResult() { }

    /// <summary>It is good.</summary>
    /// <param name="User">Who it is from, as of now: a change of role counts at once.</param>
    /// <param name="Session">The sign-in it goes back to.</param>
    public sealed record Accepted(CurrentUser User, Guid Session) : AccessTokenResult;

    /// <summary>It is not; the sentence is for a developer and tells nothing about accounts.</summary>
    public sealed record Refused(string Why) : AccessTokenResult;
}

/// <summary>
/// The access tokens of the JWT API. The signature alone opens nothing: each request asks the database, one statement by primary key,
/// whether the account is active with the same password and the sign-in has not ended, so that each of these counts at once.
/// </summary>
public sealed class AccessTokens(
    NpgsqlDataSource database,
    SigningKeys keys,
    IOptions<JwtOptions> options,
    TimeProvider time
)
{
    /// <summary>How long a token is good.</summary>
    public TimeSpan Lifetime => options.Value.AccessTokenLifetime;

    /// <summary>Makes a token for a sign-in.</summary>
    public async Task<string> IssueAsync(Session session, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var user = session.User;
        var claims = new AccessClaims(
            user.Id,
            user.UserName,
            user.FullName,
            user.Role,
            ShortStamp(session.Stamp),
            session.Family,
            Guid.NewGuid(),
            now,
            now + Lifetime
        );
        return Jwt.Write(claims, await keys.CurrentAsync(cancellation));
    }

    /// <summary>Whose token it is.</summary>
    public async Task<AccessTokenResult> CheckAsync(string token, CancellationToken cancellation)
    {
        if (!Jws.TryParse(token, out var jws))
            return new AccessTokenResult.Refused("The access token is malformed.");
        if (
            jws.KeyId is null
            || await keys.FindAsync(jws.KeyId, cancellation) is not { } key
            || !jws.IsSignedWith(key.Secret)
        )
            return new AccessTokenResult.Refused("The signature of the access token is not valid.");
        if (!Jwt.TryRead(jws, time.GetUtcNow(), out var claims, out var problem))
            return new AccessTokenResult.Refused(problem);

        return await FindUserAsync(claims, cancellation) is { } user
            ? new AccessTokenResult.Accepted(user, claims.Session)
            : new AccessTokenResult.Refused("The sign-in of the access token has ended.");
    }

    /// <summary>Tells whether the password is still the same without telling Identity's stamp, which others sign with.</summary>
    public static string ShortStamp(string securityStamp) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(securityStamp)).AsSpan(0, 12));

    private async Task<CurrentUser?> FindUserAsync(AccessClaims claims, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select user_name, full_name, role, coalesce(security_stamp, '') from users
            where id = $1 and active and exists (select from refresh_tokens where family = $2 and user_id = $1)
            """
        );
        command.Parameters.Add(Sql.Value(claims.UserId));
        command.Parameters.Add(Sql.Value(claims.Session));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) && ShortStamp(reader.GetString(3)) == claims.Stamp
            ? new CurrentUser(
                claims.UserId,
                reader.GetString(0),
                reader.GetString(1),
                WireName.Parse<Role>(reader.GetString(2))
            )
            : null;
    }
}
