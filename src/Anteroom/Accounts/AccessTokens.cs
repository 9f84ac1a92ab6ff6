using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>
/// The access tokens of the JWT API. The signature alone opens nothing: each request asks the database whether the account is active with
/// the same password and the sign-in has not ended, so that each of these counts at once. Requests that come together ask with one
/// statement, by primary key.
/// </summary>
public sealed class AccessTokens
{
    private const string SessionClaim = "sid";
    private const int MostTogether = 100;

    private readonly SigningKeys _keys;
    private readonly IOptions<JwtOptions> _options;
    private readonly TimeProvider _time;
    private readonly Together<(Guid User, Guid Session), SessionRow?> _together;

    /// <summary>Makes and checks them.</summary>
    public AccessTokens(NpgsqlDataSource database, SigningKeys keys, IOptions<JwtOptions> options, TimeProvider time)
    {
        (_keys, _options, _time) = (keys, options, time);
        _together = new(MostTogether, asked => ReadAsync(database, asked), concernsAll: _ => true);
    }

    /// <summary>How long a token is good.</summary>
    public TimeSpan Lifetime => _options.Value.AccessTokenLifetime;

    /// <summary>Makes a token for a sign-in.</summary>
    public async Task<string> IssueAsync(Session session, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
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
        return AccessToken.Write(claims, await _keys.CurrentAsync(cancellation));
    }

    /// <summary>
    /// Whose token it is, as of now: a change of role counts at once. Null when the sign-in has ended, the password has changed or the
    /// account is not active.
    /// </summary>
    internal async Task<CurrentUser?> FindUserAsync(AccessClaims claims, CancellationToken cancellation)
    {
        var row = await _together.RunAsync((claims.UserId, claims.Session)).WaitAsync(cancellation);
        return row is not null && ShortStamp(row.Stamp) == claims.Stamp ? row.User : null;
    }

    private static async Task<IReadOnlyList<SessionRow?>> ReadAsync(
        NpgsqlDataSource database,
        IReadOnlyList<(Guid User, Guid Session)> asked
    )
    {
        var distinct = asked.Distinct().ToList();
        var rows = await database.QueryAsync<SessionRow>(
            """
            select id, user_name, full_name, role, coalesce(security_stamp, '') stamp, family
            from unnest($1, $2) asked (id, family) join users using (id)
            cross join lateral (select from refresh_tokens where refresh_tokens.family = asked.family and user_id = asked.id limit 1) goes_on
            where active
            """,
            CancellationToken.None,
            Sql.Value(distinct.ConvertAll(each => each.User).ToArray()),
            Sql.Value(distinct.ConvertAll(each => each.Session).ToArray())
        );
        var found = rows.ToDictionary(row => (row.Id, row.Family));
        return [.. asked.Select(each => found.GetValueOrDefault(each))];
    }

    /// <summary>The sign-in that a request's access token goes back to; null when it came without one.</summary>
    public static Guid? SessionOf(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(SessionClaim), out var session) ? session : null;

    internal static ClaimsIdentity IdentityOf(Guid session) => new([new Claim(SessionClaim, session.ToString())]);

    /// <summary>Tells whether the password is still the same without telling Identity's stamp, which others sign with.</summary>
    public static string ShortStamp(string securityStamp) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(securityStamp)).AsSpan(0, 12));
}
