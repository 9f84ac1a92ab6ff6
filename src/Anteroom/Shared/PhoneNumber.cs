using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using PhoneNumbers;
using Known = PhoneNumbers.PhoneNumber;

namespace Anteroom.Shared;

/// <summary>
/// The rule for telephone numbers: kept as typed, because people write them in a hundred ways and a person will dial it.
/// Digits of any script, spaces, <c>+ ( ) - . /</c> and an extension at the end. Beside it stands E.164 where libphonenumber knows the
/// number as a valid one; nothing is refused because it does not.
/// </summary>
public static partial class PhoneNumber
{
    /// <summary>The longest number, in characters, as the column holds it.</summary>
    public const int MaxLength = 50;

    /// <summary>The longest number in E.164: a plus and 15 digits.</summary>
    public const int MaxE164Length = 16;

    /// <summary>How many digits <see cref="Digits"/> keeps.</summary>
    public const int MostDigits = 10;

    private const int MinDigits = 5;

    private static PhoneNumberUtil Library => PhoneNumberUtil.GetInstance();

    /// <summary>Whether a country's two letters can be a <c>Firm:Region</c>.</summary>
    public static bool IsRegion(string region) => region == "US" || Library.GetSupportedRegions().Contains(region); // the default loads no library at a start

    /// <summary>The number in E.164, as <c>+14155550132</c>, without an extension; null when it is not known as a valid one.</summary>
    /// <param name="phone">As typed.</param>
    /// <param name="region">The country, in two letters, of a number without a country code.</param>
    public static string? ToE164(string? phone, string region) =>
        Parse(phone, region) is { } number ? Library.Format(number, PhoneNumberFormat.E164) : null;

    /// <summary>
    /// The number as people of the region write it: national form at home, international form for other countries, and as typed when it
    /// is not known.
    /// </summary>
    /// <param name="phone">As typed.</param>
    /// <param name="e164">As it was understood when it came in; null when it was not.</param>
    /// <param name="region">The country of the reader, in two letters.</param>
    public static string Shown(string phone, string? e164, string region)
    {
        // The extension stands only in what was typed; what it means may have changed with the firm's region.
        var number = Parse(phone, region);
        if (e164 is not null && (number is null || Library.Format(number, PhoneNumberFormat.E164) != e164))
            number = Parse(e164, region);
        if (number is null)
            return phone;
        var isHome = number.CountryCode == Library.GetCountryCodeForRegion(region);
        return Library.Format(number, isHome ? PhoneNumberFormat.NATIONAL : PhoneNumberFormat.INTERNATIONAL);
    }

    /// <summary>The valid numbers in a text, as they stand there.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="region">The country, in two letters, of a number without a country code.</param>
    public static IEnumerable<(string Number, int At, int Length)> FindAll(string text, string region) =>
        Library
            .FindNumbers(text, region, PhoneNumberUtil.Leniency.VALID, maxTries: 500)
            .Where(found => found.RawString.Length <= MaxLength)
            .Select(found => (found.RawString, found.Start, found.RawString.Length));

    private static Known? Parse(string? phone, string region)
    {
        if (string.IsNullOrWhiteSpace(phone))
            return null;
        try
        {
            var number = Library.Parse(phone, region);
            return Library.IsValidNumber(number) ? number : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>
    /// What two ways to write the same number have in common: the last ten digits, without an extension, so that a number is found
    /// with its country code and without. Null when there are too few to tell numbers apart.
    /// </summary>
    public static string? Digits(string? phone)
    {
        var digits = new StringBuilder(MaxLength);
        foreach (var rune in (phone ?? "").EnumerateRunes())
        {
            if (rune.Value is 'x' or 'X' or 'e' or 'E' or '#')
                break;
            if (Rune.IsDigit(rune))
                digits.Append((int)Rune.GetNumericValue(rune));
        }

        return digits.Length < MinDigits ? null
            : digits.Length <= MostDigits ? digits.ToString()
            : digits.ToString(digits.Length - MostDigits, MostDigits);
    }

    /// <summary>Checks a number and cleans it: trimmed, single spaces, without what nobody sees. Nothing typed gives null, for it is optional.</summary>
    /// <param name="text">As the prospect typed it.</param>
    /// <param name="phone">The clean number; null when there is none, and when it is wrong.</param>
    /// <param name="problem">A sentence that says what would be right.</param>
    public static bool TryParse(string? text, out string? phone, [NotNullWhen(false)] out Sentence? problem)
    {
        phone = null;
        problem = null;
        if (!Texts.TryNormalize(Texts.WithoutInvisible(text ?? ""), out var normal))
            problem = "This phone number contains broken characters. Please type it again.";
        else if (normal.Length > MaxLength)
            problem =
                $"A phone number can have at most {MaxLength} characters; this one has {Texts.Figure(normal.Length)}.";
        else if (normal.Length > 0 && !Shape().IsMatch(normal))
            problem = "A phone number can contain digits, spaces and + ( ) - . / only, as in +1 (415) 555-0132 ext. 7.";
        else if (normal.Length > 0 && normal.Count(char.IsDigit) < MinDigits)
            problem = $"This phone number is too short: it needs at least {MinDigits} digits, as in +1 (415) 555-0132.";

        if (problem is not null)
            return false;

        phone = normal!.Length == 0 ? null : Texts.CollapseSpaces(normal);
        return true;
    }

    // \p{Zs} rather than \s: no tabs and no line breaks. \u2010 to \u2015 are the dashes that word processors produce.
    [GeneratedRegex(
        @"^[\p{Nd}\p{Zs}+()./\-\u2010-\u2015]+((extension|ext|x|#)[.:]?\p{Zs}*\p{Nd}{1,10})?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Shape();
}
