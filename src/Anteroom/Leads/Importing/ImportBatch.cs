using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Outreach;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// The rows of imported leads: a few statements, however many leads. Nobody is told of them, nothing is written to them, and no attorney
/// is chosen: they are not new. Only their files are looked at, as any file is.
/// </summary>
public sealed class ImportBatch
{
    /// <summary>The kind of <see cref="Activity"/>.</summary>
    internal const string Kind = "imported";

    private readonly InsertRows<(ImportedLead Lead, long Number, DateTimeOffset Now)> _leads;
    private readonly InsertRows<ImportedLead> _resumes;
    private readonly IOptions<ScannerOptions> _scanner;
    private readonly IOptions<ReadingOptions> _reading;
    private readonly CopiesWanted _copies;

    /// <summary>Knows what is done with files.</summary>
    public ImportBatch(
        IOptions<ScannerOptions> scanner,
        IOptions<ReadingOptions> reading,
        CopiesWanted copies,
        IOptions<FirmOptions> firm
    )
    {
        (_scanner, _reading, _copies) = (scanner, reading, copies);
        _leads = FactColumns.Add(
            new InsertRows<(ImportedLead Lead, long Number, DateTimeOffset Now)>("leads")
                .Column("id", row => row.Lead.Id)
                .Column("number", row => row.Number)
                .Column("created_at", row => row.Lead.CreatedAt)
                .Column("updated_at", row => row.Lead.UpdatedAt)
                .Column("source", _ => ImportedLead.Source)
                .Column("submission_key", row => row.Lead.Key)
                .Column("status", row => row.Lead.Status.ToWire())
                .Column("reached_out_by", row => row.Lead.ReachedOutBy)
                .Column<DateTimeOffset?>(
                    "retained_at",
                    row => row.Lead.Status.Stage == LeadStage.Retained ? row.Lead.UpdatedAt : null
                )
                .Column<DateTimeOffset?>("closed_at", row => row.Lead.Status.IsOpen ? null : row.Lead.UpdatedAt)
                .Column("assigned_to", row => row.Lead.AssignedTo)
                .Column<DateTimeOffset?>("assigned_at", row => row.Lead.AssignedTo is null ? null : row.Now)
                // Whoever gets the lead later must not set off a welcome to somebody who came long ago.
                .Column("written_to_at", row => row.Now)
                .Column("needs_call", row => !row.Lead.Facts.HasEmail && row.Lead.Status.Stage == LeadStage.Waiting)
                .Column("search_text", row => row.Lead.Facts.SearchText())
                .Column("search_more", row => row.Lead.Facts.SearchMore())
                .Column("phone_digits", row => PhoneNumber.Digits(row.Lead.Facts.Phone))
                .Column("phone_e164", row => PhoneNumber.ToE164(row.Lead.Facts.Phone, firm.Value.Region)),
            row => row.Lead.Facts
        );
        _resumes = new InsertRows<ImportedLead>("resumes")
            .Column("id", lead => lead.Resume!.Id)
            .Column("lead_id", lead => lead.Id)
            .Column("file_name", lead => lead.Resume!.FileName)
            .Column("type", lead => lead.Resume!.Type.ToWire())
            .Column("bytes", lead => lead.Resume!.Bytes)
            .Column("sha256", lead => lead.Resume!.Sha256)
            .Column("storage_key", lead => lead.Resume!.StorageKey)
            .Column("scan_state", _ => (scanner.Value.IsOn ? ScanState.Waiting : ScanState.Unscanned).ToWire());
    }

    /// <summary>The transaction may insert imported leads now: one at a time does, so that no key is written twice.</summary>
    internal static async Task HoldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('imports'))", connection);
        await hold.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The keys that leads have already, with these leads' numbers.</summary>
    internal static async Task<Dictionary<string, long>> KnownAsync(
        NpgsqlConnection connection,
        IEnumerable<byte[]> keys,
        CancellationToken cancellation
    ) =>
        (
            await connection.QueryAsync<KnownRow>(
                "select submission_key, number from leads where submission_key = any ($1)",
                cancellation,
                Sql.Value(keys.ToArray())
            )
        ).ToDictionary(row => Convert.ToHexString(row.SubmissionKey), row => row.Number, StringComparer.Ordinal);

    private sealed record KnownRow(byte[] SubmissionKey, long Number);

    /// <summary>Adds all rows of the leads, whose keys nobody has.</summary>
    /// <param name="batch">In a transaction that holds the imports.</param>
    /// <param name="leads">Each with the number that it gets.</param>
    /// <param name="by">Who imports.</param>
    /// <param name="now">When, UTC.</param>
    internal void Add(
        NpgsqlBatch batch,
        IReadOnlyList<(ImportedLead Lead, long Number)> leads,
        Actor by,
        DateTimeOffset now
    )
    {
        _leads.Add(batch, [.. leads.Select(row => (row.Lead, row.Number, now))]);
        List<ImportedLead> withFile = [.. leads.Select(row => row.Lead).Where(lead => lead.Resume is not null)];
        _resumes.Add(batch, withFile);
        batch.Record([.. leads.SelectMany(row => Lines(row.Lead, by, now))]);
        batch.Queue([.. withFile.SelectMany(lead => Work(lead.Resume!, now))]);
    }

    private static IEnumerable<NewLine> Lines(ImportedLead lead, Actor by, DateTimeOffset now)
    {
        yield return new NewLine(lead.Id, Kind, by, lead.Story, now);
        // Timelines are sorted by id: a millisecond between lines.
        if (lead.Note is { } note)
            yield return new NewLine(lead.Id, AddNote.Kind, by, note, now.AddMilliseconds(1), IsSearched: true);
    }

    private IEnumerable<NewWork> Work(ImportedFile file, DateTimeOffset now)
    {
        if (_scanner.Value.IsOn)
            yield return new NewWork(WorkKind.ScanResume, file.Id, now);
        if (_reading.Value.Enabled && file.Type.HasText())
            yield return new NewWork(WorkKind.ReadResume, file.Id, now);
        if (_copies.Of(file.Type))
            yield return new NewWork(WorkKind.ConvertResume, file.Id, now);
    }
}
