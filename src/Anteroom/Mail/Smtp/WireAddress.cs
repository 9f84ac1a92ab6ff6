using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace Anteroom.Mail;

/// <summary>
/// An address that is safe in a command or header: nothing in it can end a line, a bracket or a quote.
/// The domain is ASCII (internationalized names as punycode, RFC 5890); the local part may hold other letters (RFC 6531).
/// </summary>
/// <param name="Local">A dot-atom, or a quoted string of atoms, dots and spaces (RFC 5321 section 4.1.2).</param>
/// <param name="Domain">A host name or an address literal.</param>
internal readonly record struct WireAddress(string Local, string Domain)
{
    // RFC 5321 section 4.5.3.1.3: a path has at most 256 octets, brackets included.
    private const int Longest = 254;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };
    private static readonly SearchValues<char> DomainLetters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    );

    private static readonly SearchValues<char> LiteralLetters = SearchValues.Create("0123456789abcdefABCDEF.:");

    /// <summary>Needs a server that offers SMTPUTF8 (RFC 6531).</summary>
    public bool NeedsUtf8 => !Ascii.IsValid(Local);

    /// <summary><c>local@domain</c>.</summary>
    public override string ToString() => $"{Local}@{Domain}";

    /// <summary>False for what no mail server would accept: missing or odd local part, no host name, line breaks, brackets, too long.</summary>
    public static bool TryParse(string? address, out WireAddress result)
    {
        result = default;
        var at = address?.LastIndexOf('@') ?? -1;
        if (at < 1 || !TryLocal(address![..at], out var local) || !TryDomain(address[(at + 1)..], out var domain))
            return false;
        result = new WireAddress(local, domain);
        return Encoding.UTF8.GetByteCount(local) + 1 + domain.Length <= Longest;
    }

    /// <summary>Whether this is an ASCII host name: labels of letters, digits, hyphens (and underscores, which do occur).</summary>
    internal static bool IsDomain(ReadOnlySpan<char> domain)
    {
        if (domain.Length is 0 or > 253)
            return false;
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (
                label.Length is 0 or > 63
                || label[0] == '-'
                || label[^1] == '-'
                || label.ContainsAnyExcept(DomainLetters)
            )
                return false;
        }

        return true;
    }

    private static bool TryDomain(string text, out string domain)
    {
        domain = text;
        if (text.StartsWith('[') && text.EndsWith(']'))
        {
            var literal = text.StartsWith("[IPv6:", StringComparison.OrdinalIgnoreCase) ? text[6..^1] : text[1..^1];
            return IPAddress.TryParse(literal, out _) && !literal.AsSpan().ContainsAnyExcept(LiteralLetters);
        }

        if (!Ascii.IsValid(text))
        {
            try
            {
                domain = Idn.GetAscii(text);
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        return IsDomain(domain);
    }

    private static bool TryLocal(string text, out string local)
    {
        local = text;
        var quoted = text.Length > 2 && text[0] == '"' && text[^1] == '"';
        var inner = quoted ? text[1..^1] : text;
        foreach (var rune in inner.EnumerateRunes())
        {
            if (!IsAtomText(rune) && rune.Value != '.' && !(quoted && rune.Value == ' '))
                return false;
        }

        // Leading, trailing or double dots need quotes; some providers gave out such addresses.
        if (!quoted && (text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal)))
            local = $"\"{text}\"";
        return true;
    }

    // RFC 5322 section 3.2.3 atext, plus the visible rest of Unicode (RFC 6532 section 3.2).
    private static bool IsAtomText(Rune rune) =>
        rune.IsAscii
            ? Rune.IsLetterOrDigit(rune) || "!#$%&'*+-/=?^_`{|}~".Contains((char)rune.Value, StringComparison.Ordinal)
            : rune != Rune.ReplacementChar
                && Rune.GetUnicodeCategory(rune)
                    is not (
                        UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.SpaceSeparator
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.OtherNotAssigned
                        or UnicodeCategory.PrivateUse
                    );
}
