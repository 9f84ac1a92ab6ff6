using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>The tokens of the JWT API, and how long people stay signed in. Section <c>Accounts</c>.</summary>
public sealed class JwtOptions
{
    /// <summary>Characters of a secret key at least.</summary>
    public const int ShortestSecretKey = 16;

    /// <summary>
    /// What the signing key is derived from (<c>SECRET_KEY</c>), at least 16 characters. Null: a key is made and kept in the database.
    /// </summary>
    public string? SecretKey { get; set; }

    /// <summary>Secret keys used before (<c>SECRET_KEY_FALLBACKS</c>), separated by commas: they verify and do not sign.</summary>
    public string? SecretKeyFallbacks { get; set; }

    /// <summary>How long an access token is good, one minute to a day.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a sign-in lasts that is not refreshed, from the lifetime of an access token to 400 days.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long a sign-in to the API lasts however often it is refreshed, from the lifetime of an access token to 400 days.</summary>
    public TimeSpan RefreshSignInLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a sign-in to the pages lasts however busy it is, one hour to 400 days.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The secret keys, the one that signs first; none when keys are kept in the database.</summary>
    public IReadOnlyList<string> SecretKeys =>
        SecretKey is { Length: > 0 } first
            ?
            [
                first.Trim(),
                .. (SecretKeyFallbacks ?? "").Split(
                    ',',
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                ),
            ]
            : [];
}

/// <summary>Refuses, at start, settings that would make tokens weak or useless.</summary>
internal sealed class JwtOptionsCheck : IValidateOptions<JwtOptions>
{
    public ValidateOptionsResult Validate(string? name, JwtOptions options)
    {
        List<string> wrong = [];
        var keys = options.SecretKeys;
        if (keys.Count > 0 && keys[0].Length < JwtOptions.ShortestSecretKey)
            wrong.Add(
                $"SECRET_KEY (Accounts:SecretKey) has {keys[0].Length} characters; it has to be a random text of at least {JwtOptions.ShortestSecretKey}, as `openssl rand -base64 48` prints. Without it Anteroom makes a key of its own."
            );
        if (keys.Skip(1).Any(key => key.Length < JwtOptions.ShortestSecretKey))
            wrong.Add(
                $"SECRET_KEY_FALLBACKS (Accounts:SecretKeyFallbacks) names a key of fewer than {JwtOptions.ShortestSecretKey} characters; it has to be the SECRET_KEYs used before, separated by commas."
            );
        if (keys.Count == 0 && !string.IsNullOrWhiteSpace(options.SecretKeyFallbacks))
            wrong.Add(
                "SECRET_KEY_FALLBACKS (Accounts:SecretKeyFallbacks) is set without SECRET_KEY: set the key that signs from now on, or remove it."
            );
        if (options.AccessTokenLifetime < TimeSpan.FromMinutes(1) || options.AccessTokenLifetime > TimeSpan.FromDays(1))
            wrong.Add(
                $"Accounts:AccessTokenLifetime is {options.AccessTokenLifetime}; it has to be from 00:01:00 to 1.00:00:00."
            );
        if (
            options.RefreshTokenLifetime < options.AccessTokenLifetime
            || options.RefreshTokenLifetime > TimeSpan.FromDays(400)
        )
            wrong.Add(
                $"Accounts:RefreshTokenLifetime is {options.RefreshTokenLifetime}; it has to be at least Accounts:AccessTokenLifetime and at most 400.00:00:00."
            );
        if (
            options.RefreshSignInLifetime < options.AccessTokenLifetime
            || options.RefreshSignInLifetime > TimeSpan.FromDays(400)
        )
            wrong.Add(
                $"Accounts:RefreshSignInLifetime is {options.RefreshSignInLifetime}; it has to be at least Accounts:AccessTokenLifetime and at most 400.00:00:00."
            );
        if (options.SessionLifetime < TimeSpan.FromHours(1) || options.SessionLifetime > TimeSpan.FromDays(400))
            wrong.Add(
                $"Accounts:SessionLifetime is {options.SessionLifetime}; it has to be from 01:00:00 to 400.00:00:00."
            );
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
