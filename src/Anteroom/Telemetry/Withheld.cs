using System.Text.RegularExpressions;

namespace Anteroom.Telemetry;

/// <summary>What must not stand in logs and traces, taken out of texts that others wrote.</summary>
internal static partial class Withheld
{
    private const int Longest = 500;

    /// <summary>A text without email addresses, as the answer of a mail server, which quotes them.</summary>
    public static string WithoutAddresses(string text) =>
        Address.Replace(text.Length <= Longest ? text : text[..Longest] + "…", "(address)");

    // RFC 5322 is wider; whatever stands around an @ goes.
    [GeneratedRegex(@"[^\s<>()\[\]:;,""]+@[^\s<>()\[\]:;,""]+", RegexOptions.None, 1_000)]
    private static partial Regex Address { get; }
}
