using System.Security.Cryptography;
using Anteroom.Firm;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>
/// The addresses by which people opt out of automatic email. The address carries the recipient's email address, encrypted and
/// signed with the data-protection keys, which are in the database and are kept for ever: it can be neither guessed nor read, works
/// on every node and for years, and also after the lead has been erased.
/// </summary>
public sealed class UnsubscribeLinks(IDataProtectionProvider protection, IOptions<FirmOptions> firm)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Anteroom.Unsubscribe.v1");

    /// <summary>The link for the person at <paramref name="address"/>.</summary>
    public string For(string address) => At(_protector.Protect(address));

    /// <summary>A link that looks like one and is nobody's.</summary>
    public string Example => At("example");

    private string At(string token) => $"{firm.Value.PublicUrl?.TrimEnd('/')}/unsubscribe/{token}";

    /// <summary>Whose link it is; null when we have not made it.</summary>
    public string? Read(string token)
    {
        try
        {
            return _protector.Unprotect(token);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
