using Anteroom.Data;
using Anteroom.Firm;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Looks at the rows of an import without writing a lead: first each by itself, some at a time, then all of them against each other and
/// against the leads that are there.
/// </summary>
internal sealed class CheckRows(IOptions<FirmOptions> firm)
{
    private const int AtOnce = 5_000;

    private sealed record RawRow(long Line, string[] Cells);

    /// <summary>Looks at some; true when there are more.</summary>
    public async Task<bool> RunAsync(
        NpgsqlConnection connection,
        Import import,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var rows = await connection.QueryAsync<RawRow>(
            "select line, cells from import_rows where import_id = $1 and outcome is null order by line limit $2",
            cancellation,
            Sql.Value(import.Id),
            Sql.Value(AtOnce)
        );
        if (rows.Count > 0)
        {
            var reader = await RowReader.ForAsync(connection, import.Choices, firm.Value, now, cancellation);
            await NoteAsync(connection, import, reader, rows, cancellation);
        }

        if (rows.Count == AtOnce)
            return true;
        await CompareAsync(connection, import, cancellation);
        return false;
    }

    private static async Task NoteAsync(
        NpgsqlConnection connection,
        Import import,
        RowReader reader,
        List<RawRow> rows,
        CancellationToken cancellation
    )
    {
        var read = rows.ConvertAll(row =>
            (row.Line, Row: reader.Read(row.Cells, out var problems), Reason: string.Join(' ', problems))
        );
        await using var batch = connection.CreateBatch();
        batch.Add(
            """
            update import_rows set outcome = case when said.reason = '' then 'new' else 'refused' end, reason = nullif(said.reason, ''),
                email = said.email, phone = said.phone, content = said.content
            from unnest($2, $3, $4, $5, $6) said (line, reason, email, phone, content)
            where import_id = $1 and import_rows.line = said.line
            """,
            Sql.Value(import.Id),
            Sql.Value(read.Select(each => each.Line).ToArray()),
            Sql.Value(
                read.Select(each => each.Row is null && each.Reason.Length == 0 ? "It cannot be read." : each.Reason)
                    .ToArray()
            ),
            Sql.Value(read.Select(each => each.Row?.Email).ToArray()),
            Sql.Value(read.Select(each => each.Row is { } row ? reader.PhoneOf(row) : null).ToArray()),
            Sql.Value(read.Select(each => each.Row?.Content()).ToArray())
        );
        batch.Add("update imports set seen = seen + $2 where id = $1", Sql.Value(import.Id), Sql.Value(rows.Count));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task CompareAsync(NpgsqlConnection connection, Import import, CancellationToken cancellation)
    {
        await using var batch = connection.CreateBatch();
        // A row that the file has three times has three keys, the same ones whenever the file is imported.
        batch.Add(
            """
            update import_rows set key = numbered.key from (
                select line, sha256(content || int4send((row_number() over (partition by content order by line))::integer)) as key
                from import_rows where import_id = $1 and outcome = 'new') numbered
            where import_id = $1 and import_rows.line = numbered.line
            """,
            Sql.Value(import.Id)
        );
        batch.Add(
            """
            update import_rows set outcome = 'skip', reason = 'Imported before, as lead ' || number || '.'
            from leads where import_id = $1 and outcome = 'new' and submission_key = key
            """,
            Sql.Value(import.Id)
        );
        if (import.Choices.Duplicates != DuplicateRule.New)
            batch.Add(
                """
                update import_rows set outcome = 'skip', reason = 'The same person as in row ' || first || '.' from (
                    select line, min(line) over (partition by coalesce(email, phone)) as first
                    from import_rows where import_id = $1 and outcome = 'new' and coalesce(email, phone) is not null) people
                where import_id = $1 and import_rows.line = people.line and first < people.line
                """,
                Sql.Value(import.Id)
            );
        batch.Add(
            """
            update import_rows set same_as = number, outcome = $2,
                reason = 'The same person is lead ' || number || '.'
            from (
                select distinct on (line) line, number from (
                    select line, number from import_rows join leads on leads.email <> '' and lower(leads.email) = import_rows.email
                    where import_id = $1 and outcome = 'new' and deleted_at is null
                    union all
                    -- By phone only where there are no two addresses to tell people apart.
                    select line, number from import_rows join leads on phone_e164 = import_rows.phone
                    where import_id = $1 and outcome = 'new' and deleted_at is null
                        and (import_rows.email is null or leads.email = '')) either
                order by line, number desc) known
            where import_id = $1 and import_rows.line = known.line
            """,
            Sql.Value(import.Id),
            Sql.Value(import.Choices.Duplicates.ToWire())
        );
        batch.Add($"update imports set state = 'checked', {Counts} where id = $1", Sql.Value(import.Id));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Counts the rows of an import anew, for an <c>update imports set</c>.</summary>
    public const string Counts = """
        (added, updated, skipped, refused, taken_back, left_alone) = (
            select count(*) filter (where outcome in ('new', 'added')), count(*) filter (where outcome in ('update', 'updated')),
                count(*) filter (where outcome = 'skip'), count(*) filter (where outcome = 'refused'),
                count(*) filter (where outcome = 'taken_back'), count(*) filter (where outcome = 'left_alone')
            from import_rows where import_id = imports.id)
        """;
}
