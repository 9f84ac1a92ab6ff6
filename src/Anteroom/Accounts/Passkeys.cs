using System.Buffers.Text;
using Anteroom.Audit;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">The credential's id, base64url.</param>
/// <param name="Name">What the owner calls it.</param>
/// <param name="CreatedAt">When it was added, UTC.</param>
public sealed record Passkey(string Id, string Name, DateTimeOffset CreatedAt);

/// <summary>A user's own passkeys (Web Authentication Level 3): adding, naming and removing.</summary>
public sealed class Passkeys(UserManager<User> users, SignInManager<User> signIn, AuditLog audit, TimeProvider time)
{
    /// <summary>The longest name of a passkey, in UTF-16 units.</summary>
    public const int LongestName = 60;

    /// <summary>The most passkeys of one user.</summary>
    public const int Most = 20;

    /// <summary>The passkeys of a user, oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> ListAsync(User user) =>
        [
            .. (await users.GetPasskeysAsync(user))
                .OrderBy(passkey => passkey.CreatedAt)
                .Select(passkey => new Passkey(
                    Base64Url.EncodeToString(passkey.CredentialId),
                    passkey.Name ?? "Passkey",
                    passkey.CreatedAt
                )),
        ];

    /// <summary>What the browser needs to make a passkey, as JSON.</summary>
    public Task<string> OptionsAsync(User user) =>
        signIn.MakePasskeyCreationOptionsAsync(
            new PasskeyUserEntity
            {
                Id = user.Id.ToString(),
                Name = user.UserName!,
                DisplayName = user.FullName,
            }
        );

    /// <summary>Adds what the browser made. False when it does not fit the question, or there are too many. Both are written down.</summary>
    public async Task<bool> AddAsync(User user, string? credential, string? name, CancellationToken cancellation)
    {
        var clean = Clean(name);
        if (await ReadAsync(user, credential) is not { } passkey)
            return await AuditAsync(
                user,
                $"tried to add the passkey “{clean}”, which was refused",
                done: false,
                cancellation
            );

        passkey.Name = clean;
        user.ChangedAt = time.GetUtcNow();
        return await AuditAsync(
            user,
            $"added the passkey “{clean}”",
            (await users.AddOrUpdatePasskeyAsync(user, passkey)).Succeeded,
            cancellation
        );
    }

    /// <summary>The passkey that the browser made; null when it does not fit the question, or there are too many.</summary>
    private async Task<UserPasskeyInfo?> ReadAsync(User user, string? credential)
    {
        if (string.IsNullOrEmpty(credential) || (await users.GetPasskeysAsync(user)).Count >= Most)
            return null;
        try
        {
            var result = await signIn.PerformPasskeyAttestationAsync(credential);
            // The question was for this user; another may have signed in since.
            return result.Succeeded && result.UserEntity.Id == user.Id.ToString() ? result.Passkey : null;
        }
        catch (InvalidOperationException)
        {
            return null; // the question is too old or was another browser's
        }
    }

    private async Task<bool> AuditAsync(User user, string what, bool done, CancellationToken cancellation)
    {
        await audit.WriteAsync(
            AuditKind.CredentialsChanged,
            what,
            $"user:{user.Number}",
            by: CurrentUser.Of(user),
            cancellation: cancellation
        );
        return done;
    }

    /// <summary>Who signs in with what the browser made; null when it fits no passkey or not the question.</summary>
    public async Task<User?> WhoseAsync(string? credential)
    {
        if (string.IsNullOrEmpty(credential))
            return null;
        try
        {
            var result = await signIn.PerformPasskeyAssertionAsync(credential);
            // The use is counted: a counter that goes back tells of a copy (WebAuthn section 6.1.1).
            return result.Succeeded && (await users.AddOrUpdatePasskeyAsync(result.User, result.Passkey)).Succeeded
                ? result.User
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // the question is too old or was another browser's
        }
    }

    /// <summary>Gives one of the user's passkeys another name; false when it is not theirs.</summary>
    public async Task<bool> RenameAsync(User user, string? id, string? name, CancellationToken cancellation)
    {
        if (Decode(id) is not { } credential || await users.GetPasskeyAsync(user, credential) is not { } passkey)
            return false;

        var before = passkey.Name;
        passkey.Name = Clean(name);
        return (await users.AddOrUpdatePasskeyAsync(user, passkey)).Succeeded
            && await AuditAsync(user, $"renamed the passkey “{before}” to “{passkey.Name}”", done: true, cancellation);
    }

    /// <summary>Removes one of the user's passkeys; false when it is not theirs.</summary>
    public async Task<bool> RemoveAsync(User user, string? id, CancellationToken cancellation)
    {
        if (Decode(id) is not { } credential || await users.GetPasskeyAsync(user, credential) is not { } passkey)
            return false;

        user.ChangedAt = time.GetUtcNow();
        return (await users.RemovePasskeyAsync(user, credential)).Succeeded
            && await AuditAsync(user, $"removed the passkey “{passkey.Name}”", done: true, cancellation);
    }

    private static string Clean(string? name) =>
        FreeTextOf(name) is { Length: > 0 } text ? text[..Math.Min(text.Length, LongestName)] : "Passkey";

    private static string FreeTextOf(string? name) =>
        string.Concat((name ?? "").Where(sign => !char.IsControl(sign) && !char.IsSurrogate(sign))).Trim();

    private static byte[]? Decode(string? id)
    {
        try
        {
            return string.IsNullOrEmpty(id) ? null : Base64Url.DecodeFromChars(id);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
