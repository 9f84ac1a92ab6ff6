using System.Security.Cryptography;
using Anteroom.Firm;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>
/// Unsubscribe links. A link contains the recipient's address, encrypted and signed with the data-protection keys, which stay in the
/// database forever: it cannot be guessed or read, and works on every node, for years, even after the lead was erased.
/// </summary>
public sealed class UnsubscribeLinks(IDataProtectionProvider protection, IOptions<FirmOptions> firm)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Anteroom.Unsubscribe.v1");

    /// <summary>The link for the person at <paramref name="address"/>.</summary>
    public string For(string address) => At(_protector.Protect(address));

    /// <summary>A link that looks real but belongs to nobody.</summary>
    public string Example => At("example");

    private string At(string token) => $"{firm.Value.PublicUrl?.TrimEnd('/')}/unsubscribe/{token}";

    /// <summary>The address in a link; null when it is not ours.</summary>
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
