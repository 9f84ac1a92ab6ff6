namespace Anteroom.Web.Workspace;

/// <summary>Addresses that open the mail program or the phone.</summary>
internal static class Reach
{
    /// <summary>RFC 6068: what could be read as a part of the address line is percent-encoded.</summary>
    public static string MailTo(string address) =>
        "mailto:" + Uri.EscapeDataString(address).Replace("%40", "@", StringComparison.Ordinal);

    /// <summary>
    /// A phone number to read and to dial (RFC 3966): in E.164 where it is known, else the digits and a leading plus; what people type
    /// between them is for the eye.
    /// </summary>
    /// <param name="phone">As typed.</param>
    /// <param name="e164">In E.164, when the lead has it.</param>
    /// <param name="region">The firm's (<c>Firm:Region</c>).</param>
    public static (string Text, string Href) Phone(string phone, string? e164, string region)
    {
        var number =
            e164
            ?? PhoneNumber.ToE164(phone, region)
            ?? string.Concat(phone.Where((sign, at) => char.IsAsciiDigit(sign) || (sign == '+' && at == 0)));
        return (PhoneNumber.Shown(phone, e164, region), $"tel:{number}");
    }
}
