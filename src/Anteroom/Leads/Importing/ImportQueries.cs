using Anteroom.Data;
using Anteroom.Firm;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>A row of an import as its page shows it.</summary>
public sealed record ShownRow
{
    /// <summary>Its line.</summary>
    public required long Line { get; init; }

    /// <summary>What becomes of it, as it is written.</summary>
    public required string Becomes { get; init; }

    /// <summary>What becomes of it.</summary>
    public RowOutcome Outcome => WireName.Parse<RowOutcome>(Becomes);

    /// <summary>Why, in English.</summary>
    public required string? Reason { get; init; }

    /// <summary>As it stands in the file; null when that is not kept.</summary>
    public required string[]? Cells { get; init; }

    /// <summary>The number of the lead that it is about.</summary>
    public required long? Lead { get; init; }

    /// <summary>Whether somebody can decide otherwise: the same person is a lead.</summary>
    public required bool CanChoose { get; init; }

    /// <summary>What is wrong with it, to be said in any language.</summary>
    public IReadOnlyList<RowProblem> Problems { get; init; } = [];
}

/// <summary>What pages show of imports.</summary>
public sealed class ImportQueries(
    AnteroomDb db,
    NpgsqlDataSource database,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>Rows on a page.</summary>
    public const int PageSize = 50;

    private const int Most = 50;
    private const int Examples = 3;

    /// <summary>The newest.</summary>
    public async Task<IReadOnlyList<Import>> ListAsync(CancellationToken cancellation) =>
        await db
            .Imports.AsNoTracking()
            .OrderByDescending(import => import.CreatedAt)
            .Take(Most)
            .ToListAsync(cancellation);

    /// <summary>One; null when there is none.</summary>
    public Task<Import?> FindAsync(Guid id, CancellationToken cancellation) =>
        db.Imports.AsNoTracking().SingleOrDefaultAsync(import => import.Id == id, cancellation);

    /// <summary>An earlier import of the same file, which was written; null when there is none.</summary>
    public Task<Import?> SameFileAsync(Import import, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(import);
        return db
            .Imports.AsNoTracking()
            .Where(other => other.Id != import.Id && other.Sha256 == import.Sha256 && other.State == ImportState.Done)
            .OrderByDescending(other => other.CreatedAt)
            .FirstOrDefaultAsync(cancellation);
    }

    /// <summary>The cells of the first rows.</summary>
    public async Task<IReadOnlyList<string[]>> ExamplesAsync(Guid id, CancellationToken cancellation) =>
        await db
            .ImportRows.AsNoTracking()
            .Where(row => row.ImportId == id && row.Cells != null)
            .OrderBy(row => row.Line)
            .Take(Examples)
            .Select(row => row.Cells!)
            .ToListAsync(cancellation);

    /// <summary>The rows of an outcome, a page and one more.</summary>
    /// <param name="import">Of which.</param>
    /// <param name="outcome">Which.</param>
    /// <param name="after">After this line.</param>
    /// <param name="most">How many.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<ShownRow>> RowsAsync(
        Import import,
        RowOutcome outcome,
        long after,
        int most,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(import);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<ShownRow>(
            """
            select line, outcome as becomes, reason, cells, coalesce(same_as, number) as lead,
                same_as is not null and cells is not null and outcome <> 'refused' as can_choose
            from import_rows left join leads on leads.id = lead_id
            where import_id = $1 and outcome = $2 and line > $3 order by line limit $4
            """,
            cancellation,
            Sql.Value(import.Id),
            Sql.Value(outcome.ToWire()),
            Sql.Value(after),
            Sql.Value(most)
        );
        if (outcome != RowOutcome.Refused || !import.IsFile)
            return rows;
        var reader = await RowReader.ForAsync(connection, import.Choices, firm.Value, time.GetUtcNow(), cancellation);
        return
        [
            .. rows.Select(row =>
            {
                IReadOnlyList<RowProblem> problems = [];
                if (row.Cells is not null)
                    reader.Read(row.Cells, out problems);
                return row with { Problems = problems };
            }),
        ];
    }

    /// <summary>All presets, by name.</summary>
    public async Task<IReadOnlyList<ImportPreset>> PresetsAsync(CancellationToken cancellation) =>
        await db.ImportPresets.AsNoTracking().OrderBy(preset => preset.Name).ToListAsync(cancellation);
}
