using System.Globalization;
using System.Text.Json;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Outreach;
using Anteroom.Timeline;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Anteroom.Leads;

/// <summary>Writes the leads of a file that was checked, some at a time.</summary>
internal sealed class WriteRows(ImportBatch leads, IOptions<FirmOptions> firm)
{
    private const int AtOnce = 2_500;

    private sealed record CheckedRow(long Line, string[] Cells, RowOutcome Outcome, byte[] Key, long? SameAs);

    private sealed record Written(long Line, RowOutcome Outcome, string? Reason, Guid? Lead, string? Before);

    /// <summary>Writes some; true when there are more.</summary>
    public async Task<bool> RunAsync(
        NpgsqlConnection connection,
        Import import,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await ImportBatch.HoldAsync(connection, cancellation);
        var rows = await connection.QueryAsync<CheckedRow>(
            """
            select line, cells, outcome, key, same_as from import_rows
            where import_id = $1 and outcome in ('new', 'update') order by line limit $2
            """,
            cancellation,
            Sql.Value(import.Id),
            Sql.Value(AtOnce)
        );
        if (rows.Count > 0)
            await WriteAsync(connection, import, rows, now, cancellation);
        if (rows.Count == AtOnce)
            return true;
        await using var end = connection.CreateBatch();
        end.Add(
            $"update imports set state = 'done', written_at = $2, {CheckRows.Counts} where id = $1",
            Sql.Value(import.Id),
            Sql.Value(now)
        );
        await end.ExecuteNonQueryAsync(cancellation);
        return false;
    }

    private async Task WriteAsync(
        NpgsqlConnection connection,
        Import import,
        List<CheckedRow> rows,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var by = new Actor(import.CreatedBy, import.CreatedByName);
        var reader = await RowReader.ForAsync(connection, import.Choices, firm.Value, now, cancellation);
        var known = await ImportBatch.KnownAsync(connection, rows.Select(row => row.Key), cancellation);
        var same = await SamePeopleAsync(connection, rows, cancellation);
        var written = new List<Written>();
        var fresh = new List<ImportedLead>();
        var changes = new List<(Person Person, ReadRow Row, ProspectFacts Facts, long Line)>();
        foreach (var row in rows)
            // Since it was checked, an attorney may have left, or somebody else imported the same file.
            if (reader.Read(row.Cells, out var problems) is not { } read)
                written.Add(new(row.Line, RowOutcome.Refused, string.Join(' ', problems), null, null));
            else if (known.TryGetValue(Convert.ToHexString(row.Key), out var number))
                written.Add(new(row.Line, RowOutcome.Skip, WriteImported.Imported(number), null, null));
            else if (row.Outcome == RowOutcome.Update && same.TryGetValue(row.SameAs ?? 0, out var person))
                if (Merge(person.Facts, read.Facts) is { } facts)
                    changes.Add((person, read, facts, row.Line));
                else
                    written.Add(
                        new(
                            row.Line,
                            RowOutcome.Skip,
                            string.Create(CultureInfo.InvariantCulture, $"Lead {person.Number} has all of it already."),
                            null,
                            null
                        )
                    );
            else
                fresh.Add(NewLead(import, row, read, now));

        var numbers = new Queue<long>(
            await connection.QueryAsync<long>(
                "select nextval('lead_numbers') from generate_series(1, $1)",
                cancellation,
                Sql.Value(fresh.Count)
            )
        );
        await using var batch = connection.CreateBatch();
        leads.Add(batch, fresh.ConvertAll(lead => (lead, numbers.Dequeue())), by, now);
        written.AddRange(fresh.Select(lead => new Written(lead.Line, RowOutcome.Added, null, lead.Id, null)));
        if (changes.Count > 0)
        {
            Change(batch, import, changes, by, now);
            written.AddRange(
                changes.Select(change => new Written(
                    change.Line,
                    RowOutcome.Updated,
                    string.Create(CultureInfo.InvariantCulture, $"Changed lead {change.Person.Number}."),
                    change.Person.Id,
                    JsonSerializer.Serialize(change.Person.Facts, ImportJson.Default.ProspectFacts)
                ))
            );
        }

        batch.Add(
            """
            update import_rows set outcome = done.outcome, reason = done.reason, lead_id = done.lead, before = done.before::jsonb,
                cells = case when done.outcome = 'refused' then cells end
            from unnest($2, $3, $4, $5, $6) done (line, outcome, reason, lead, before)
            where import_id = $1 and import_rows.line = done.line
            """,
            Sql.Value(import.Id),
            Sql.Value(written.Select(row => row.Line).ToArray()),
            Sql.Value(written.Select(row => row.Outcome.ToWire()).ToArray()),
            Sql.Value(written.Select(row => row.Reason).ToArray()),
            Sql.Value(written.Select(row => row.Lead).ToArray()),
            Sql.Value(written.Select(row => row.Before).ToArray())
        );
        batch.Add("update imports set seen = seen + $2 where id = $1", Sql.Value(import.Id), Sql.Value(rows.Count));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static ImportedLead NewLead(Import import, CheckedRow row, ReadRow read, DateTimeOffset now) =>
        new()
        {
            Line = row.Line,
            Id = Guid.CreateVersion7(now),
            Facts = read.Facts,
            Status = read.Status ?? import.Choices.Status,
            CreatedAt = read.CreatedAt is { } at && at < now ? at : now,
            UpdatedAt = now,
            AssignedTo = read.AssignedTo ?? import.Choices.AssignedTo,
            Key = row.Key,
            Story = string.Create(
                CultureInfo.InvariantCulture,
                $"imported this lead from row {row.Line} of {import.Name}"
            ),
            Note = read.Note,
        };

    private sealed record Person(Guid Id, long Number, ProspectFacts Facts);

    /// <summary>The leads that rows are to change, by number, held until they are.</summary>
    private static async Task<Dictionary<long, Person>> SamePeopleAsync(
        NpgsqlConnection connection,
        List<CheckedRow> rows,
        CancellationToken cancellation
    )
    {
        var people = new Dictionary<long, Person>();
        long[] wanted =
        [
            .. rows.Where(row => row.Outcome == RowOutcome.Update).Select(row => row.SameAs).OfType<long>(),
        ];
        if (wanted.Length == 0)
            return people;
        await using var command = new NpgsqlCommand(
            $"""
            select id, number, {string.Join(", ", FactColumns.Names)} from leads
            where number = any ($1) and deleted_at is null order by number for no key update
            """,
            connection
        );
        command.Parameters.Add(Sql.Value(wanted));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            people[reader.GetInt64(1)] = new(reader.GetGuid(0), reader.GetInt64(1), FactColumns.Read(reader));
        return people;
    }

    /// <summary>What the lead says then; null when that is what it says now. The prospect's own words are only filled in, never changed.</summary>
    private static ProspectFacts? Merge(ProspectFacts now, ProspectFacts row)
    {
        var merged = new ProspectFacts
        {
            FirstName = now.FirstName,
            LastName = now.LastName,
            Email = now.Email,
            Language = now.Language,
            Answers = now.Answers,
        };
        var changed = false;
        foreach (var fact in ProspectFacts.All)
        {
            var (before, said) = (fact.Get(now), fact.Get(row));
            var after = string.IsNullOrEmpty(said) || (fact.IsOwnWords && before is not null) ? before : said;
            fact.Set(merged, after);
            changed |= after != before;
        }

        return changed ? merged : null;
    }

    private void Change(
        NpgsqlBatch batch,
        Import import,
        List<(Person Person, ReadRow Row, ProspectFacts Facts, long Line)> changes,
        Actor by,
        DateTimeOffset now
    )
    {
        LeadFactsWriter.Add(
            batch,
            changes.ConvertAll(change => (change.Person.Id, change.Facts)),
            firm.Value.Region,
            now
        );
        batch.Record(
            by,
            ImportBatch.Kind,
            changes.ConvertAll(change =>
                (
                    change.Person.Id,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"took {Words(change.Person.Facts, change.Facts)} from row {change.Line} of {import.Name}"
                    )
                )
            ),
            now
        );
    }

