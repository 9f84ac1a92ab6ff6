using System.Text.Json;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Timeline;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Takes back what an import did, some rows at a time: its leads are erased, and those that it changed are what they were. A lead that
/// somebody has worked on since is left as it is.
/// </summary>
internal sealed class RevertRows(IOptions<FirmOptions> firm)
{
    private const int AtOnce = 1_000;

    private sealed record DoneRow(long Line, RowOutcome Outcome, Guid LeadId, string? Before, bool Worked);

    /// <summary>Takes some back; true when there are more.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="import">Which.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="files">Gets the files that nobody needs once it is committed.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> RunAsync(
        NpgsqlConnection connection,
        Import import,
        DateTimeOffset now,
        List<string> files,
        CancellationToken cancellation
    )
    {
        var rows = await connection.QueryAsync<DoneRow>(
            """
            select line, outcome, lead_id, before::text as before,
                leads.deleted_at is not null or exists (select from legal_holds where legal_holds.lead_id = leads.id) or exists (
                    select from activities where activities.lead_id = leads.id and at > $3
                        and kind not in ('imported', 'resume_scanned', 'resume_viewed')) as worked
            from import_rows join leads on leads.id = lead_id
            where import_id = $1 and outcome in ('added', 'updated') order by line limit $2
            for no key update of leads
            """,
            cancellation,
            Sql.Value(import.Id),
            Sql.Value(AtOnce),
            // The note of an imported lead is a millisecond after its import.
            Sql.Value((import.WrittenAt ?? now).AddMilliseconds(1))
        );
        var back = rows.Where(row => !row.Worked).ToList();
        Guid[] added = [.. back.Where(row => row.Outcome == RowOutcome.Added).Select(row => row.LeadId)];
        var resumes = await connection.QueryAsync<FileRow>(
            "select id, case when deleted_at is null then storage_key end as key from resumes where lead_id = any ($1) for update",
            cancellation,
            Sql.Value(added)
        );
        files.AddRange(resumes.Select(file => file.Key).OfType<string>());
        files.AddRange(
            await connection.QueryAsync<string>(
                "select storage_key from resume_copies where resume_id = any ($1)",
                cancellation,
                Sql.Value(resumes.Select(file => file.Id).ToArray())
            )
        );
        await using var batch = connection.CreateBatch();
        // First, since erasing the leads takes the rows with them that still name one.
        batch.Add(
            """
            update import_rows set outcome = case when worked then 'left_alone' else 'taken_back' end, before = null,
                lead_id = case when worked then lead_id end
            from unnest($2, $3) done (line, worked) where import_id = $1 and import_rows.line = done.line
            """,
            Sql.Value(import.Id),
            Sql.Value(rows.Select(row => row.Line).ToArray()),
            Sql.Value(rows.Select(row => row.Worked).ToArray())
        );
        WorkQueue.Forget(batch, [.. added, .. resumes.Select(file => file.Id)]);
        batch.Add("delete from leads where id = any ($1)", Sql.Value(added));
        var changed = back.Where(row => row is { Outcome: RowOutcome.Updated, Before: not null }).ToList();
        if (changed.Count > 0)
        {
            LeadFactsWriter.Add(
                batch,
                changed.ConvertAll(row =>
                    (row.LeadId, JsonSerializer.Deserialize(row.Before!, ImportJson.Default.ProspectFacts)!)
                ),
                firm.Value.Region,
                now
            );
            batch.Record(
                new Actor(import.CreatedBy, import.CreatedByName),
                ImportBatch.Kind,
                changed.ConvertAll(row => (row.LeadId, $"took back what came from {import.Name}")),
                now
            );
        }

        batch.Add("update imports set seen = seen + $2 where id = $1", Sql.Value(import.Id), Sql.Value(rows.Count));
        if (rows.Count < AtOnce)
            batch.Add($"update imports set state = 'reverted', {CheckRows.Counts} where id = $1", Sql.Value(import.Id));
        await batch.ExecuteNonQueryAsync(cancellation);
        return rows.Count == AtOnce;
    }

    private sealed record FileRow(Guid Id, string? Key);
}
