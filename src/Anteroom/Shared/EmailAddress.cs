using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Anteroom.Shared;

/// <summary>
/// An email address as people have them: a dot-atom (RFC 5322, section 3.2.3), internationalized if need be (RFC 6531,
/// section 3.3), at a domain name with at least one dot. No quoted local parts, comments, display names or IP literals. It
/// never holds white space, control or invisible characters, so it can stand in a header as it is.
/// </summary>
public sealed record EmailAddress
{
    /// <summary>The longest whole address in octets of UTF-8 (RFC 5321, section 4.5.3.1.3, less the angle brackets).</summary>
    public const int MaxOctets = 254;

    private const int MaxLocalOctets = 64;
    private const int MaxLabel = 63;
    private static readonly Sentence Example = "An email address looks like name@example.com.";

    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    private EmailAddress(string localPart, string domain, string asciiDomain)
    {
        LocalPart = localPart;
        Domain = domain;
        AsciiDomain = asciiDomain;
    }

    /// <summary>What stands before the @; NFKC, upper and lower case as typed (RFC 5321, section 2.4: it may matter).</summary>
    public string LocalPart { get; }

    /// <summary>What stands after the @, as typed, in NFKC.</summary>
    public string Domain { get; }

    /// <summary>The domain as DNS knows it: lower case, other scripts as <c>xn--…</c> (RFC 5891).</summary>
    public string AsciiDomain { get; }

    /// <summary>The whole address as typed, in NFKC.</summary>
    public string Address => $"{LocalPart}@{Domain}";

    /// <summary>The address with the domain as DNS knows it; only the local part may still be outside ASCII.</summary>
    public string AsciiAddress => $"{LocalPart}@{AsciiDomain}";

    /// <summary>The local part is outside ASCII: only a server with SMTPUTF8 can deliver it (RFC 6531).</summary>
    public bool NeedsSmtpUtf8 => !Ascii.IsValid(LocalPart);

    /// <inheritdoc />
    public override string ToString() => Address;

