using Anteroom.Timeline;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Resumes;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What became of a submission.</summary>
public abstract record SubmitResult
{
    private SubmitResult() { }

    /// <summary>Durable: lead, file, e-mails and the timeline entry.</summary>
    /// <param name="Id">The lead's id.</param>
    /// <param name="Number">The lead's number, the one to tell the prospect.</param>
    /// <param name="CreatedAt">When it was submitted first, UTC.</param>
    /// <param name="StorageKey">Where the store keeps the resume; null when there is none.</param>
    /// <param name="Repeated">True when the same form had been submitted before: this is that lead, and nothing was added.</param>
    public sealed record Accepted(Guid Id, long Number, DateTimeOffset CreatedAt, string? StorageKey, bool Repeated)
        : SubmitResult;

    /// <summary>Nothing was kept: the idempotency key has been used for another submission within the last day.</summary>
    public sealed record KeyReused : SubmitResult;

    /// <summary>Nothing was kept; every field that is wrong is named.</summary>
    public sealed record Invalid(FieldErrors Errors) : SubmitResult;
}

/// <summary>Takes a prospect's enquiry in: the one way for every door.</summary>
/// <remarks>
/// Two round trips to the database: one asks for the number, whom to tell and whether this very form was sent before; one
/// commits everything. Between the two the file is made durable, so a success answer survives the death of the process and
/// a failure leaves nothing behind.
/// </remarks>
public sealed partial class SubmitLead(
    NpgsqlDataSource database,
    IResumeStore resumes,
    LeadEmails emails,
    Handover handover,
    WorkSignal work,
    Changes changes,
    IOptions<FirmOptions> firm,
    IOptions<ScannerOptions> scanner,
    TimeProvider time,
    ILogger<SubmitLead> logger
)
{
    /// <summary>How long an idempotency key gives the same answer.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(1);

    /// <summary>Validates, makes the file durable and commits lead, resume, e-mails and timeline entry in one transaction.</summary>
    /// <exception cref="StorageUnavailableException">The file could not be kept; nothing is left.</exception>
    /// <exception cref="System.Data.Common.DbException">The database could not be reached; nothing is left.</exception>
    public async Task<SubmitResult> RunAsync(Submission submission, CancellationToken cancellation)
    {
        if (ValidSubmission.From(submission, firm.Value) is not { } valid)
            return new SubmitResult.Invalid(submission.Errors);

        var opening = await OpenAsync(valid, cancellation);
        if (opening.Existing is { } existing)
            return existing;

        if (valid.Entry?.AssignedTo is not null && opening.Owner is null)
        {
            submission.Errors.Add(
                "assigned_to",
                "This person does not take leads any more. Please choose somebody else."
            );
            return new SubmitResult.Invalid(submission.Errors);
        }

        var key = valid.Resume is null ? null : await resumes.KeepAsync(valid.Resume, cancellation);
        var now = Sql.Instant(time.GetUtcNow());
        var lead = new NewLead(Guid.CreateVersion7(now), opening.Number, now, key, valid);
        var mails = emails.ForNewLead(lead, opening.Recipients);
        var committed = false;
        try
        {
            committed = await CommitAsync(lead, mails, opening.Owner);
        }
        catch (Exception error) when (error is not OutcomeUnknownException)
        {
            await DiscardAsync(key);
            throw;
        }

        if (!committed)
        {
            await DiscardAsync(key);
            // The other click of a double click was faster.
            return (await OpenAsync(valid, cancellation)).Existing!;
        }

        work.Poke(WorkSignal.Emails);
        work.Poke(WorkKind.Assign.ToWire());
        if (valid.Resume is not null && scanner.Value.IsOn)
            work.Poke(WorkKind.ScanResume.ToWire());
        changes.Tell(lead.Number);
        Log.Submitted(logger, lead.Number, lead.Id, valid.Source, valid.Resume?.Type, valid.Resume?.Bytes ?? 0);
        return new SubmitResult.Accepted(lead.Id, lead.Number, now, key, Repeated: false);
    }

    private async Task DiscardAsync(string? key)
    {
        if (key is not null)
            await resumes.DeleteAsync(key, CancellationToken.None);
    }

    /// <summary>What has to be known before the commit.</summary>
    private sealed record Opening(
        SubmitResult? Existing,
        long Number,
        IReadOnlyList<Mailbox> Recipients,
        Person? Owner = null
    );

    /// <summary>First round trip: the lead of the same form if there is one, else the next number; and whom to tell.</summary>
    private async Task<Opening> OpenAsync(ValidSubmission valid, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Add(
            """
            select existing.id, coalesce(existing.number, nextval('lead_numbers')), existing.created_at, existing.storage_key
            from (values (1)) one
            left join (
                select leads.id, number, created_at, storage_key
                from leads left join resumes on resumes.lead_id = leads.id and came_with is null
                where submission_key = $1
            ) existing on true
            """,
            Sql.Value(valid.SubmissionKey)
        );
        if (valid.IdempotencyKey is { } key)
            batch.Add(
                """
                select leads.id, number, leads.created_at, storage_key, fingerprint = $2
                from idempotency_keys join leads on leads.id = idempotency_keys.lead_id
                    join resumes on resumes.lead_id = leads.id and came_with is null
                where key = $1 and idempotency_keys.created_at > $3
                """,
                Sql.Value(key),
                Sql.Value(valid.Fingerprint),
                Sql.Value(time.GetUtcNow() - KeyLifetime)
            );
        if (valid.Entry is not null)
            batch.Add(
                "select id, full_name, email from users where id = $1 and active",
                Sql.Value(valid.Entry.AssignedTo)
            );
        else if (firm.Value.Notify.Count == 0)
            batch.Add(
                "select email, full_name from users where role = 'administrator' and active and email is not null"
            );

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var number = reader.GetInt64(1);
        SubmitResult? existing = reader.IsDBNull(0) ? null : Repeated(reader);
        if (valid.IdempotencyKey is not null)
        {
            await reader.NextResultAsync(cancellation);
            if (await reader.ReadAsync(cancellation))
                existing = reader.GetBoolean(4) ? Repeated(reader) : new SubmitResult.KeyReused();
        }

        if (valid.Entry is not null)
        {
            // Who enters it knows of it; nobody else of the firm is told but the attorney.
            await reader.NextResultAsync(cancellation);
            return new Opening(
                existing,
                number,
                [],
                await reader.ReadAsync(cancellation)
                    ? new Person(
                        reader.GetGuid(0),
                        reader.GetString(1),
                        reader.IsDBNull(2) ? null : reader.GetString(2)
                    )
                    : null
            );
        }

        if (firm.Value.Notify.Count > 0)
            return new Opening(existing, number, firm.Value.Notify);

        var administrators = new List<Mailbox>();
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            administrators.Add(new Mailbox(reader.GetString(0), reader.GetString(1)));
        return new Opening(existing, number, administrators);
    }

    private static SubmitResult.Accepted Repeated(NpgsqlDataReader reader) =>
        new(
            reader.GetGuid(0),
            reader.GetInt64(1),
            reader.GetFieldValue<DateTimeOffset>(2),
            reader.IsDBNull(3) ? null : reader.GetString(3),
            Repeated: true
        );

    /// <summary>Second round trip: one batch is one transaction. It is not cancelled by a prospect who leaves.</summary>
    /// <returns>False when the other click of a double click was faster; nothing was committed.</returns>
    /// <exception cref="OutcomeUnknownException">It may have been committed.</exception>
    private async Task<bool> CommitAsync(NewLead lead, IReadOnlyList<Email> mails, Person? owner)
    {
        await using (var connection = await database.OpenConnectionAsync(CancellationToken.None))
        {
            try
            {
                await InsertAsync(connection, lead, mails, owner);
                return true;
            }
            catch (PostgresException answer)
                when (answer.ConstraintName is "ix_leads_submission_key" or "pk_idempotency_keys")
            {
                return false;
            }
            catch (Exception error) when (MayHaveCommitted(error))
            {
                Log.OutcomeUnknown(logger, lead.Number, error);
            }
        }

        return await CommitAgainAsync(lead, mails, owner);
    }

    /// <summary>A broken line, or a server that goes down (SQLSTATE class 57); every other answer of the server is a no.</summary>
    private static bool MayHaveCommitted(Exception error) =>
        error is not PostgresException answer || answer.SqlState.StartsWith("57", StringComparison.Ordinal);

    /// <summary>Asks whether the lead is there, and sends it again if not, until there is an answer.</summary>
    private async Task<bool> CommitAgainAsync(NewLead lead, IReadOnlyList<Email> mails, Person? owner)
    {
        Exception? last = null;
        foreach (var pause in Pauses)
        {
            await Task.Delay(pause, time);
            try
            {
                await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
                if (!await IsThereAsync(connection, lead.Id))
                    await InsertAsync(connection, lead, mails, owner);
                return true;
            }
            catch (Exception error)
            {
                // Whatever it is, the first try may still be the truth: a duplicate, say, when it was committed just now.
                last = error;
            }
        }

        throw new OutcomeUnknownException(lead.Number, last!);
    }

    /// <summary>Before each try: none for a line that was cut, then long enough for a server that restarts and recovers.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.Zero,
        TimeSpan.FromSeconds(0.5),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(4),
    ];

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, Guid id)
    {
        await using var command = new NpgsqlCommand("select exists (select from leads where id = $1)", connection);
        command.Parameters.Add(Sql.Value(id));
        return (bool)(await command.ExecuteScalarAsync(CancellationToken.None))!;
    }

    private async Task InsertAsync(NpgsqlConnection connection, NewLead lead, IReadOnlyList<Email> mails, Person? owner)
    {
        var valid = lead.Submission;
        var firstContact = valid.Entry is { HasSpoken: true } ? valid.Entry.By : null;
        await using var batch = connection.CreateBatch();
        batch.Add(
            """
            insert into leads (id, number, first_name, last_name, email, phone, practice_area, message, source,
                search_text, submission_key, created_at, updated_at, status, reached_out_by, reached_out_at,
                assigned_to, assigned_at, language, phone_digits, consent_version)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            """,
            Sql.Value(lead.Id),
            Sql.Value(lead.Number),
            Sql.Value(valid.FirstName),
            Sql.Value(valid.LastName),
            Sql.Value(valid.Email),
            Sql.Value(valid.Phone),
            Sql.Value(valid.PracticeArea),
            Sql.Value(valid.Message),
            Sql.Value(valid.Source),
            Sql.Value(valid.SearchText),
            Sql.Value(valid.SubmissionKey),
            Sql.Value(lead.CreatedAt),
            Sql.Value((firstContact is null ? LeadStatus.Registered : LeadStatus.ReachedOut).ToWire()),
            Sql.Value(firstContact?.Id),
            Sql.Value<DateTimeOffset?>(firstContact is null ? null : lead.CreatedAt),
            Sql.Value(owner?.Id),
            Sql.Value<DateTimeOffset?>(owner is null ? null : lead.CreatedAt),
            Sql.Value(valid.Language.ToWire()),
            Sql.Value(PhoneNumber.Digits(valid.Phone)),
            Sql.Value(valid.ConsentVersion)
        );
        if (valid.Resume is { } resume)
        {
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

        if (valid.IdempotencyKey is { } key)
        {
            batch.Add(
                "delete from idempotency_keys where key = $1 and created_at <= $2",
                Sql.Value(key),
                Sql.Value(lead.CreatedAt - KeyLifetime)
            );
            batch.Add(
                "insert into idempotency_keys (key, fingerprint, lead_id, created_at) values ($1, $2, $3, $4)",
                Sql.Value(key),
                Sql.Value(valid.Fingerprint),
                Sql.Value(lead.Id),
                Sql.Value(lead.CreatedAt)
            );
        }

        foreach (var mail in mails)
            batch.Queue(mail);
        if (owner is null)
            batch.Queue(WorkKind.Assign, lead.Id, lead.CreatedAt, dueAt: lead.CreatedAt);
        Tell("submitted", What(valid));
        if (firstContact is not null)
            Tell("status_changed", "has spoken to the prospect: moved this lead from Registered to Reached out", 1);
        if (owner is not null)
            HandOver(batch, lead, owner, valid.Entry!.By, Tell);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);

        // The timeline goes by id: a millisecond between its lines.
        void Tell(string kind, string summary, int order = 0) =>
            batch.Record(
                valid.Entry is { } entry ? Actor.Of(entry.By) : new Actor(null, valid.FullName),
                kind,
                [(lead.Id, summary)],
                lead.CreatedAt.AddMilliseconds(order)
            );
    }

    private static string What(ValidSubmission valid) =>
        valid.Entry is not null ? $"entered this lead by hand ({SourceNames.Of(valid.Source).ToLowerInvariant()})"
        : valid.Source == "form" ? "submitted the form"
        : $"submitted an enquiry ({valid.Source})";

    private void HandOver(
        NpgsqlBatch batch,
        NewLead lead,
        Person owner,
        CurrentUser by,
        Action<string, string, int> tell
    )
    {
        batch.Add(
            "update users set last_assigned_at = $2 where id = $1",
            Sql.Value(owner.Id),
            Sql.Value(lead.CreatedAt)
        );
        tell("assigned", $"assigned this lead to {owner.FullName}", 2);
        handover.Add(
            batch,
            LeadFacts.Of(lead),
            from: null,
            owner,
            new Person(by.Id, by.FullName, Email: null),
            lead.CreatedAt
        );
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Information,
            "Lead {Number} ({Id}) submitted through {Source}: {Type}, {Bytes} bytes"
        )]
        public static partial void Submitted(
            ILogger logger,
            long number,
            Guid id,
            string source,
            ResumeType? type,
            long bytes
        );

        [LoggerMessage(
            2,
            LogLevel.Warning,
            "The line to the database broke while lead {Number} was committed; asking what became of it"
        )]
        public static partial void OutcomeUnknown(ILogger logger, long number, Exception error);
    }
}
