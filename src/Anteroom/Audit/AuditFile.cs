using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace Anteroom.Audit;

/// <summary>
/// The whole log as a file that proves itself (JSON Lines): where the chain begins, a line for each entry with its hash, and the head.
/// </summary>
public sealed class AuditFile(NpgsqlDataSource database, SealAudit seal)
{
    private const string Format = "anteroom-audit-1";

    /// <summary>Writes it.</summary>
    public async Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        await seal.RunAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            cancellation
        );
        await using var writer = new StreamWriter(target, leaveOpen: true) { NewLine = "\n" };
        var head = await VerifyAudit.BeginAsync(connection, cancellation);
        await WriteAsync(new LogStart(Format, head), AuditJson.Default.LogStart);
        await foreach (var line in VerifyAudit.LinesAsync(connection, cancellation))
        {
            var entry = line.Entry;
            await WriteAsync(
                new LoggedLine(
                    line.Seq,
                    AuditChain.Text(line.SealedAt),
                    line.Hash,
                    line.Id,
                    entry is null ? null : AuditChain.Text(entry.At),
                    entry?.ActorId,
                    entry?.Actor,
                    entry?.Address,
                    entry?.Kind,
                    entry?.Subject,
                    entry?.Summary,
                    entry?.Details
                ),
                AuditJson.Default.LoggedLine
            );
            head = new(line.Seq, line.Hash);
        }

        await WriteAsync(new LogEnd(head), AuditJson.Default.LogEnd);
        await writer.FlushAsync(cancellation);

        Task WriteAsync<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
            writer.WriteLineAsync(JsonSerializer.Serialize(value, type).AsMemory(), cancellation);
    }

    /// <summary>Holds such a file against itself, and against what others wrote down; needs nothing else.</summary>
    public static async Task<AuditVerdict> VerifyAsync(
        TextReader file,
        IEnumerable<(AuditHead Head, string Who)> heads,
        CancellationToken cancellation
    )
    {
        if (await ReadAsync(AuditJson.Default.LogStart) is not { Format: Format, After: { } after })
            throw new CannotStartException("This is no file of the audit log as Anteroom writes it (audit.jsonl).");
        var check = new ChainCheck(after, heads);
        while (await file.ReadLineAsync(cancellation) is { } text)
        {
            if (Parse(text, AuditJson.Default.LogEnd) is { Head: { } end })
                return new(
                    after,
                    check.Head,
                    end == check.Head ? check.End()
                        : end.Seq > check.Head.Seq
                            ? string.Create(
                                CultureInfo.InvariantCulture,
                                $"The end is missing from line {check.Head.Seq + 1} on: the file itself counts {end.Seq} lines."
                            )
                        : "The end of the file is not that of its chain."
                );
            if (Parse(text, AuditJson.Default.LoggedLine) is not { } line)
                return new(after, check.Head, $"The line after {check.Head.Seq} cannot be read.");
            if (check.Next(line.ToSealed()) is { } problem)
                return new(after, check.Head, problem);
        }

        return new(after, check.Head, $"The file ends after line {check.Head.Seq}, without its own end: it was cut.");

        async Task<T?> ReadAsync<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
            where T : class => await file.ReadLineAsync(cancellation) is { } first ? Parse(first, type) : null;
    }

    private static T? Parse<T>(string text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record LogStart(string? Format, AuditHead? After);

internal sealed record LogEnd(AuditHead? Head);

internal sealed record LoggedLine(
    long Seq,
    string? SealedAt,
    string? Hash,
    Guid Id,
    string? At,
    Guid? ActorId,
    string? Actor,
    string? Address,
    string? Kind,
    string? Subject,
    string? Summary,
    string? Details
)
{
    public SealedLine ToSealed() =>
        new(
            Seq,
            Instant(SealedAt),
            Hash ?? "",
            Id,
            Actor is null || Kind is null || Summary is null
                ? null
                : new(Instant(At), ActorId, Actor, Address, Kind, Subject, Summary, Details)
        );

    private static DateTimeOffset Instant(string? text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant
        )
            ? instant
            : DateTimeOffset.MinValue;
}

[JsonSerializable(typeof(LogStart))]
[JsonSerializable(typeof(LoggedLine))]
[JsonSerializable(typeof(LogEnd))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never
)]
internal sealed partial class AuditJson : JsonSerializerContext;
