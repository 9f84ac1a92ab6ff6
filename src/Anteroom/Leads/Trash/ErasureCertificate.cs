using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>That something was erased: by whom, when and why, counts and hashes, and nothing of what it was.</summary>
public sealed class ErasureCertificate
{
    /// <summary>1, 2, 3 …; failed erasures leave gaps.</summary>
    public required long Number { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who, by name; Anteroom for retention.</summary>
    public required string ByName { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>How many leads.</summary>
    public required int Leads { get; init; }

    /// <summary>The certificate itself, JSON (<see cref="ErasureDocument"/>).</summary>
    public required string Document { get; init; }

    /// <summary>Of <see cref="Document"/> in UTF-8. The same hash is in a line of the audit log, and so in its chain.</summary>
    public required byte[] Sha256 { get; init; }

    /// <summary>The document, read.</summary>
    internal ErasureDocument? Read() => JsonSerializer.Deserialize(Document, ErasureJson.Default.ErasureDocument);
}

/// <summary>What a certificate says.</summary>
/// <param name="Format"><c>anteroom-erasure-1</c>.</param>
/// <param name="Certificate">Its number.</param>
/// <param name="Firm">Whose leads.</param>
/// <param name="ErasedAt">When, UTC.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Leads">The numbers of the leads, which say nothing of the people.</param>
/// <param name="Rows">What was erased, by table.</param>
/// <param name="Files">SHA-256 of each file that was deleted.</param>
internal sealed record ErasureDocument(
    string Format,
    long Certificate,
    string Firm,
    DateTimeOffset ErasedAt,
    string By,
    string Reason,
    IReadOnlyList<long> Leads,
    IReadOnlyList<ErasedRows> Rows,
    IReadOnlyList<string> Files
)
{
    public const string CurrentFormat = "anteroom-erasure-1";
}

/// <summary>Rows that are gone.</summary>
/// <param name="Table">From where.</param>
/// <param name="Count">How many.</param>
/// <param name="Sha256">Over the digests of the rows: two people who had the same rows would come to the same.</param>
internal sealed record ErasedRows(string Table, long Count, string Sha256);

[JsonSerializable(typeof(ErasureDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
internal sealed partial class ErasureJson : JsonSerializerContext;

internal sealed class ErasureCertificateConfiguration : IEntityTypeConfiguration<ErasureCertificate>
{
    public void Configure(EntityTypeBuilder<ErasureCertificate> certificate)
    {
        certificate.ToTable("erasure_certificates");
        certificate.HasKey(x => x.Number);
        certificate.Property(x => x.Number).UseIdentityByDefaultColumn();
    }
}

/// <summary>Why leads are erased.</summary>
/// <param name="Reason">For the certificate; no personal data.</param>
/// <param name="Firm">The firm's name.</param>
/// <param name="By">Who; null for Anteroom itself.</param>
public sealed record ErasureOrder(string Reason, string Firm, CurrentUser? By);

/// <summary>Writes certificates, in the transaction that erases.</summary>
internal static class ErasureCertificates
{
    // What foreign keys delete with a lead. A test holds the list against the database.
    internal static readonly (string Table, string Condition)[] Parts =
    [
        ("leads", "id = any ($1)"),
        ("resumes", "lead_id = any ($1)"),
        ("resume_words", "resume_id in (select id from resumes where lead_id = any ($1))"),
        ("resume_copies", "resume_id in (select id from resumes where lead_id = any ($1))"),
        ("outbox", "lead_id = any ($1)"),
        ("activities", "lead_id = any ($1)"),
        ("tasks", "lead_id = any ($1)"),
        ("lead_tags", "lead_id = any ($1)"),
        ("declines", "lead_id = any ($1)"),
        ("notices", "lead_id = any ($1)"),
        ("bulk_recipients", "lead_id = any ($1)"),
        ("merged_leads", "into_id = any ($1)"),
        ("idempotency_keys", "lead_id = any ($1)"),
        ("import_rows", "lead_id = any ($1)"),
        ("lead_reads", "lead_id = any ($1)"),
        ("lead_viewers", "lead_id = any ($1)"),
    ];

    /// <summary>Counts what is about to be erased, before it is.</summary>
    public static async Task<List<ErasedRows>> CountAsync(
        NpgsqlConnection connection,
        Guid[] leads,
        CancellationToken cancellation
    )
    {
        var questions = Parts.Select(part =>
            $"""
                select '{part.Table}' as "table", count(*) as count,
                    encode(sha256(convert_to(coalesce(string_agg(digest, '' order by digest), ''), 'UTF8')), 'hex') as sha256
                from (select md5(row::text) as digest from {part.Table} row where {part.Condition}) rows
                """
        );
        var rows = await connection.QueryAsync<ErasedRows>(
            string.Join(" union all ", questions),
            cancellation,
            Sql.Value(leads)
        );
        return [.. rows.Where(part => part.Count > 0)];
    }

    /// <summary>Writes a certificate and its line in the audit log.</summary>
    public static async Task<long> WriteAsync(
        NpgsqlConnection connection,
        AuditLog audit,
        ErasureOrder order,
        IReadOnlyList<long> leads,
        IReadOnlyList<ErasedRows> rows,
        IReadOnlyList<string> files,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var number = await connection.QueryOneAsync<long>(
            "select nextval(pg_get_serial_sequence('erasure_certificates', 'number'))",
            cancellation
        );
        var by = order.By?.FullName ?? "Anteroom";
        var document = JsonSerializer.Serialize(
            new ErasureDocument(
                ErasureDocument.CurrentFormat,
                number,
                order.Firm,
                now,
                by,
                order.Reason,
                leads,
                rows,
                [.. files.Order(StringComparer.Ordinal)]
            ),
            Readable.ErasureDocument
        );
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(document));
        await using var batch = connection.CreateBatch();
        batch.Add(
            "insert into erasure_certificates (number, at, by_name, reason, leads, document, sha256) values ($1, $2, $3, $4, $5, $6, $7)",
            Sql.Value(number),
            Sql.Value(now),
            Sql.Value(by),
            Sql.Value(order.Reason),
            Sql.Value(leads.Count),
            Sql.Value(document),
            Sql.Value(hash)
        );
        audit.Write(
            batch,
            AuditKind.Erased,
            $"erased {Texts.Figure(leads.Count)} {(leads.Count == 1 ? "lead" : "leads")} with everything about them: certificate {number.ToString(CultureInfo.InvariantCulture)}",
            SubjectOf(number),
            after: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["certificate"] = Convert.ToHexStringLower(hash),
            },
            by: order.By
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        return number;
    }

    /// <summary>The subject of its line in the audit log.</summary>
    public static string SubjectOf(long number) => FormattableString.Invariant($"erasure:{number}");

    private static readonly ErasureJson Readable = new(
        new JsonSerializerOptions(ErasureJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );
}
