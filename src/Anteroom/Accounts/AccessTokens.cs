using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Accounts;

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
    private const string SessionClaim = "sid";

    /// <summary>How long a token is good.</summary>
    public TimeSpan Lifetime => options.Value.AccessTokenLifetime;

    /// <summary>Makes a token for a sign-in.</summary>
    public async Task<string> IssueAsync(Session session, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var user = session.User;
        var claims = new AccessClaims
        {
            UserId = user.Id,
            UserName = user.UserName,
            FullName = user.FullName,
            Role = user.Role,
            Stamp = ShortStamp(session.Stamp),
            Session = session.Family,
            TokenId = Guid.NewGuid(),
            IssuedAt = now,
            ExpiresAt = now + Lifetime,
        };
        return AccessToken.Write(claims, await keys.CurrentAsync(cancellation));
    }

    /// <summary>
    /// Whose token it is, as of now: a change of role counts at once. Null when the sign-in has ended, the password has changed or the
    /// account is not active.
    /// </summary>
    internal async Task<CurrentUser?> FindUserAsync(AccessClaims claims, CancellationToken cancellation)
    {
        var row = await database.QueryOneAsync<SessionRow>(
            """
            select id, user_name, full_name, role, coalesce(security_stamp, '') stamp, $2::uuid family from users
            where id = $1 and active and exists (select from refresh_tokens where family = $2 and user_id = $1)
            """,
            cancellation,
            Sql.Value(claims.UserId),
            Sql.Value(claims.Session)
        );
        return row is not null && ShortStamp(row.Stamp) == claims.Stamp ? row.User : null;
    }

    /// <summary>The sign-in that a request's access token goes back to; null when it came without one.</summary>
    public static Guid? SessionOf(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(SessionClaim), out var session) ? session : null;

    internal static ClaimsIdentity IdentityOf(Guid session) => new([new Claim(SessionClaim, session.ToString())]);

    /// <summary>Tells whether the password is still the same without telling Identity's stamp, which others sign with.</summary>
    public static string ShortStamp(string securityStamp) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(securityStamp)).AsSpan(0, 12));
}
