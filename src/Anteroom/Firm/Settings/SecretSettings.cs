using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Firm;

/// <summary>
/// Encrypts the secrets among the settings (<see cref="SettingKind.Secret"/>), each bound to its key of configuration, so that none can be
/// put in another's place.
/// </summary>
public sealed class SecretSettings(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Anteroom.Firm.Settings");

    /// <summary>As the table keeps it.</summary>
    public string Protect(string key, string secret) => _protector.CreateProtector(key).Protect(secret);

    /// <summary>False when the keys that it was encrypted with are gone, or it was tampered with.</summary>
    public bool TryRead(string key, string? kept, [NotNullWhen(true)] out string? secret)
    {
        try
        {
            secret = _protector.CreateProtector(key).Unprotect(kept ?? "");
            return true;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            secret = null;
            return false;
        }
    }
}
