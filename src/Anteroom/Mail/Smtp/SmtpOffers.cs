using System.Collections.Frozen;
using System.Globalization;

namespace Anteroom.Mail;

/// <summary>What a server offers in its answer to EHLO (RFC 5321 section 4.1.1.1).</summary>
/// <param name="StartTls">RFC 3207.</param>
/// <param name="Pipelining">RFC 2920.</param>
/// <param name="Utf8">SMTPUTF8 with 8BITMIME, which it requires (RFC 6531 section 3.1).</param>
/// <param name="Size">Whether SIZE may be named (RFC 1870).</param>
/// <param name="LargestMessage">In bytes; 0 for no or an unknown limit.</param>
/// <param name="SignIns">Mechanisms of AUTH (RFC 4954), in capitals.</param>
sealed record SmtpOffers(
    bool StartTls,
    bool Pipelining,
    bool Utf8,
    bool Size,
    long LargestMessage,
    FrozenSet<string> SignIns
)
{
    /// <summary>Of a server that only knows HELO.</summary>
    public static SmtpOffers None { get; } = new(false, false, false, false, 0, FrozenSet<string>.Empty);

    /// <summary>Reads the answer; lines that mean nothing to us are passed over.</summary>
    public static SmtpOffers Read(SmtpReply reply)
    {
        var words = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
        var signIns = new List<string>();
        foreach (var line in reply.Text.Split('\n').Skip(1))
        {
            // "AUTH=LOGIN" is how servers wrote it before the standard.
            var parts = line.Replace("AUTH=", "AUTH ", StringComparison.OrdinalIgnoreCase)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
                continue;
            words.TryAdd(parts[0], parts[1..]);
            if (string.Equals(parts[0], "AUTH", StringComparison.OrdinalIgnoreCase))
                signIns.AddRange(parts[1..].Select(mechanism => mechanism.ToUpperInvariant()));
        }

        var size = words.TryGetValue("SIZE", out var sizes);
        return new SmtpOffers(
            words.ContainsKey("STARTTLS"),
            words.ContainsKey("PIPELINING"),
            words.ContainsKey("SMTPUTF8") && words.ContainsKey("8BITMIME"),
            size,
            size
            && sizes!.Length > 0
            && long.TryParse(sizes[0], NumberStyles.None, CultureInfo.InvariantCulture, out var largest)
                ? largest
                : 0,
            signIns.ToFrozenSet(StringComparer.Ordinal)
        );
    }
}
