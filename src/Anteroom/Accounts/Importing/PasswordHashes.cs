using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>
/// Identity's hashes, and those of Django (<c>pbkdf2_sha256$iterations$salt$hash</c>) as they came with imported accounts: they are checked
/// as Django does, and at the first sign-in that fits Identity puts one of its own in their place.
/// </summary>
internal sealed class PasswordHashes(IOptions<PasswordHasherOptions> options) : PasswordHasher<User>(options)
{
    // Django 5.2 has a million. More would let whoever wrote the other database keep a core busy with every try.
    private const int MostIterations = 5_000_000;

    public override PasswordVerificationResult VerifyHashedPassword(
        User user,
        string hashedPassword,
        string providedPassword
    ) =>
        Read(hashedPassword) is not { } django ? base.VerifyHashedPassword(user, hashedPassword, providedPassword)
        : django.Fits(providedPassword) ? PasswordVerificationResult.SuccessRehashNeeded
        : PasswordVerificationResult.Failed;

    /// <summary>Whether it is a hash of Django's that can be checked here.</summary>
    public static bool IsDjangos(string? hash) => hash is not null && Read(hash) is not null;

    private static DjangoHash? Read(string hash)
    {
        if (
            hash.Split('$') is not [var algorithm, var rounds, { Length: > 0 } salt, var digest]
            || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < 1 or > MostIterations
        )
            return null;
        var bytes = new byte[digest.Length];
        return
            algorithm == "pbkdf2_sha256"
            && Convert.TryFromBase64String(digest, bytes, out var length)
            && length == SHA256.HashSizeInBytes
            ? new DjangoHash(iterations, salt, bytes[..length])
            : null;
    }

    private sealed record DjangoHash(int Iterations, string Salt, byte[] Digest)
    {
        public bool Fits(string password) =>
            CryptographicOperations.FixedTimeEquals(
                Digest,
                Rfc2898DeriveBytes.Pbkdf2(
                    Encoding.UTF8.GetBytes(password),
                    Encoding.UTF8.GetBytes(Salt),
                    Iterations,
                    HashAlgorithmName.SHA256,
                    Digest.Length
                )
            );
    }
}
