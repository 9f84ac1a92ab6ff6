using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>A row of another system that cannot be taken, or was before.</summary>
/// <param name="Line">Its number there.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why.</param>
public sealed record RowLeftOut(long Line, RowOutcome Outcome, string Reason);

/// <summary>Writes the leads of another system, some at a time; each time is a transaction. What was written before is known again by its key.</summary>
public sealed class WriteImported(
    NpgsqlDataSource database,
    ImportBatch rows,
    AuditLog audit,
    Changes changes,
    TimeProvider time
)
{
    private static readonly InsertRows<(Guid Import, RowLeftOut Row, Guid? Lead)> Rows = new InsertRows<(
        Guid Import,
        RowLeftOut Row,
        Guid? Lead
    )>("import_rows")
        .Column("import_id", row => row.Import)
        .Column("line", row => row.Row.Line)
        .Column("outcome", row => row.Row.Outcome.ToWire())
        .Column("reason", row => row.Row.Reason.Length == 0 ? null : row.Row.Reason)
        .Column("lead_id", row => row.Lead);

    /// <summary>An import that leads are being written into.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="By">Who imports.</param>
    /// <param name="NumbersFrom">Numbers above this one can be kept.</param>
    public sealed record Open(Guid Id, Actor By, long NumbersFrom);

    /// <summary>Begins one.</summary>
    /// <param name="kind">From which system.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="highest">The highest number in it: nobody else is given it or one below.</param>
    /// <param name="by">Who imports.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Open> BeginAsync(
        ImportKind kind,
        string name,
        long highest,
        Actor by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        var id = Guid.CreateVersion7(now);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ImportBatch.HoldAsync(connection, cancellation);
        var from = await connection.QueryOneAsync<long>(
            """
            select case when not exists (select from leads where source <> $1) then 0
                when is_called then last_value else last_value - 1 end from lead_numbers
            """,
            cancellation,
            Sql.Value(ImportedLead.Source)
        );
        await using (var batch = connection.CreateBatch())
        {
            batch.Add(
                "select setval('lead_numbers', $1) where $1 > (select case when is_called then last_value else 0 end from lead_numbers)",
                Sql.Value(highest)
            );
            batch.Add(
                """
                insert into imports (id, kind, name, state, created_by, created_by_name, created_at)
                values ($1, $2, $3, 'writing', $4, $5, $6)
                """,
                Sql.Value(id),
                Sql.Value(kind.ToWire()),
                Sql.Value(name),
                Sql.Value(by.Id),
                Sql.Value(by.Name),
                Sql.Value(now)
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return new Open(id, by, from);
    }

    /// <summary>Which of these keys leads have already.</summary>
    public async Task<IReadOnlyDictionary<string, long>> KnownAsync(
        IEnumerable<byte[]> keys,
        CancellationToken cancellation
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ImportBatch.KnownAsync(connection, keys, cancellation);
    }

    /// <summary>Writes leads, and what became of other rows. Returns the files of leads that somebody else wrote meanwhile: nobody needs them.</summary>
    public async Task<IReadOnlyList<string>> WriteAsync(
        Open import,
        IReadOnlyList<ImportedLead> leads,
        IReadOnlyList<RowLeftOut> leftOut,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ImportBatch.HoldAsync(connection, cancellation);
        var known = await ImportBatch.KnownAsync(connection, leads.Select(lead => lead.Key), cancellation);
        var fresh = leads.Where(lead => !known.ContainsKey(Convert.ToHexString(lead.Key))).ToList();
        var late = leads.Except(fresh).ToList();
        var numbered = await NumberAsync(connection, import, fresh, cancellation);
        await using (var batch = connection.CreateBatch())
        {
            rows.Add(batch, numbered, import.By, now);
            Rows.Add(
                batch,
                [
                    .. fresh.Select(lead =>
                        (import.Id, new RowLeftOut(lead.Line, RowOutcome.Added, lead.Remark ?? ""), (Guid?)lead.Id)
                    ),
                    .. late.Select(lead =>
                        (
                            import.Id,
                            new RowLeftOut(lead.Line, RowOutcome.Skip, Imported(known[Convert.ToHexString(lead.Key)])),
                            (Guid?)null
                        )
                    ),
                    .. leftOut.Select(row => (import.Id, row, (Guid?)null)),
                ]
            );
            batch.Add(
                """
                update imports set added = added + $2, skipped = skipped + $3, refused = refused + $4, seen = seen + $5, total = total + $5
                where id = $1
                """,
                Sql.Value(import.Id),
                Sql.Value(fresh.Count),
                Sql.Value(late.Count + leftOut.Count(row => row.Outcome == RowOutcome.Skip)),
                Sql.Value(leftOut.Count(row => row.Outcome == RowOutcome.Refused)),
                Sql.Value(leads.Count + leftOut.Count)
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return [.. late.Select(lead => lead.Resume?.StorageKey).OfType<string>()];
    }

    /// <summary>Why a row is left out that is a lead by its key.</summary>
    public static string Imported(long number) => $"Imported before, as lead {number}.";

    /// <summary>Ends it.</summary>
    public async Task EndAsync(Open import, string summary, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Add(
            "update imports set state = 'done', written_at = $2 where id = $1",
            Sql.Value(import.Id),
            Sql.Value(Sql.Instant(time.GetUtcNow()))
        );
        audit.Write(batch, AuditKind.Imported, summary, $"import:{import.Id}");
        await batch.ExecuteNonQueryAsync(cancellation);
        changes.PublishEverything();
    }

    /// <summary>Their own numbers where nobody has them, and the next ones for the others.</summary>
    private static async Task<List<(ImportedLead Lead, long Number)>> NumberAsync(
        NpgsqlConnection connection,
        Open import,
        List<ImportedLead> leads,
        CancellationToken cancellation
    )
    {
        var wanted = leads.Select(lead => lead.Number ?? 0).Where(number => number > import.NumbersFrom).ToArray();
        var free = (
            await connection.QueryAsync<long>(
                "select wanted from unnest($1) wanted where not exists (select from leads where number = wanted)",
                cancellation,
                Sql.Value(wanted)
            )
        ).ToHashSet();
        var others = leads.Where(lead => !free.Contains(lead.Number ?? 0)).ToList();
        var next = new Queue<long>(
            await connection.QueryAsync<long>(
                "select nextval('lead_numbers') from generate_series(1, $1)",
                cancellation,
                Sql.Value(others.Count)
            )
        );
        return leads.ConvertAll(lead => (lead, free.Contains(lead.Number ?? 0) ? lead.Number!.Value : next.Dequeue()));
    }
}
