using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// The rows of new leads. They depend only on the leads, so that any number can share a batch and a lead can be inserted again.
/// </summary>
internal sealed class LeadBatch(OwnerChange ownerChange, IOptions<ScannerOptions> scanner, IOptions<FirmOptions> firm)
{
    private static readonly string InsertLead = Insert(
        "leads",
        [
            "id",
            "number",
            "created_at",
            "updated_at",
            "source",
            "submission_key",
            "consent_version",
            "status",
            "reached_out_by",
            "reached_out_at",
            "assigned_to",
            "assigned_at",
            "search_text",
            "phone_digits",
            "phone_e164",
            .. FactColumns.Names,
        ]
    );

    /// <summary>Adds all rows of the leads.</summary>
    public void Add(NpgsqlBatch batch, params IReadOnlyList<NewLead> leads)
    {
        foreach (var lead in leads)
        {
            AddLead(batch, lead);
            AddResume(batch, lead);
            AddIdempotencyKey(batch, lead);
            foreach (var email in lead.Emails)
                batch.Queue(email);
            AddTimeline(batch, lead);
            if (lead.Owner is null)
                batch.Queue(WorkKind.Assign, lead.Id, lead.CreatedAt, dueAt: lead.CreatedAt);
            else
                AddOwner(batch, lead, lead.Owner);
        }
    }

    private void AddLead(NpgsqlBatch batch, NewLead lead)
    {
        var facts = lead.Submission.Facts;
        batch.Add(
            InsertLead,
            [
                Sql.Value(lead.Id),
                Sql.Value(lead.Number),
                Sql.Value(lead.CreatedAt),
                Sql.Value(lead.CreatedAt),
                Sql.Value(lead.Submission.Source),
                Sql.Value(lead.Submission.SubmissionKey),
                Sql.Value(lead.Submission.ConsentVersion),
                Sql.Value((lead.FirstContact is null ? LeadStatus.Registered : LeadStatus.ReachedOut).ToWire()),
                Sql.Value(lead.FirstContact?.Id),
                Sql.Value<DateTimeOffset?>(lead.FirstContact is null ? null : lead.CreatedAt),
                Sql.Value(lead.Owner?.Id),
                Sql.Value<DateTimeOffset?>(lead.Owner is null ? null : lead.CreatedAt),
                Sql.Value(facts.SearchText()),
                Sql.Value(PhoneNumber.Digits(facts.Phone)),
                Sql.Value(PhoneNumber.ToE164(facts.Phone, firm.Value.Region)),
                .. FactColumns.Values(facts),
            ]
        );
    }

    private void AddResume(NpgsqlBatch batch, NewLead lead)
    {
        if (lead.Submission.Resume is not { } resume)
            return;
        var id = Guid.CreateVersion7(lead.CreatedAt);
        batch.Add(
            "insert into resumes (id, lead_id, file_name, type, bytes, sha256, storage_key, scan_state) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            Sql.Value(id),
            Sql.Value(lead.Id),
            Sql.Value(resume.FileName),
            Sql.Value(resume.Type!.Value.ToWire()),
            Sql.Value(resume.Bytes),
            Sql.Value(resume.Sha256),
            Sql.Value(lead.StorageKey),
            Sql.Value((scanner.Value.IsOn ? ScanState.Waiting : ScanState.Unscanned).ToWire())
        );
        if (scanner.Value.IsOn)
            batch.Queue(WorkKind.ScanResume, id, lead.CreatedAt, dueAt: lead.CreatedAt);
    }

    private static void AddIdempotencyKey(NpgsqlBatch batch, NewLead lead)
    {
        if (lead.Submission.IdempotencyKey is not { } key)
            return;
        batch.Add(
            "delete from idempotency_keys where key = $1 and created_at <= $2",
            Sql.Value(key),
            Sql.Value(lead.CreatedAt - IdempotencyKey.Lifetime)
        );
        batch.Add(
            "insert into idempotency_keys (key, fingerprint, lead_id, created_at) values ($1, $2, $3, $4)",
            Sql.Value(key),
            Sql.Value(lead.Submission.Fingerprint),
            Sql.Value(lead.Id),
            Sql.Value(lead.CreatedAt)
        );
    }

    private static void AddTimeline(NpgsqlBatch batch, NewLead lead)
    {
        AddActivity(batch, lead, "submitted", What(lead.Submission), order: 0);
        if (lead.FirstContact is not null)
            AddActivity(
                batch,
                lead,
                "status_changed",
                "has spoken to the prospect: moved this lead from Registered to Reached out",
                order: 1
            );
        if (lead.Owner is not null)
            AddActivity(batch, lead, "assigned", $"assigned this lead to {lead.Owner.FullName}", order: 2);
    }

    private static string What(ValidSubmission valid) =>
        valid.Entry is not null ? $"entered this lead by hand ({SourceNames.Of(valid.Source).ToLowerInvariant()})"
        : valid.Source == "form" ? "submitted the form"
        : $"submitted an inquiry ({valid.Source})";

    // Timelines are sorted by id: a millisecond between lines.
    private static void AddActivity(NpgsqlBatch batch, NewLead lead, string kind, string summary, int order) =>
        batch.Record(
            lead.Submission.Entry is { By: var by } ? Actor.Of(by) : new Actor(null, lead.Submission.Facts.FullName),
            kind,
            [(lead.Id, summary)],
            lead.CreatedAt.AddMilliseconds(order)
        );

    private void AddOwner(NpgsqlBatch batch, NewLead lead, Owner owner)
    {
        var by = lead.Submission.Entry!.By;
        LastAssigned.Add(batch, [owner.Id], lead.CreatedAt);
        ownerChange.Add(batch, lead.Brief, from: null, owner, by, lead.CreatedAt);
    }

    private static string Insert(string table, IReadOnlyList<string> columns) =>
        $"insert into {table} ({string.Join(", ", columns)}) values ({string.Join(", ", columns.Select((_, at) => $"${at + 1}"))})";
}
