using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Leads;
using Anteroom.Live;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// Takes e-mails out of the outbox and writes down what became of them. A claim is a lease with a token of its own: who
/// comes too late to finish (the lease ran out, somebody else has the e-mail) changes nothing.
/// </summary>
public sealed class OutboxClaims(NpgsqlDataSource database, Changes changes, AuditLog audit, TimeProvider time)
{
    /// <summary>Claims up to <paramref name="count"/> e-mails that are due, and as many whose worker has died.</summary>
    public async Task<IReadOnlyList<Email>> ClaimAsync(int count, TimeSpan lease, CancellationToken cancellation)
    {
        await using var command = Claims.Command(
            database,
            "emails",
            EmailState.Sending.ToWire(),
            """
            emails.id, lead_id, kind, to_address, to_name, reply_to, subject, text, html, message_id, attempts,
                next_attempt_at, created_at, claim, leased_until, from_name, on_behalf_of,
                coalesce((select sample from leads where leads.id = lead_id), false)
            """,
            count,
            lease,
            time.GetUtcNow()
        );
        var claimed = new List<Email>(count);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            claimed.Add(
                new Email
                {
                    Id = reader.GetGuid(0),
                    LeadId = reader.IsDBNull(1) ? null : reader.GetGuid(1),
                    Kind = WireName.Parse<EmailKind>(reader.GetString(2)),
                    ToAddress = reader.GetString(3),
                    ToName = reader.IsDBNull(4) ? null : reader.GetString(4),
                    ReplyTo = reader.IsDBNull(5) ? null : reader.GetString(5),
                    Subject = reader.GetString(6),
                    Text = reader.GetString(7),
                    Html = reader.GetString(8),
                    MessageId = reader.GetString(9),
                    Attempts = reader.GetInt32(10),
                    NextAttemptAt = reader.GetFieldValue<DateTimeOffset>(11),
                    CreatedAt = reader.GetFieldValue<DateTimeOffset>(12),
                    Claim = reader.GetGuid(13),
                    LeasedUntil = reader.GetFieldValue<DateTimeOffset>(14),
                    FromName = reader.IsDBNull(15) ? null : reader.GetString(15),
                    OnBehalfOf = reader.IsDBNull(16) ? null : reader.GetGuid(16),
                    ToSample = reader.GetBoolean(17),
                    State = EmailState.Sending,
                }
            );
        return claimed;
    }

    /// <summary>
    /// Just before a welcome e-mail is sent: holds its lead, so that no person reaches out at the same moment. Who was faster
    /// wins.
    /// </summary>
    /// <returns>False when somebody has reached out already.</returns>
    public async Task<bool> BeginWelcomeAsync(Email email)
    {
        await using var command = database.CreateCommand(
            "update leads set welcome_until = $1 where id = $2 and status = 'registered' and written_to_at is null and deleted_at is null"
        );
        command.Parameters.Add(Sql.Value(email.LeasedUntil));
        command.Parameters.Add(Sql.Value(email.LeadId));
        return await command.ExecuteNonQueryAsync(CancellationToken.None) == 1;
    }

    /// <summary>
    /// The mail server has an e-mail that makes the first contact if nobody has (<see cref="EmailKindNames.IsFirstContact"/>). Together
    /// with a line in the lead's timeline and the lead's step to <c>reached_out</c>, by whose name it bears. For all others:
    /// <see cref="SentMail"/>.
    /// </summary>
    public Task FinishContactAsync(Email email) =>
        CloseAsync(
            email,
            "state = 'sent', sent_at = $3, last_error = null, waits_for_server = false, claim = null, leased_until = null",
            "email_sent",
            email.SentSentence,
            LeadWriter.ReachedOutSql("closed.on_behalf_of", "$3")
        );

    /// <summary>Given up. Together with a line in the lead's timeline; a prospect who gets no mail has to be called.</summary>
    public Task FailAsync(Email email, string error) =>
        CloseAsync(
            email,
            "state = 'failed', failed_at = $3, last_error = $6, waits_for_server = false, claim = null, leased_until = null",
            "email_failed",
            $"could not deliver the {email.Kind.ToLabel()} to {email.ToAddress}: {error}",
            email.Kind is EmailKind.Confirmation || email.Kind.IsFirstContact()
                ? "needs_call = true, updated_at = $3, welcome_until = null"
                : null,
            error
        );

