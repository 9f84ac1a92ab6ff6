using System.Globalization;
using Anteroom.Data;
using CsvHelper;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Audit;

/// <summary>Which lines of the audit log are asked for.</summary>
public sealed record AuditFilter
{
    /// <summary>Of this kind only.</summary>
    public AuditKind? Kind { get; init; }

    /// <summary>Of this user only.</summary>
    public Guid? Actor { get; init; }

    /// <summary>Not before this day begins, UTC.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Not after this day ends, UTC.</summary>
    public DateOnly? To { get; init; }

    /// <summary>With this in what was done.</summary>
    public string? Text { get; init; }

    /// <summary>Everything is asked for.</summary>
    public bool IsEmpty => this == new AuditFilter();
}

/// <summary>Reads the audit log.</summary>
public sealed class AuditQueries(AnteroomDb db)
{
    /// <summary>Lines on a page.</summary>
    public const int PageSize = 50;

    /// <summary>Lines in a file, at most.</summary>
    public const int MostExported = 100_000;

    /// <summary>A page, newest first, and one more line when there are older ones. One statement.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(
        AuditFilter filter,
        Guid? before,
        CancellationToken cancellation
    )
    {
        var lines = Of(filter);
        if (before is { } key)
            lines = lines.Where(line => line.Id < key);
        return await lines.OrderByDescending(line => line.Id).Take(PageSize + 1).ToListAsync(cancellation);
    }

    /// <summary>The lines of a filter as CSV (RFC 4180), newest first.</summary>
    public async Task WriteCsvAsync(AuditFilter filter, Stream target, CancellationToken cancellation)
    {
        await using var csv = CsvWriter.Create(target, Format, leaveOpen: true);
        csv.WriteRecord("at", "actor", "address", "kind", "subject", "summary", "details", "id", "seq", "hash");
        var seals = db.AuditSeals.AsNoTracking();
        await foreach (
            var (line, seal) in Of(filter)
                .OrderByDescending(line => line.Id)
                .Take(MostExported)
                .LeftJoin(seals, line => line.Id, seal => seal.EntryId, (line, seal) => new { line, seal })
                .OrderByDescending(both => both.line.Id)
                .AsAsyncEnumerable()
                .Select(both => (both.line, both.seal))
                .WithCancellation(cancellation)
        )
            await csv.WriteRecordAsync(
                [
                    line.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    line.Actor,
                    line.Address,
                    line.Kind.ToWire(),
                    line.Subject,
                    line.Summary,
                    line.Details,
                    line.Id.ToString(),
                    seal?.Seq.ToString(CultureInfo.InvariantCulture),
                    seal is null ? null : Convert.ToHexStringLower(seal.Hash),
                ],
                cancellation
            );
    }

    // What begins like a formula is text.
    private static readonly CsvWriterOptions Format = new()
    {
        Injection = CsvInjection.Escape,
        WriteByteOrderMark = true,
    };

    private IQueryable<AuditEntry> Of(AuditFilter filter)
    {
        var lines = db.AuditLog.AsNoTracking();
        if (filter.Kind is { } kind)
            lines = lines.Where(line => line.Kind == kind);
        if (filter.Actor is { } actor)
            lines = lines.Where(line => line.ActorId == actor);
        // The id begins with the instant, and it is the order of the log: no other index is needed.
        if (filter.From is { } from && FirstId(from) is var first)
            lines = lines.Where(line => line.Id >= first);
        if (filter.To is { } to && to < DateOnly.MaxValue && FirstId(to.AddDays(1)) is var end)
            lines = lines.Where(line => line.Id < end);
        if (filter.Text is { Length: > 0 } text)
            lines = lines.Where(line => EF.Functions.ILike(line.Summary, $"%{Escape(text)}%", "\\"));
        return lines;
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);

    /// <summary>The smallest UUIDv7 of a day.</summary>
    private static Guid FirstId(DateOnly day)
    {
        var at = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at)
            .TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6..].Clear();
        return new Guid(bytes, bigEndian: true);
    }
}
