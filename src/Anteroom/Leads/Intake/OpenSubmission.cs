using Anteroom.Data;
using Anteroom.Outreach;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What a submission needs to know before it is committed.</summary>
/// <param name="Existing">The result if the same submission came before; else null.</param>
/// <param name="Number">The number for the new lead.</param>
/// <param name="Code">The code for the new lead.</param>
/// <param name="FirmRecipients">Whom to notify at the firm.</param>
/// <param name="Owner">The attorney chosen for a lead entered by hand.</param>
internal sealed record Opening(
    SubmitResult? Existing,
    long Number,
    string Code,
    IReadOnlyList<Mailbox> FirmRecipients,
    Owner? Owner
);

/// <summary>The first round trip: the lead of the same form if there is one, else the next number; and whom to notify.</summary>
internal sealed class OpenSubmission(NpgsqlDataSource database, NotificationPolicy policy, TimeProvider time)
{
    /// <summary>Asks.</summary>
    public async Task<Opening> RunAsync(ValidSubmission valid, CancellationToken cancellation)
    {
        var byHand = valid.Entry is not null;
        await using var batch = database.CreateBatch();
        batch.Add(
            """
            select existing.id, coalesce(existing.number, nextval('lead_numbers')) as number,
                coalesce(existing.code, new_lead_code()) as code, existing.created_at, existing.storage_key
            from (values (1)) one
            left join (
                select leads.id, number, code, created_at, storage_key
                from leads left join resumes on resumes.lead_id = leads.id and came_with is null and added_at is null
                where submission_key = $1
            ) existing on true
            """,
            Sql.Value(valid.SubmissionKey)
        );
        if (valid.IdempotencyKey is { } key)
            batch.Add(
                """
                select leads.id, number, code, leads.created_at, storage_key, fingerprint = $2 as same_content
                from idempotency_keys join leads on leads.id = idempotency_keys.lead_id
                    left join resumes on resumes.lead_id = leads.id and came_with is null and added_at is null
                where key = $1 and idempotency_keys.created_at > $3
                """,
                Sql.Value(key),
                Sql.Value(valid.Fingerprint),
                Sql.Value(time.GetUtcNow() - IdempotencyKey.Lifetime)
            );
        if (valid.Entry is { } entry)
            batch.Add(
                "select id, full_name, email, language, time_zone from users where id = $1 and active",
                Sql.Value(entry.AssignedTo)
            );
        if (policy.NeedsAdministrators(byHand))
            batch.Add(NotificationPolicy.Administrators);

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var form = (await reader.ReadOneAsync<FormRow>(cancellation))!;
        SubmitResult? existing = form is { Id: { } id, CreatedAt: { } at }
            ? new SubmitResult.Accepted(id, form.Number, form.Code, at, form.StorageKey, Repeated: true)
            : null;
        if (valid.IdempotencyKey is not null && await reader.ReadOneAsync<KeyRow>(cancellation) is { } used)
            existing = used.SameContent
                ? new SubmitResult.Accepted(
                    used.Id,
                    used.Number,
                    used.Code,
                    used.CreatedAt,
                    used.StorageKey,
                    Repeated: true
                )
                : new SubmitResult.KeyReused();
        var owner = byHand ? await reader.ReadOneAsync<Owner>(cancellation) : null;
        var administrators = policy.NeedsAdministrators(byHand) ? await reader.ReadAllAsync<Mailbox>(cancellation) : [];
        return new Opening(existing, form.Number, form.Code, policy.ForNewLead(byHand, administrators), owner);
    }

    private sealed record FormRow(Guid? Id, long Number, string Code, DateTimeOffset? CreatedAt, string? StorageKey);

    private sealed record KeyRow(
        Guid Id,
        long Number,
        string Code,
        DateTimeOffset CreatedAt,
        string? StorageKey,
        bool SameContent
    );
}
