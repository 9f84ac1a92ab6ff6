using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>One column of a row that the app wrote.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Type">PostgreSQL's name of its type.</param>
/// <param name="Value">Its value as text; null for NULL.</param>
/// <param name="IsUnique">Whether a unique index stands on this column alone.</param>
internal sealed record SampleColumn(string Name, string Type, string? Value, bool IsUnique);

/// <summary>One row that the app wrote, without the columns that PostgreSQL fills in by itself.</summary>
internal sealed record SampleRow(string Table, IReadOnlyList<SampleColumn> Columns);

/// <summary>
/// Everything that a submission writes, read back from the database of the app: so pgbench inserts rows with the very
/// columns and lengths of the product, whatever they are by now.
/// </summary>
internal static class SampleLead
{
    // In the order in which they can be inserted, with the way from a lead to its rows.
    private static readonly (string Table, string Of)[] Tables =
    [
        ("leads", "id = $1"),
        ("resumes", "lead_id = $1"),
        ("emails", "lead_id = $1"),
        ("activities", "lead_id = $1"),
        ("work", "subject = $1"),
    ];

    // The worker has changed these of emails and work since the submission; pgbench writes them as the submission did.
    private static readonly Dictionary<string, string?> AsQueued = new(StringComparer.Ordinal)
    {
        ["state"] = "queued",
        ["attempts"] = "0",
        ["last_error"] = null,
        ["sent_at"] = null,
        ["finished_at"] = null,
        ["claim"] = null,
        ["claimed_by"] = null,
        ["leased_until"] = null,
        ["waits_for_server"] = "false",
    };

    /// <summary>Reads the newest lead, assigned, with its resume, emails, timeline and work.</summary>
    public static async Task<IReadOnlyList<SampleRow>> ReadAsync(
        string connectionString,
        CancellationToken cancellation
    )
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var newest = new NpgsqlCommand("select id from leads order by number desc limit 1", connection);
        var lead =
            await newest.ExecuteScalarAsync(cancellation)
            ?? throw new BenchmarkException("The app acknowledged submissions, but there is no lead in its database.");
        var rows = new List<SampleRow>();
        foreach (var (table, of) in Tables)
            rows.AddRange(await ReadAsync(connection, table, of, lead, cancellation));
        return rows;
    }

    private static async Task<List<SampleRow>> ReadAsync(
        NpgsqlConnection connection,
        string table,
        string of,
        object lead,
        CancellationToken cancellation
    )
    {
        var columns = await ColumnsAsync(connection, table, cancellation);
        var list = string.Join(", ", columns.Select(column => $"{column.Name}::text"));
        await using var command = new NpgsqlCommand($"select {list} from {table} where {of}", connection);
        command.Parameters.AddWithValue(lead);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<SampleRow>();
        while (await reader.ReadAsync(cancellation))
        {
            var values = columns.Select(
                (column, i) =>
                    column with
                    {
                        Value =
                            table is "emails" or "work" && AsQueued.TryGetValue(column.Name, out var queued) ? queued
                            : reader.IsDBNull(i) ? null
                            : reader.GetString(i),
                    }
            );
            rows.Add(new SampleRow(table, [.. values]));
        }
        return rows;
    }

    private static async Task<List<SampleColumn>> ColumnsAsync(
        NpgsqlConnection connection,
        string table,
        CancellationToken cancellation
    )
    {
        // Left out: generated columns, and what PostgreSQL chooses anew for each row: numbers and codes.
        await using var command = new NpgsqlCommand(
            """
            select a.attname::text, t.typname::text,
                   exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique
                           and i.indnatts = 1 and i.indkey[0] = a.attnum)
            from pg_attribute a
            join pg_type t on t.oid = a.atttypid
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped
              and a.attgenerated = '' and a.attidentity = ''
              and coalesce(pg_get_expr(d.adbin, d.adrelid), '') not like all (array['nextval(%', 'new_lead_code(%'])
            order by a.attnum
            """,
            connection
        );
        command.Parameters.AddWithValue(table);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var columns = new List<SampleColumn>();
        while (await reader.ReadAsync(cancellation))
            columns.Add(new SampleColumn(reader.GetString(0), reader.GetString(1), Value: null, reader.GetBoolean(2)));
        return columns;
    }
}
