using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>What became of making a new signing key.</summary>
public abstract record RotateKeysResult
{
    private RotateKeysResult() { }

    /// <summary>The new key signs; running nodes take it within <see cref="SigningKeys.RereadAfter"/>.</summary>
    /// <param name="Id">Its <c>kid</c>.</param>
    /// <param name="OldVerifyUntil">When the last token of the keys before has expired, UTC.</param>
    public sealed record Rotated(string Id, DateTimeOffset OldVerifyUntil) : RotateKeysResult;

    /// <summary>Keys are derived from <c>SECRET_KEY</c>: whoever sets that rotates it.</summary>
    public sealed record KeysAreDerived : RotateKeysResult;
}

/// <summary>
/// Makes a new signing key without signing anybody out: those before verify until the last token that they may have signed has expired.
/// </summary>
public sealed class RotateKeys(
    NpgsqlDataSource database,
    SigningKeys keys,
    IOptions<JwtOptions> options,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Makes the key, retires those before, and removes those that have retired long ago. One transaction.</summary>
    public async Task<RotateKeysResult> RunAsync(CancellationToken cancellation)
    {
        if (keys.AreDerived)
            return new RotateKeysResult.KeysAreDerived();

        var now = time.GetUtcNow();
        var until = now + SigningKeys.RereadAfter + options.Value.AccessTokenLifetime + AccessToken.Leeway;
        var (id, secret) = keys.Make();
        await using var batch = database.CreateBatch();
        batch.Add(SigningKeys.Lock);
        batch.Add("delete from signing_keys where retires_at < $1", Sql.Value(now));
        batch.Add("update signing_keys set retires_at = $1 where retires_at is null", Sql.Value(until));
        batch.Add(
            "insert into signing_keys (id, secret, created_at) values ($1, $2, $3)",
            Sql.Value(id),
            Sql.Value(secret),
            Sql.Value(now)
        );
        audit.Write(batch, AuditKind.CredentialsChanged, $"made a new key that signs tokens: {id}");
        await batch.ExecuteNonQueryAsync(cancellation);
        return new RotateKeysResult.Rotated(id, until);
    }
}
