using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>A key that signs or verifies JWTs.</summary>
/// <param name="Id">The <c>kid</c>: the first 8 bytes of the secret's SHA-256 in hexadecimal.</param>
/// <param name="Secret">32 bytes.</param>
public sealed record JwtKey(string Id, byte[] Secret)
{
    /// <summary>The same for the token handler, which keeps what it computes from it.</summary>
    internal SymmetricSecurityKey Security { get; } = new(Secret) { KeyId = Id };

    /// <summary>The key of a secret.</summary>
    public static JwtKey Of(byte[] secret) =>
        new(Convert.ToHexStringLower(SHA256.HashData(secret).AsSpan(0, 8)), secret);

    /// <summary>The key that every node derives from the same <c>SECRET_KEY</c> (HKDF, RFC 5869), so that none has to be shared.</summary>
    public static JwtKey From(string secretKey) =>
        Of(
            HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                Encoding.UTF8.GetBytes(secretKey),
                HMACSHA256.HashSizeInBytes,
                salt: [],
                info: "anteroom jwt hs256"u8.ToArray()
            )
        );
}

/// <summary>
/// The keys of all nodes: derived from <c>SECRET_KEY</c> when that is set; else made once, kept in table <c>signing_keys</c> and
/// protected with the data-protection keys. Kept in memory, read again every minute and when a token names an unknown one.
/// </summary>
public sealed partial class SigningKeys(
    NpgsqlDataSource database,
    IDataProtectionProvider protection,
    IOptions<JwtOptions> options,
    TimeProvider time,
    ILogger<SigningKeys> log
) : IDisposable
{
    /// <summary>A node signs with a retired key for at most that long.</summary>
    public static readonly TimeSpan RereadAfter = TimeSpan.FromMinutes(1);

    /// <summary>Tokens that name keys of their own invention cost one statement in that time, not one each.</summary>
    public static readonly TimeSpan UnknownKeyPause = TimeSpan.FromSeconds(5);

    /// <summary>One node at a time makes or retires keys. Any number that no other lock in this database has.</summary>
    internal const string Lock = "select pg_advisory_xact_lock(7236501942)";

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Ring? _ring;

    /// <summary>The key that signs.</summary>
    public async ValueTask<JwtKey> CurrentAsync(CancellationToken cancellation) =>
        (await RingAsync(RereadAfter, cancellation)).Keys[0].Key;

    /// <summary>The key that a token names; null when there is none, or it has retired.</summary>
    public async ValueTask<JwtKey?> FindAsync(string id, CancellationToken cancellation) =>
        (await RingAsync(RereadAfter, cancellation)).Find(id, time.GetUtcNow())
        ?? (await RingAsync(UnknownKeyPause, cancellation)).Find(id, time.GetUtcNow());

    /// <summary>Whether keys are derived from <c>SECRET_KEY</c>; then the table is not looked at.</summary>
    public bool AreDerived => options.Value.SecretKeys.Count > 0;

    /// <summary>A new random key as a row for <c>signing_keys</c>.</summary>
    internal (string Id, string Secret) Make()
    {
        var key = JwtKey.Of(RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes));
        return (key.Id, Protector.Protect(Convert.ToBase64String(key.Secret)));
    }

    private IDataProtector Protector => protection.CreateProtector("Anteroom.Accounts.SigningKeys");

    private async ValueTask<Ring> RingAsync(TimeSpan oldest, CancellationToken cancellation)
    {
        if (Fresh() is { } known)
            return known;
        await _reading.WaitAsync(cancellation);
        try
        {
            return Fresh() ?? (_ring = AreDerived ? Derive() : await ReadOrMakeAsync(cancellation));
        }
        finally
        {
            _reading.Release();
        }

        Ring? Fresh() =>
            _ring is { } ring && (ring.IsDerived || time.GetElapsedTime(ring.ReadAt) < oldest) ? ring : null;
    }

    private Ring Derive() =>
        new(time.GetTimestamp(), true, [.. options.Value.SecretKeys.Select(key => new Entry(JwtKey.From(key), null))]);

    private async Task<Ring> ReadOrMakeAsync(CancellationToken cancellation)
    {
        var (ring, unreadable) = await ReadAsync(cancellation);
        if (ring is not null)
            return ring;

        var (id, secret) = Make();
        await using var batch = database.CreateBatch();
        batch.Add(Lock);
        batch.Add(
            """
            insert into signing_keys (id, secret, created_at)
            select $1, $2, $3
            where not exists (select from signing_keys where retires_at is null and id <> all ($4))
            """,
            Sql.Value(id),
            Sql.Value(secret),
            Sql.Value(time.GetUtcNow()),
            Sql.Value(unreadable)
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        return (await ReadAsync(cancellation)).Ring
            ?? throw new InvalidOperationException("The signing keys cannot be read by the node that made them.");
    }

    private sealed record KeyRow(string Id, string Secret, DateTimeOffset? RetiresAt);

    /// <summary>The keys, the newest first; no ring when none of them can sign.</summary>
    private async Task<(Ring? Ring, string[] Unreadable)> ReadAsync(CancellationToken cancellation)
    {
        List<Entry> keys = [];
        List<string> unreadable = [];
        var readAt = time.GetTimestamp();
        var rows = await database.QueryAsync<KeyRow>(
            """
            select id, secret, retires_at from signing_keys where retires_at is null or retires_at > $1
            order by retires_at desc nulls first, created_at desc, id
            """,
            cancellation,
            Sql.Value(time.GetUtcNow())
        );
        foreach (var (id, secret, retiresAt) in rows)
        {
            try
            {
                keys.Add(new Entry(new JwtKey(id, Convert.FromBase64String(Protector.Unprotect(secret))), retiresAt));
            }
            catch (CryptographicException problem)
            {
                CannotRead(log, id, problem);
                unreadable.Add(id);
            }
        }

        var signs = keys.Count > 0 && keys[0].RetiresAt is null;
        return (signs ? new Ring(readAt, false, keys) : null, [.. unreadable]);
    }

    /// <inheritdoc />
    public void Dispose() => _reading.Dispose();

    private sealed record Entry(JwtKey Key, DateTimeOffset? RetiresAt);

    private sealed record Ring(long ReadAt, bool IsDerived, IReadOnlyList<Entry> Keys)
    {
        public JwtKey? Find(string id, DateTimeOffset now) =>
            Keys.FirstOrDefault(entry => entry.Key.Id == id && !(entry.RetiresAt <= now))?.Key;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Signing key {Id} cannot be read with the keys of table data_protection_keys (was only a part restored?). Tokens that it has signed are refused; their owners sign in again."
    )]
    private static partial void CannotRead(ILogger log, string id, Exception problem);
}
