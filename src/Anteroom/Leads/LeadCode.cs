using System.Text.RegularExpressions;

namespace Anteroom.Leads;

/// <summary>
/// What a prospect is told instead of a lead's number, which would tell how many leads the firm has: seven letters and digits, drawn by lot
/// by the database (0104_codes.sql), without vowels and without signs that look alike.
/// </summary>
public static partial class LeadCode
{
    /// <summary>How many signs it has.</summary>
    public const int Length = 7;

    /// <summary>Reads what somebody typed or has heard, with small letters, spaces or dashes as well; null when it is no code.</summary>
    public static string? Read(string? text)
    {
        if (text is not { Length: >= Length and <= 20 })
            return null;
        var code = string.Concat(text.Where(sign => sign is not (' ' or '-'))).ToUpperInvariant();
        return Shape().IsMatch(code) ? code : null;
    }

    [GeneratedRegex(@"^[CDFGHJKMNPQRTVWXY][346789CDFGHJKMNPQRTVWXY]{6}\z", RegexOptions.None, 1_000)]
    private static partial Regex Shape();
}
