using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Anteroom.Audit;

/// <summary>How far the chain goes, and the hash that everything up to there leads to.</summary>
/// <param name="Seq">The last line; 0 for none.</param>
/// <param name="Hash">Its hash, lower-case hexadecimal.</param>
public sealed record AuditHead(long Seq, string Hash)
{
    /// <summary>Before the first line.</summary>
    public static AuditHead None { get; } = new(0, new string('0', 64));

    /// <summary>As it is printed and read again: <c>12:9f86…</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}:{Hash}");

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static AuditHead? Parse(string? text) =>
        text?.Trim().Split(':') is [var seq, { Length: 64 } hash]
        && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && hash.All(char.IsAsciiHexDigit)
            ? new(number, hash.ToLowerInvariant())
            : null;
}

/// <summary>A line of the log with its place in the chain.</summary>
/// <param name="Seq">Its place.</param>
/// <param name="SealedAt">When it was sealed, UTC.</param>
/// <param name="Hash">Its hash, lower-case hexadecimal.</param>
/// <param name="Id">The line.</param>
/// <param name="Entry">What it says; null when it is gone.</param>
public sealed record SealedLine(long Seq, DateTimeOffset SealedAt, string Hash, Guid Id, AuditLine? Entry);

/// <summary>What a line says, as its hash sees it.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="ActorId">The user.</param>
/// <param name="Actor">The name.</param>
/// <param name="Address">Where from.</param>
/// <param name="Kind">The wire name.</param>
/// <param name="Subject">About what.</param>
/// <param name="Summary">What was done.</param>
/// <param name="Details">JSON, as PostgreSQL writes it.</param>
public sealed record AuditLine(
    DateTimeOffset At,
    Guid? ActorId,
    string Actor,
    string? Address,
    string Kind,
    string? Subject,
    string Summary,
    string? Details
);

/// <summary>
/// The hashes of the chain: SHA-256 over the 32 bytes of the hash before, followed by each of seq, sealed_at, id, at, actor_id, actor,
/// address, kind, subject, summary and details, as its length in bytes of UTF-8, a colon, and itself (<c>4:Ruth</c>); a hyphen for what is
/// missing. Instants are written as <c>2026-11-29T12:00:00.123456Z</c>. docs/decisions/0063-privacy-and-the-audit-chain.md.
/// </summary>
internal static class AuditChain
{
    /// <summary>The hash of a line.</summary>
    public static string HashOf(string before, long seq, DateTimeOffset sealedAt, Guid id, AuditLine? line)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(before));
        Add(seq.ToString(CultureInfo.InvariantCulture));
        Add(Text(sealedAt));
        Add(id.ToString("D"));
        if (line is not null)
        {
            Add(Text(line.At));
            Add(line.ActorId?.ToString("D"));
            Add(line.Actor);
            Add(line.Address);
            Add(line.Kind);
            Add(line.Subject);
            Add(line.Summary);
            Add(line.Details);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string? field)
        {
            if (field is null)
            {
                hash.AppendData("-"u8);
                return;
            }

            var bytes = Encoding.UTF8.GetBytes(field);
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bytes.Length}:")));
            hash.AppendData(bytes);
        }
    }

    /// <summary>An instant as the chain writes it.</summary>
    public static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
