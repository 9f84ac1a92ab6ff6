using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>A link in an email to a user. The link itself is sent and never kept.</summary>
public sealed class UserLink
{
    /// <summary>Sets a password.</summary>
    public const string Password = "password";

    /// <summary>Confirms an address.</summary>
    public const string Address = "email";

    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary><see cref="Password"/> or <see cref="Address"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>SHA-256 of what the link holds.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The user's security stamp; the link has ended once the user has another.</summary>
    public required string Stamp { get; init; }

    /// <summary>The address to be confirmed; null for a password.</summary>
    public string? Email { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not taken after this instant, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Makes and checks the links in emails to users: of each purpose the newest works, once, for a while.</summary>
public sealed class UserLinks(AnteroomDb db, TimeProvider time)
{
    private const int TokenBytes = 32;

    /// <summary>Makes a link in place of the one before; the caller saves. Returns what it holds.</summary>
    public async Task<string> MakeAsync(
        User user,
        string purpose,
        TimeSpan life,
        string? email,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(user);
        var now = time.GetUtcNow();
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenBytes));
        await EndAsync(user.Id, purpose, cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into user_links (user_id, purpose, hash, stamp, email, created_at, expires_at)
            values ({user.Id}, {purpose}, {Hash(token)}, {user.SecurityStamp ?? ""}, {email}, {now}, {now + life})
            """,
            cancellation
        );
        return token;
    }

    /// <summary>The link that holds this, as long as it works.</summary>
    public async Task<UserLink?> FindAsync(User user, string purpose, string? token, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        var (hash, stamp, now) = (Hash(token ?? ""), user.SecurityStamp ?? "", time.GetUtcNow());
        return await db.Set<UserLink>()
            .AsNoTracking()
            .SingleOrDefaultAsync(
                link =>
                    link.UserId == user.Id
                    && link.Purpose == purpose
                    && link.Hash == hash
                    && link.Stamp == stamp
                    && link.ExpiresAt > now,
                cancellation
            );
    }

    /// <summary>When the newest was made; null when there is none.</summary>
    public Task<DateTimeOffset?> MadeAtAsync(Guid userId, string purpose, CancellationToken cancellation) =>
        db.Set<UserLink>()
            .Where(link => link.UserId == userId && link.Purpose == purpose)
            .Select(link => (DateTimeOffset?)link.CreatedAt)
            .SingleOrDefaultAsync(cancellation);

    /// <summary>The link has been used.</summary>
    public Task EndAsync(Guid userId, string purpose, CancellationToken cancellation) =>
        db.Set<UserLink>()
            .Where(link => link.UserId == userId && link.Purpose == purpose)
            .ExecuteDeleteAsync(cancellation);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