    /// <summary>It is not wanted any more and never goes out.</summary>
    public async Task CancelAsync(Email email, string reason)
    {
        await using var command = database.CreateCommand(
            """
            update emails set state = 'cancelled', last_error = $3, claim = null, leased_until = null
            where id = $1 and claim = $2 returning (select number from leads where leads.id = lead_id)
            """
        );
        command.Parameters.Add(Sql.Value(email.Id));
        command.Parameters.Add(Sql.Value(email.Claim!.Value));
        command.Parameters.Add(Sql.Value(reason));
        await RunAsync(command);
    }

    /// <summary>Queues it again for later.</summary>
    public async Task RetryAsync(Email email, string error, TimeSpan delay, bool waitsForServer)
    {
        await using var command = database.CreateCommand(
            """
            with queued as (
                update emails set state = 'queued', next_attempt_at = $3, last_error = $4, waits_for_server = $5,
                    claim = null, leased_until = null
                where id = $1 and claim = $2 returning lead_id, kind
            ), released as (
                update leads set welcome_until = null from queued
                where leads.id = queued.lead_id and queued.kind = 'welcome' and welcome_until is not null
            )
            select number from leads join queued on leads.id = queued.lead_id
            """
        );
        command.Parameters.Add(Sql.Value(email.Id));
        command.Parameters.Add(Sql.Value(email.Claim!.Value));
        command.Parameters.Add(Sql.Value(time.GetUtcNow() + delay));
        command.Parameters.Add(Sql.Value(error));
        command.Parameters.Add(Sql.Value(waitsForServer));
        await RunAsync(command);
    }

    /// <summary>Makes due what only waited for the mail server to come back.</summary>
    public async Task ReleaseWaitingForServerAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "update emails set next_attempt_at = $1 where state = 'queued' and next_attempt_at > $1 and waits_for_server"
        );
        command.Parameters.Add(Sql.Value(time.GetUtcNow()));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task CloseAsync(
        Email email,
        string change,
        string activity,
        string summary,
        string? leadChange,
        string? error = null
    )
    {
        var now = time.GetUtcNow();
        var reachedOut = email.Kind.IsFirstContact() && error is null;
        await using var command = database.CreateCommand(
            $"""
            with closed as (
                update emails set {change} where id = $1 and claim = $2 returning lead_id, on_behalf_of
            ){(
                leadChange is null
                    ? ""
                    : $"""
                    , changed as (
                        update leads set {leadChange} from closed where leads.id = closed.lead_id and status in ({LeadWriter.WaitingSql}) returning id, number
                    )
                    """
            )}, told as (
                insert into activities (id, lead_id, kind, actor, summary, at)
                select $4, lead_id, '{activity}', 'Anteroom', $5, $3 from closed where lead_id is not null
                {(reachedOut ? "union all select $6, id, 'status_changed', 'Anteroom', $7, $3 from changed" : "")}
            )
            {(reachedOut ? $", audited as ({AuditLog.InsertFor("changed", 8, "number")})" : "")}
            select number from leads join closed on leads.id = closed.lead_id
            """
        );
        command.Parameters.Add(Sql.Value(email.Id));
        command.Parameters.Add(Sql.Value(email.Claim!.Value));
        command.Parameters.Add(Sql.Value(now));
        command.Parameters.Add(Sql.Value(Guid.CreateVersion7(now)));
        command.Parameters.Add(Sql.Value(summary));
        if (error is not null)
            command.Parameters.Add(Sql.Value(error));
        if (reachedOut)
        {
            // A millisecond later, for the timeline goes by id.
            command.Parameters.Add(Sql.Value(Guid.CreateVersion7(now.AddMilliseconds(1))));
            command.Parameters.Add(Sql.Value(LeadWriter.ReachedOutSentence(email.FromName)));
            command.Parameters.AddRange(
                AuditLog.Values(
                    audit.Entry(
                        AuditKind.LeadsChanged,
                        $"moved to {LeadStatus.ReachedOut.ToLabel()} in the name of {email.FromName}, 1 lead: ",
                        "lead:"
                    )
                )
            );
        }

        await RunAsync(command);
    }

    /// <summary>The statement says which lead it is about; whoever looks at it is told.</summary>
    private async Task RunAsync(NpgsqlCommand command)
    {
        if (await command.ExecuteScalarAsync(CancellationToken.None) is long number)
            changes.Tell(number);
    }
}
