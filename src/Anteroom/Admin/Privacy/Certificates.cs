using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Leads;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Admin;

/// <summary>A certificate, and whether it is what was written.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="IsGenuine">Its hash is the one in the audit log.</param>
public sealed record ShownCertificate(ErasureCertificate Certificate, bool IsGenuine);

/// <summary>Reads certificates of erasure, and holds them against the audit log.</summary>
public sealed class Certificates(AnteroomDb db)
{
    /// <summary>How many the page lists.</summary>
    public const int Most = 100;

    /// <summary>The newest.</summary>
    public async Task<IReadOnlyList<ErasureCertificate>> ListAsync(CancellationToken cancellation) =>
        await db
            .Certificates.AsNoTracking()
            .OrderByDescending(certificate => certificate.Number)
            .Take(Most)
            .ToListAsync(cancellation);

    /// <summary>The one of that number; null when there is none.</summary>
    public async Task<ShownCertificate?> FindAsync(long number, CancellationToken cancellation) =>
        await db
            .Certificates.AsNoTracking()
            .SingleOrDefaultAsync(certificate => certificate.Number == number, cancellation)
            is { } found
            ? new(found, await ProblemOfAsync(Encoding.UTF8.GetBytes(found.Document), cancellation) is null)
            : null;

    /// <summary>What is wrong with a certificate, in a sentence; null when it is as it was written.</summary>
    public async Task<string?> ProblemOfAsync(byte[] document, CancellationToken cancellation)
    {
        ErasureDocument? read;
        try
        {
            read = JsonSerializer.Deserialize(document, ErasureJson.Default.ErasureDocument);
        }
        catch (JsonException)
        {
            read = null;
        }

        if (read is not { Format: ErasureDocument.CurrentFormat })
            return "This is no certificate of erasure as Anteroom writes it.";
        var subject = ErasureCertificates.SubjectOf(read.Certificate);
        var details = await db
            .AuditLog.AsNoTracking()
            .Where(line => line.Kind == AuditKind.Erased && line.Subject == subject)
            .Select(line => line.Details)
            .FirstOrDefaultAsync(cancellation);
        if (details is null)
            return $"The audit log knows no certificate {read.Certificate}: it was never written, or its line is gone.";
        using var json = JsonDocument.Parse(details);
        return
            json.RootElement.GetProperty("after").GetProperty("certificate").GetString()
            == Convert.ToHexStringLower(SHA256.HashData(document))
            ? null
            : $"Certificate {read.Certificate} is not what was written: its hash is not the one in the audit log.";
    }
}