    /// <summary>Checks an address that a stranger typed.</summary>
    /// <param name="text">As typed; white space around it is ignored.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">A sentence that says what would be right.</param>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out EmailAddress? address,
        [NotNullWhen(false)] out Sentence? problem
    ) => TryParse(text, needsDot: true, out address, out problem);

    /// <summary>
    /// Reads a setting that names recipients: addresses separated by commas or semicolons. More lenient than the rule for
    /// strangers in one point: <c>admin@localhost</c> is fine, for the firm's own mail server may be that.
    /// </summary>
    /// <param name="text">The setting; null and empty give an empty list.</param>
    /// <param name="addresses">The addresses in their order, each once.</param>
    /// <param name="problem">Which one is wrong, and why.</param>
    public static bool TryParseList(
        string? text,
        out IReadOnlyList<EmailAddress> addresses,
        [NotNullWhen(false)] out Sentence? problem
    )
    {
        var found = new List<EmailAddress>();
        addresses = found;
        problem = null;
        foreach (var part in (text ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))
        {
            if (part.Length == 0)
                continue;
            if (!TryParse(part, needsDot: false, out var address, out problem))
            {
                problem = $"\"{part}\" is not an email address: {problem}";
                addresses = [];
                return false;
            }

            if (!found.Contains(address))
                found.Add(address);
        }

        return true;
    }

    private static bool TryParse(
        string? text,
        bool needsDot,
        [NotNullWhen(true)] out EmailAddress? address,
        [NotNullWhen(false)] out Sentence? problem
    )
    {
        address = null;
        if (!Texts.TryNormalize(text, out var normal))
        {
            problem = "This address contains broken characters. Please type it again.";
            return false;
        }

        // Letters in full width, as Asian keyboards make them, are the plain ones (Unicode Standard Annex 15).
        normal = normal.Normalize(NormalizationForm.FormKC);
        problem = ProblemAnywhere(normal);
        if (problem is not null)
            return false;

        var at = normal.LastIndexOf('@');
        var (local, domain) = (normal[..at], normal[(at + 1)..]);
        problem = ProblemInLocalPart(local);
        if (problem is not null)
            return false;

        problem = ProblemInDomain(domain, needsDot, out var ascii);
        if (problem is not null)
            return false;

        if (Octets(local) + 1 + Math.Max(Octets(domain), ascii.Length) > MaxOctets)
        {
            problem = $"An email address can have at most {MaxOctets} characters.";
            return false;
        }

        address = new(local, domain, ascii);
        return true;
    }

    private static Sentence? ProblemAnywhere(string text)
    {
        if (text.Length == 0)
            return "Please enter your email address.";
        if (text.Length > MaxOctets)
            return $"An email address can have at most {MaxOctets} characters; this one has {Texts.Figure(text.Length)}.";

        foreach (var rune in text.EnumerateRunes())
        {
            if (Texts.IsControl(rune))
                return "An email address has to be on one line, without tabs or other control characters.";
            if (Rune.IsWhiteSpace(rune))
                return $"There is a space in this address. {Example}";
            if (Texts.IsDirection(rune) || Texts.IsInvisible(rune) || rune.Value is 0x200C or 0x200D)
                return "This address contains an invisible character. Please type it again instead of pasting it.";
        }

        return text.AsSpan().Count('@') switch
        {
            0 => (Sentence)$"The @ is missing. {Example}",
            1 => null,
            _ => "There is more than one @ in this address. Please enter a single address, as in name@example.com.",
        };
    }

    private static Sentence? ProblemInLocalPart(string local)
    {
        if (local.Length == 0)
            return $"The part before the @ is missing. {Example}";
        if (Octets(local) > MaxLocalOctets)
            return $"The part before the @ can have at most {MaxLocalOctets} characters.";
        if (local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
            return "A dot in the part before the @ has to stand between other characters, as in first.last@example.com.";

        foreach (var rune in local.EnumerateRunes())
        {
            if (!IsAtom(rune))
                return $"The part before the @ cannot contain {rune}. {Example}";
        }

        return null;
    }

    /// <summary>RFC 5322's <c>atext</c> and the dot; beyond ASCII, letters, marks and numbers of any script.</summary>
    private static bool IsAtom(Rune rune) =>
        rune.IsAscii
            ? Rune.IsLetterOrDigit(rune) || "!#$%&'*+-/=?^_`{|}~.".Contains((char)rune.Value, StringComparison.Ordinal)
            : IsLetterMarkOrNumber(rune);

    private static bool IsLetterMarkOrNumber(Rune rune) =>
        Rune.IsLetter(rune)
        || Rune.IsNumber(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static Sentence? ProblemInDomain(string domain, bool needsDot, out string ascii)
    {
        ascii = "";
        if (domain.Length == 0)
            return $"The part after the @ is missing. {Example}";
        if (domain[0] == '[')
            return "Please use a domain name after the @, not an IP address, as in name@example.com.";

        foreach (var rune in domain.EnumerateRunes())
        {
            if (rune.Value is not ('.' or '-') && !IsLetterMarkOrNumber(rune))
                return $"The part after the @ cannot contain {rune}. {Example}";
        }

        var labels = domain.Split('.');
        if (labels.Any(label => label.Length == 0))
            return "A dot in the part after the @ has to stand between other characters, as in name@example.com.";
        if (needsDot && labels.Length < 2)
            return "The part after the @ needs a dot, as in example.com.";
        if (labels.Any(label => label[0] == '-' || label[^1] == '-'))
            return "The words after the @ cannot start or end with a hyphen.";

        try
        {
            ascii = Idn.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return $"The part after the @ is not a domain name. {Example}";
        }

        return ProblemInDnsName(ascii, needsDot);
    }

    /// <summary>What the mapping gave is checked on its own: it must not be able to bring anything new in.</summary>
    private static Sentence? ProblemInDnsName(string ascii, bool needsDot)
    {
        var labels = ascii.Split('.');
        foreach (var label in labels)
        {
            if (label.Length > MaxLabel)
                return $"Each word after the @ can have at most {MaxLabel} characters.";
            if (label.Length == 0 || label[0] == '-' || label[^1] == '-')
                return $"The part after the @ is not a domain name. {Example}";
            if (!label.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'))
                return $"The part after the @ is not a domain name. {Example}";
        }

        if (labels[^1].All(char.IsAsciiDigit))
            return "Please use a domain name after the @, not an IP address, as in name@example.com.";
        if (needsDot && labels[^1].Length < 2)
            return "The last word after the @ is too short, it is usually .com, .org or a country such as .de.";
        return null;
    }

    private static int Octets(string text) => Encoding.UTF8.GetByteCount(text);
}
