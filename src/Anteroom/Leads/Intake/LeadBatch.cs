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
/// The rows of new leads: a few statements, however many leads. They depend only on the leads, so that any number can share a batch and a
/// lead can be inserted again.
/// </summary>
internal sealed class LeadBatch(
    OwnerChange ownerChange,
    Assignments assignments,
    IOptions<ScannerOptions> scanner,
    IOptions<ReadingOptions> reading,
    CopiesWanted copies,
    IOptions<OutreachOptions> outreach,
    Promise promise,
    IOptions<FirmOptions> firm
)
{
    private readonly InsertRows<NewLead> _leads = FactColumns.Add(
        new InsertRows<NewLead>("leads")
            .Column("id", lead => lead.Id)
            .Column("number", lead => lead.Number)
            .Column("code", lead => lead.Code)
            .Column("created_at", lead => lead.CreatedAt)
            .Column("updated_at", lead => lead.Given?.At ?? lead.CreatedAt)
            .Column("contact_due_at", lead => lead.ContactDueAt)
            .Column("welcome_due_at", lead => lead.WelcomeDueAt)
            .Column("source", lead => lead.Submission.Source)
            .Column("submission_key", lead => lead.Submission.SubmissionKey)
            .Column("consent_version", lead => lead.Submission.ConsentVersion)
            .Column(
                "status",
                lead => (lead.FirstContact is null ? LeadStatus.Registered : LeadStatus.ReachedOut).ToWire()
            )
            .Column("reached_out_by", lead => lead.FirstContact?.Id)
            .Column<DateTimeOffset?>("reached_out_at", lead => lead.FirstContact is null ? null : lead.CreatedAt)
            .Column("assigned_to", lead => lead.Owner?.Id ?? lead.Given?.To.Id)
            .Column<DateTimeOffset?>("assigned_at", lead => lead.Owner is null ? lead.Given?.At : lead.CreatedAt)
            // Nothing is written to somebody without an address: a person has to call.
            .Column("needs_call", lead => !lead.Submission.Facts.HasEmail && lead.FirstContact is null)
            .Column("search_text", lead => lead.Submission.Facts.SearchText())
            .Column("search_more", lead => lead.Submission.Facts.SearchMore())
            .Column("phone_digits", lead => PhoneNumber.Digits(lead.Submission.Facts.Phone))
            .Column("phone_e164", lead => PhoneNumber.ToE164(lead.Submission.Facts.Phone, firm.Value.Region)),
        lead => lead.Submission.Facts
    );

    private readonly InsertRows<NewLead> _resumes = new InsertRows<NewLead>("resumes")
        .Column("id", lead => lead.ResumeId)
        .Column("lead_id", lead => lead.Id)
        .Column("file_name", lead => lead.Submission.Resume!.FileName)
        .Column("type", lead => lead.Submission.Resume!.Type!.Value.ToWire())
        .Column("bytes", lead => lead.Submission.Resume!.Bytes)
        .Column("sha256", lead => lead.Submission.Resume!.Sha256)
        .Column("storage_key", lead => lead.StorageKey)
        .Column("scan_state", _ => (scanner.Value.IsOn ? ScanState.Waiting : ScanState.Unscanned).ToWire());

    /// <summary>Adds all rows of the leads.</summary>
    public void Add(NpgsqlBatch batch, IReadOnlyList<NewLead> leads)
    {
        _leads.Add(batch, leads);
        _resumes.Add(batch, [.. leads.Where(lead => lead.Submission.Resume is not null)]);
        foreach (var lead in leads)
            AddIdempotencyKey(batch, lead);
        batch.Queue(leads.SelectMany(lead => lead.Emails));
        batch.Record([.. leads.SelectMany(Timeline)]);
        batch.Queue([.. leads.SelectMany(lead => Work(lead).Select(work => work with { Trace = lead.Trace }))]);
        foreach (var lead in leads)
            if (lead.Owner is not null)
                AddOwner(batch, lead, lead.Owner);
        assignments.AddNew(batch, [.. leads.Select(lead => lead.Given).OfType<Assignment>()]);
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

    private static IEnumerable<NewLine> Timeline(NewLead lead)
    {
        yield return Line(lead, "submitted", What(lead.Submission), order: 0);
        if (lead.FirstContact is not null)
            yield return Line(
                lead,
                LeadWriter.Moved,
                "has spoken to the prospect: moved this lead from Registered to Reached out",
                order: 1
            );
        if (lead.Owner is not null)
            yield return Line(lead, LeadWriter.Assigned, $"assigned this lead to {lead.Owner.FullName}", order: 2);
    }

    private static string What(ValidSubmission valid) =>
        valid.Entry is not null ? $"entered this lead by hand ({SourceNames.Of(valid.Source).ToLowerInvariant()})"
        : valid.Source == "form" ? "submitted the form"
        : $"submitted an inquiry ({valid.Source})";

    // Timelines are sorted by id: a millisecond between lines.
    private static NewLine Line(NewLead lead, string kind, string summary, int order) =>
        new(
            lead.Id,
            kind,
            lead.Submission.Entry is { By: var by } ? Actor.Of(by) : new Actor(null, lead.Submission.Facts.FullName),
            summary,
            lead.CreatedAt.AddMilliseconds(order)
        );

    private IEnumerable<NewWork> Work(NewLead lead)
    {
        if (lead.Submission.Resume is not null && scanner.Value.IsOn)
            yield return new NewWork(WorkKind.ScanResume, lead.ResumeId, lead.CreatedAt);
        if (lead.Submission.Resume is { Type: { } kind } && kind.HasText() && reading.Value.Enabled)
            yield return new NewWork(WorkKind.ReadResume, lead.ResumeId, lead.CreatedAt);
        if (lead.Submission.Resume is { Type: { } type } && copies.Of(type))
            yield return new NewWork(WorkKind.ConvertResume, lead.ResumeId, lead.CreatedAt);
        if (lead.Owner is null && lead.Given is null)
            yield return lead.WaitsUntil is { } until
                ? new NewWork(WorkKind.Assign, lead.Id, lead.CreatedAt, until) { Why = AssignLeads.Waiting }
                : new NewWork(WorkKind.Assign, lead.Id, lead.CreatedAt);
        // Whoever has it by then, or nobody: the prospect hears from the firm.
        if (
            lead is { Owner: null, Given: null, FirstContact: null, Submission.Facts.HasEmail: true }
            && outreach.Value.Enabled
            && promise.WritesWithoutAttorney(lead.CreatedAt)
        )
            yield return new NewWork(
                WorkKind.ReachOut,
                lead.Id,
                lead.CreatedAt,
                promise.WelcomeAt(lead.Brief, lead.CreatedAt)
            );
    }

    private void AddOwner(NpgsqlBatch batch, NewLead lead, Owner owner)
    {
        LastAssigned.Add(batch, [owner.Id], lead.CreatedAt);
        ownerChange.Add(batch, [(lead.Brief, null, owner)], lead.Submission.Entry!.By, lead.CreatedAt);
    }
}
