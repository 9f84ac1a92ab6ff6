using Anteroom.Data;
using Anteroom.Outreach;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What a submission needs to know before it is committed.</summary>
/// <param name="Existing">The answer, when the same submission was taken before.</param>
/// <param name="Number">The number that the lead gets.</param>
/// <param name="FirmRecipients">Who at the firm is notified.</param>
/// <param name="Owner">The attorney chosen for a lead entered by hand.</param>
internal sealed record Opening(
    SubmitResult? Existing,
    long Number,
    IReadOnlyList<Mailbox> FirmRecipients,
    Person? Owner
);

/// <summary>The first round trip: the lead of the same form if it exists, else the next number; and whom to notify.</summary>
internal sealed class OpenSubmission(NpgsqlDataSource database, WhoIsTold whoIsTold, TimeProvider time)
{
    /// <summary>Asks.</summary>
    public async Task<Opening> RunAsync(ValidSubmission valid, CancellationToken cancellation)
    {
        var byHand = valid.Entry is not null;
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
                Sql.Value(time.GetUtcNow() - IdempotencyKey.Lifetime)
            );
        if (valid.Entry is { } entry)
            batch.Add("select id, full_name, email from users where id = $1 and active", Sql.Value(entry.AssignedTo));
        if (whoIsTold.NeedsAdministrators(byHand))
            batch.Add(WhoIsTold.Administrators);

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

        Person? owner = null;
        if (byHand)
        {
            await reader.NextResultAsync(cancellation);
            owner = await reader.ReadAsync(cancellation) ? Person.Read(reader) : null;
        }

        IReadOnlyList<Mailbox> administrators = [];
        if (whoIsTold.NeedsAdministrators(byHand))
        {
            await reader.NextResultAsync(cancellation);
            administrators = await WhoIsTold.ReadAdministratorsAsync(reader, cancellation);
        }

        return new Opening(existing, number, whoIsTold.OfNewLead(byHand, administrators), owner);
    }

    private static SubmitResult.Accepted Repeated(NpgsqlDataReader reader) =>
        new(
            reader.GetGuid(0),
            reader.GetInt64(1),
            reader.GetFieldValue<DateTimeOffset>(2),
            reader.IsDBNull(3) ? null : reader.GetString(3),
            Repeated: true
        );
}
