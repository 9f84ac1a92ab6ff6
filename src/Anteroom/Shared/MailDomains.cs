using System.Text;

namespace Anteroom.Shared;

/// <summary>
/// Finds the address that somebody meant who mistyped a common mail provider: <c>jane@gmail.con</c>. A guess, to be offered and never to
/// be insisted on. <c>wwwroot/js/apply.js</c> holds the same rule for what is being typed.
/// </summary>
public static class MailDomains
{
    /// <summary>What people mistype, the most used first.</summary>
    public static IReadOnlyList<string> Common { get; } =
        Words(
            "gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com live.com msn.com comcast.net verizon.net sbcglobal.net",
            "bellsouth.net googlemail.com protonmail.com rocketmail.com hotmail.es yahoo.es outlook.es hotmail.co.uk yahoo.co.uk",
            "yahoo.com.mx hotmail.com.mx live.com.mx"
        );

    /// <summary>Others that exist and look like a mistyped one of <see cref="Common"/>.</summary>
    public static IReadOnlyList<string> Real { get; } =
        Words(
            "ymail.com mail.com email.com gmx.com gmx.net gmx.de gmx.at gmx.ch me.com mac.com cloud.com hey.com proton.me pm.me",
            "protonmail.ch fastmail.com zoho.com inbox.com att.net cox.net charter.net mail.ru mail.de grail.com gail.com"
        );

    /// <summary>Providers with an address in many countries: <c>yahoo.fr</c>, <c>live.com.ar</c>.</summary>
    public static IReadOnlyList<string> Families { get; } = Words("yahoo hotmail outlook live msn aol");

    /// <summary>The most edits between what was typed and what was meant.</summary>
    public const int MostEdits = 2;

    // Cameroon, Colombia and Oman have next to no mail of these providers: a letter of .com is missing.
    private static readonly string[] HalfOfCom = ["co", "cm", "om"];

    /// <summary>The address that was probably meant; null when there is nothing to ask.</summary>
    /// <param name="address">As typed; it need not be an address at all.</param>
    public static string? Meant(string? address)
    {
        if (!Texts.TryNormalize(address, out var text) || text.Length > EmailAddress.MaxOctets)
            return null;
        text = text.Normalize(NormalizationForm.FormKC);
        var at = text.LastIndexOf('@');
        if (at <= 0 || text.AsSpan().Count('@') > 1)
            return null;
        var domain = text[(at + 1)..].ToLowerInvariant();
        return DomainMeant(domain) is { } meant ? $"{text[..at]}@{meant}" : null;
    }

    /// <summary>The same of a domain in lower case.</summary>
    internal static string? DomainMeant(string domain)
    {
        if (domain.Length == 0 || IsReal(domain))
            return null;
        var (best, least) = ((string?)null, MostEdits + 1);
        foreach (var common in Common)
            if (Edits(domain, common) is var edits && edits < least)
                (best, least) = (common, edits);
        return best;
    }

    private static bool IsReal(string domain)
    {
        if (Common.Contains(domain, StringComparer.Ordinal) || Real.Contains(domain, StringComparer.Ordinal))
            return true;
        var words = domain.Split('.');
        return Families.Contains(words[0], StringComparer.Ordinal)
            && words[^1].Length == 2
            && (
                words.Length == 2
                    ? !HalfOfCom.Contains(words[1], StringComparer.Ordinal)
                    : words.Length == 3 && words[1] is "com" or "co"
            );
    }

    /// <summary>Edits that make one of the other, if they can be a slip of the hand; else more than <see cref="MostEdits"/>.</summary>
    private static int Edits(string domain, string common)
    {
        const int TooMany = MostEdits + 1;
        var name = common[..common.IndexOf('.', StringComparison.Ordinal)];
        // Without an ending at all.
        if (
            !domain.Contains('.', StringComparison.Ordinal)
            && Distance(domain, name) is var missing
            && missing <= (name.Length < 5 ? 0 : 1)
        )
            return missing + 1;
        // Few letters are near to too many others: only the ending can be wrong.
        if (name.Length < 5 && !domain.StartsWith(name + ".", StringComparison.Ordinal))
            return TooMany;
        var edits = Distance(domain, common);
        return edits < MostEdits || (edits == MostEdits && domain[0] == common[0]) ? edits : TooMany;
    }

    /// <summary>Letters put in, left out, changed or swapped with their neighbor (optimal string alignment); longer than three is three.</summary>
    internal static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > MostEdits)
            return MostEdits + 1;
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        for (var j = 0; j <= other.Length; j++)
        {
            if (i == 0 || j == 0)
            {
                rows[i, j] = i + j;
                continue;
            }

            var least = Math.Min(
                Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1)
            );
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                least = Math.Min(least, rows[i - 2, j - 2] + 1);
            rows[i, j] = least;
        }

        return Math.Min(rows[one.Length, other.Length], MostEdits + 1);
    }

    private static string[] Words(params ReadOnlySpan<string> lines) => string.Join(' ', lines).Split(' ');
}
