using System.Security.Cryptography;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Anteroom.Leads;

/// <summary>
/// Takes a file of leads in: its rows go into the database as they are, so that any node can go on with them, and what its columns mean is
/// guessed. No lead is written yet.
/// </summary>
public sealed class TakeSheet(AnteroomDb db, NpgsqlDataSource database, IOptions<FirmOptions> firm, TimeProvider time)
{
    /// <summary>The largest file, in bytes.</summary>
    public const long MostBytes = Sheet.MostBytes;

    /// <summary>Reads the file.</summary>
    /// <param name="file">Can be read from any place.</param>
    /// <param name="fileName">What it is called.</param>
    /// <param name="by">Who imports it.</param>
    /// <param name="cancellation">Gives up; nothing is left.</param>
    /// <returns>The import, or what is wrong with <c>file</c>.</returns>
    public async Task<Outcome<Import>> RunAsync(Stream file, string? fileName, Actor by, CancellationToken cancellation)
    {
        try
        {
            if (file.Length > MostBytes)
                throw new UnreadableSheetException(
                    $"This file is too large: it can have at most {FileSize.Of(MostBytes)}."
                );
            return await TakeAsync(file, Sheet.KindOf(file), ResumeFileName.Clean(fileName), by, cancellation);
        }
        catch (UnreadableSheetException problem)
        {
            var errors = new FieldErrors();
            errors.Add("file", $"{problem.Message}");
            return new Refusal.Invalid(errors);
        }
    }

    private async Task<Import> TakeAsync(
        Stream file,
        ImportKind kind,
        string name,
        Actor by,
        CancellationToken cancellation
    )
    {
        file.Position = 0;
        var sha256 = await SHA256.HashDataAsync(file, cancellation);
        var now = Sql.Instant(time.GetUtcNow());
        var id = Guid.CreateVersion7(now);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var begin = connection.CreateBatch())
        {
            begin.Add(
                """
                insert into imports (id, kind, name, sha256, state, created_by, created_by_name, created_at)
                values ($1, $2, $3, $4, 'read', $5, $6, $7)
                """,
                Sql.Value(id),
                Sql.Value(kind.ToWire()),
                Sql.Value(name),
                Sql.Value(sha256),
                Sql.Value(by.Id),
                Sql.Value(by.Name),
                Sql.Value(now)
            );
            await begin.ExecuteNonQueryAsync(cancellation);
        }

        var (headers, total) = await CopyAsync(connection, id, file, kind, cancellation);
        var choices = await ChooseAsync(headers, cancellation);
        await using (var end = connection.CreateBatch())
        {
            end.Add(
                "update imports set headers = $2, choices = $3::jsonb, total = $4 where id = $1",
                Sql.Value(id),
                Sql.Value(headers),
                Sql.Value(choices.ToJson()),
                Sql.Value(total)
            );
            await end.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return await db.Imports.AsNoTracking().SingleAsync(import => import.Id == id, cancellation);
    }

    private static async Task<(string[] Headers, int Total)> CopyAsync(
        NpgsqlConnection connection,
        Guid id,
        Stream file,
        ImportKind kind,
        CancellationToken cancellation
    )
    {
        string[]? headers = null;
        var (total, width) = (0, 0);
        // Not waited for: rows come from a reader that works on the file as it goes.
        await using var rows = await connection.BeginBinaryImportAsync(
            "copy import_rows (import_id, line, cells) from stdin (format binary)",
            cancellation
        );
        foreach (var row in Sheet.Read(file, kind))
        {
            cancellation.ThrowIfCancellationRequested();
            width = Math.Max(width, row.Cells.Length);
            // A file without names for its columns begins with a lead, which has an address.
            headers ??= Array.Exists(row.Cells, cell => cell.Contains('@', StringComparison.Ordinal)) ? [] : row.Cells;
            if (ReferenceEquals(headers, row.Cells))
                continue;
            await rows.StartRowAsync(cancellation);
            await rows.WriteAsync(id, NpgsqlDbType.Uuid, cancellation);
            await rows.WriteAsync((long)row.Number, NpgsqlDbType.Bigint, cancellation);
            await rows.WriteAsync(row.Cells, NpgsqlDbType.Array | NpgsqlDbType.Text, cancellation);
            total++;
        }

        if (total == 0)
            throw new UnreadableSheetException(
                headers is null ? "This file is empty." : "This file has names of columns, and no row below them."
            );
        await rows.CompleteAsync(cancellation);
        return (
            [
                .. Enumerable
                    .Range(0, width)
                    .Select(at =>
                        headers!.ElementAtOrDefault(at) is { Length: > 0 } header
                            ? header[..Math.Min(header.Length, 100)]
                            : $"Column {NameOf(at)}"
                    ),
            ],
            total
        );
    }

    /// <summary>As spreadsheet programs name columns: A, B … Z, AA.</summary>
    private static string NameOf(int at) =>
        at < 26 ? $"{(char)('A' + at)}" : $"{NameOf((at / 26) - 1)}{(char)('A' + (at % 26))}";

    /// <summary>The preset that was made for these columns, or a guess.</summary>
    private async Task<ImportChoices> ChooseAsync(string[] headers, CancellationToken cancellation)
    {
        var presets = await db
            .ImportPresets.AsNoTracking()
            .OrderByDescending(preset => preset.CreatedAt)
            .ToListAsync(cancellation);
        return presets.Find(preset => preset.Headers.SequenceEqual(headers, StringComparer.Ordinal))?.Choices
            ?? new ImportChoices
            {
                Fields = ImportField.Guess(headers),
                Dates = firm.Value.Region == "US" ? DateOrder.MonthFirst : DateOrder.DayFirst,
            };
    }
}
