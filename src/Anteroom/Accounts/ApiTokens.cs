using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>The opaque tokens of the Django-style API: random, kept as SHA-256, good until they are revoked.</summary>
public sealed class ApiTokens(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>32 random bytes as 43 characters that need no escaping anywhere.</summary>
    private const int TokenBytes = 32;

    /// <summary>Gives the user a new token; those that were given out before stay good.</summary>
    /// <returns>The token; it cannot be read back.</returns>
    public async Task<string> IssueAsync(Guid userId, CancellationToken cancellation)
    {
        var (token, hash) = New();
        await using var command = database.CreateCommand(
            "insert into api_tokens (hash, user_id, created_at) values ($1, $2, $3)"
        );
        command.Parameters.Add(Sql.Value(hash));
        command.Parameters.Add(Sql.Value(userId));
        command.Parameters.Add(Sql.Value(time.GetUtcNow()));
        await command.ExecuteNonQueryAsync(cancellation);
        return token;
    }

    /// <summary>
    /// Whose token it is; null when it is none, has expired, was revoked, or the account is not active. One statement, which writes
    /// down at most once a minute that it was used.
    /// </summary>
    public async Task<CurrentUser?> FindUserAsync(string token, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var row = await database.QueryOneAsync<CurrentUserRow>(
            """
            with used as (
                update api_tokens set last_used_at = $2
                where hash = $1 and (last_used_at is null or last_used_at < $3) and (expires_at is null or expires_at > $2)
            )
            select users.id, user_name, full_name, role from api_tokens join users on users.id = user_id
            where hash = $1 and active and (expires_at is null or expires_at > $2)
            """,
            cancellation,
            Sql.Value(HashOf(token)),
            Sql.Value(now),
            Sql.Value(now.AddMinutes(-1))
        );
        return row?.User;
    }

    /// <summary>Makes one token useless, at once and on every node.</summary>
    public async Task RevokeAsync(string token, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from api_tokens where hash = $1");
        command.Parameters.Add(Sql.Value(HashOf(token)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Makes every token of the user useless, at once and on every node.</summary>
    public async Task RevokeAllAsync(Guid userId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from api_tokens where user_id = $1");
        command.Parameters.Add(Sql.Value(userId));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A new token and its hash.</summary>
    internal static (string Token, byte[] Hash) New()
    {
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenBytes));
        return (token, HashOf(token));
    }

    /// <summary>What is kept of a token.</summary>
    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
