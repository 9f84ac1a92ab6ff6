using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>A sign-in of the JWT API that goes on.</summary>
/// <param name="User">Who it is, as of now.</param>
/// <param name="Stamp">The user's security stamp.</param>
/// <param name="Family">The sign-in: <see cref="RefreshToken.Family"/>.</param>
/// <param name="RefreshToken">For the next exchange; it cannot be read back.</param>
public sealed record Session(CurrentUser User, string Stamp, Guid Family, string RefreshToken);

/// <summary>What became of exchanging a refresh token.</summary>
public abstract record ExchangeResult
{
    private ExchangeResult() { }

    /// <summary>The sign-in goes on with the next token.</summary>
    public sealed record Exchanged(Session Session) : ExchangeResult;

    /// <summary>It is none, has expired or was revoked, the password has changed, or the account is not active.</summary>
    public sealed record Refused : ExchangeResult;

    /// <summary>It had been exchanged before. Somebody has a copy, and it cannot be told who: the sign-in has ended.</summary>
    public sealed record Reused : ExchangeResult;
}

/// <summary>
/// Refresh tokens with rotation (RFC 9700 section 4.14.2): each is good for one exchange, and one that comes twice ends its whole
/// family. Random, kept as SHA-256. A family's exchanges and its end take turns, on all nodes, so that none slips past its end.
/// </summary>
public sealed partial class RefreshTokens(
    NpgsqlDataSource database,
    IOptions<JwtOptions> options,
    TimeProvider time,
    ILogger<RefreshTokens> log
)
{
    private const int TokenBytes = 32;
    internal const string TakeTurns = "select pg_advisory_xact_lock(hashtextextended(family::text, 0))";

    /// <summary>Starts a sign-in for a user whose password has been checked; null when the account is not active.</summary>
    public async Task<Session?> StartAsync(Guid userId, Visitor from, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var token = NewToken();
        await using var batch = database.CreateBatch();
        // What has expired is of no use to anybody; this is the time to clear up after the user.
        batch.Add(
            "delete from refresh_tokens where user_id = $1 and expires_at < $2",
            Sql.Value(userId),
            Sql.Value(now)
        );
        batch.Add(
            """
            with someone as (
                select id, user_name, full_name, role, coalesce(security_stamp, '') as stamp, $3::uuid as family
                from users where id = $1 and active
            ), first as (
                insert into refresh_tokens (hash, user_id, family, stamp, created_at, expires_at, began_at, user_agent, address)
                select $2, id, family, stamp, $4, least($5, $4 + $6), $4, $7, $8 from someone
            )
            select id, user_name, full_name, role, stamp, family from someone
            """,
            Sql.Value(userId),
            Sql.Value(Hash(token)),
            Sql.Value(Guid.CreateVersion7(now)),
            Sql.Value(now),
            Sql.Value(now + options.Value.RefreshTokenLifetime),
            Sql.Value(options.Value.RefreshSignInLifetime),
            Sql.Value(from.UserAgent),
            Sql.Value(from.Address)
        );
        return await ReadAsync(batch, token, afterLock: false, cancellation);
    }

    /// <summary>Exchanges a token for the next. Of two exchanges of one token at the same time, one succeeds.</summary>
    public async Task<ExchangeResult> ExchangeAsync(string token, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var next = NewToken();
        await using var batch = database.CreateBatch();
        batch.Add($"{TakeTurns} from refresh_tokens where hash = $1", Sql.Value(Hash(token)));
        batch.Add(
            """
            with used as (
                update refresh_tokens set used_at = $3 from users
                where hash = $1 and used_at is null and expires_at > $3 and began_at > $3 - $5
                    and users.id = user_id and active and coalesce(security_stamp, '') = stamp
                returning user_id, user_name, full_name, role, stamp, family, began_at, user_agent, address
            ), next as (
                insert into refresh_tokens (hash, user_id, family, stamp, created_at, expires_at, began_at, user_agent, address)
                select $2, user_id, family, stamp, $3, least($4, began_at + $5), began_at, user_agent, address from used
            )
            select user_id as id, user_name, full_name, role, stamp, family from used
            """,
            Sql.Value(Hash(token)),
            Sql.Value(Hash(next)),
            Sql.Value(now),
            Sql.Value(now + options.Value.RefreshTokenLifetime),
            Sql.Value(options.Value.RefreshSignInLifetime)
        );
        if (await ReadAsync(batch, next, afterLock: true, cancellation) is { } session)
            return new ExchangeResult.Exchanged(session);
        if (!await EndFamilyOfAsync(token, onlyUsed: true, cancellation))
            return new ExchangeResult.Refused();
        CameTwice(log);
        return new ExchangeResult.Reused();
    }

    /// <summary>Ends the sign-in that a refresh token belongs to, at once and on every node; false when there is none.</summary>
    public Task<bool> EndAsync(string token, CancellationToken cancellation) =>
        EndFamilyOfAsync(token, onlyUsed: false, cancellation);

    /// <summary>Ends a sign-in, at once and on every node.</summary>
    public async Task EndAsync(Guid family, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Add("select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))", Sql.Value(family));
        batch.Add("delete from refresh_tokens where family = $1", Sql.Value(family));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Ends every sign-in of a user. A new password and an account that is not active do so without it.</summary>
    public async Task EndAllAsync(Guid userId, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Add(
            $"{TakeTurns} from (select distinct family from refresh_tokens where user_id = $1 order by family) families",
            Sql.Value(userId)
        );
        batch.Add("delete from refresh_tokens where user_id = $1", Sql.Value(userId));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<bool> EndFamilyOfAsync(string token, bool onlyUsed, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Add($"{TakeTurns} from refresh_tokens where hash = $1", Sql.Value(Hash(token)));
        batch.Add(
            """
            delete from refresh_tokens
            where family = (select family from refresh_tokens where hash = $1 and (used_at is not null or not $2))
            """,
            Sql.Value(Hash(token)),
            Sql.Value(onlyUsed)
        );
        return await batch.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>Reads the session that the batch's second statement returns; null when it returns none.</summary>
    private static async Task<Session?> ReadAsync(
        NpgsqlBatch batch,
        string token,
        bool afterLock,
        CancellationToken cancellation
    )
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (afterLock)
            await reader.NextResultAsync(cancellation); // the lock is a row, too
        return await reader.ReadOneAsync<SessionRow>(cancellation) is { } row
            ? new Session(row.User, row.Stamp, row.Family, token)
            : null;
    }

    private static string NewToken() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenBytes));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    [LoggerMessage(LogLevel.Warning, "A refresh token came a second time; its sign-in has been ended.")]
    private static partial void CameTwice(ILogger log);
}
