namespace Anteroom.Web.Workspace.Details;

/// <summary>Addresses that open the mail program or the phone.</summary>
public static class Reach
{
    /// <summary>RFC 6068: what could be read as a part of the address line is percent-encoded.</summary>
    public static string MailTo(string address) =>
        "mailto:" + Uri.EscapeDataString(address).Replace("%40", "@", StringComparison.Ordinal);

    /// <summary>RFC 3966: digits and a leading plus; what people type between them is for the eye.</summary>
    public static string Tel(string phone) =>
        "tel:" + string.Concat(phone.Where((sign, at) => char.IsAsciiDigit(sign) || (sign == '+' && at == 0)));
}
