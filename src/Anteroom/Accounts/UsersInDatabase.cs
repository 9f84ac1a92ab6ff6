using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>
/// Identity's own store, but for recovery codes, which are kept as passwords are: salted, by PBKDF2 with HMAC-SHA-512 (ASVS 6.5.2). The codes
/// of a user share a salt, so that a try costs one hash.
/// </summary>
internal sealed class UsersInDatabase(AnteroomDb db, IOptions<PasswordHasherOptions> options)
    : UserOnlyStore<User, AnteroomDb, Guid>(db)
{
    private const string Provider = "[AspNetUserStore]";
    private const string Codes = "RecoveryCodes";
    private readonly AnteroomDb _db = db;

    public override Task ReplaceCodesAsync(
        User user,
        IEnumerable<string> recoveryCodes,
        CancellationToken cancellationToken
    ) => base.ReplaceCodesAsync(user, Hashed(recoveryCodes), cancellationToken);

    public override async Task<bool> RedeemCodeAsync(User user, string code, CancellationToken cancellationToken)
    {
        var kept = (await GetTokenAsync(user, Provider, Codes, cancellationToken) ?? "").Split(';');
        var tried = new Dictionary<string, string>(StringComparer.Ordinal);
        var which = Array.FindIndex(kept, one => Fits(one, code, tried));
        if (which < 0)
            return false;
        await base.ReplaceCodesAsync(user, kept.Where((_, at) => at != which), cancellationToken);
        return true;
    }

    /// <summary>Hashes the codes that an older version left as they are.</summary>
    public async Task HashOldCodesAsync(CancellationToken cancellation)
    {
        var old = await _db
            .UserTokens.Where(token => token.LoginProvider == Provider && token.Name == Codes && token.Value != null)
            .Where(token => token.Value != "" && !EF.Functions.Like(token.Value!, "%.%"))
            .ToListAsync(cancellation);
        foreach (var token in old)
        {
            var (before, after) = (token.Value, string.Join(';', Hashed(token.Value!.Split(';'))));
            // A code that is used at this moment is not brought back.
            await _db
                .UserTokens.Where(one =>
                    one.UserId == token.UserId && one.LoginProvider == Provider && one.Name == Codes
                )
                .Where(one => one.Value == before)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.Value, after), cancellation);
        }
    }

    private List<string> Hashed(IEnumerable<string> codes)
    {
        var salt = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var rounds = options.Value.IterationCount.ToString(CultureInfo.InvariantCulture);
        return [.. codes.Select(code => $"{rounds}.{salt}.{Hash(code, rounds, salt)}")];
    }

    /// <summary>Whether what is kept is this code: <c>rounds.salt.hash</c>, or the code itself from an older version.</summary>
    private static bool Fits(string kept, string code, Dictionary<string, string> tried)
    {
        if (kept.Split('.') is not [var rounds, var salt, var hash])
            return kept.Length > 0 && IsSame(kept, code);
        if (!tried.TryGetValue(salt, out var typed))
            tried[salt] = typed = Hash(code, rounds, salt);
        return IsSame(hash, typed);
    }

    private static bool IsSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static string Hash(string code, string rounds, string salt) =>
        Convert.ToBase64String(
            Rfc2898DeriveBytes.Pbkdf2(
                Encoding.UTF8.GetBytes(code),
                Convert.FromBase64String(salt),
                int.Parse(rounds, CultureInfo.InvariantCulture),
                HashAlgorithmName.SHA512,
                32
            )
        );
}