    private static string Words(ProspectFacts before, ProspectFacts after) =>
        string.Join(
            ", ",
            ProspectFacts.All.Where(fact => fact.Get(before) != fact.Get(after)).Select(fact => fact.Word)
        );
}

/// <summary>Writes the facts of many leads with one statement.</summary>
internal static class LeadFactsWriter
{
    /// <summary>Adds it.</summary>
    public static void Add(
        NpgsqlBatch batch,
        IReadOnlyList<(Guid Lead, ProspectFacts Facts)> leads,
        string region,
        DateTimeOffset now
    )
    {
        List<(string Name, Func<ProspectFacts, string?> Value)> columns =
        [
            .. ProspectFacts.All.Select(fact =>
                (fact.Name, (Func<ProspectFacts, string?>)(facts => fact.Get(facts) ?? (fact.IsRequired ? "" : null)))
            ),
            ("search_text", facts => facts.SearchText()),
            ("search_more", facts => facts.SearchMore()),
            ("phone_digits", facts => PhoneNumber.Digits(facts.Phone)),
            ("phone_e164", facts => PhoneNumber.ToE164(facts.Phone, region)),
        ];
        var command = new NpgsqlBatchCommand(
            $"""
            update leads set updated_at = $1, {string.Join(
                ", ",
                columns.Select(column => $"{column.Name} = said.{column.Name}")
            )}
            from unnest($2, {string.Join(", ", columns.Select((_, at) => $"${at + 3}"))}) said (id, {string.Join(
                ", ",
                columns.Select(column => column.Name)
            )})
            where leads.id = said.id
            """
        );
        command.Parameters.Add(Sql.Value(now));
        command.Parameters.Add(Sql.Value(leads.Select(each => each.Lead).ToArray()));
        foreach (var (_, value) in columns)
            command.Parameters.Add(
                new NpgsqlParameter<string?[]>(parameterName: "", [.. leads.Select(each => value(each.Facts))])
                {
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                }
            );
        batch.BatchCommands.Add(command);
    }
}
