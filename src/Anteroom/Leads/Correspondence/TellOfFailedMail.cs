using System.Data;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Notices;
using Anteroom.Outreach;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Tells the attorney by email that an email to the prospect was given up, if they want to be told so. The subject is that email
/// (<see cref="MessagesOfLeads"/>).
/// </summary>
internal sealed class TellOfFailedMail(EmailWriter emails, NoticeChoices choices, IOptions<FirmOptions> firm) : IWork
{
    /// <inheritdoc />
    public WorkKind Kind => WorkKind.TellOfFailedMail;

    /// <inheritdoc />
    public int BatchSize => 50;

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        var written = new List<Email>();
        await using (
            var command = new NpgsqlCommand(
                $"""
                select emails.kind as email_kind, emails.to_address, emails.last_error, {LeadBrief.Columns}, {Owner.Columns}
                from emails join leads on leads.id = emails.lead_id join users on users.id = leads.assigned_to
                where emails.id = any ($1) and emails.state = 'failed' and leads.deleted_at is null and not leads.sample
                    and users.active and users.email is not null
                order by emails.id
                """,
                turn.Connection
            )
        )
        {
            command.Parameters.Add(Sql.Value(turn.Items.Select(item => item.Subject).ToArray()));
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                if (Owner.Read(reader) is { } owner && choices.WantsEmail(owner.Id, NoticeKind.MailFailed))
                    written.Add(Write(reader, LeadBrief.Read(reader), owner, turn.Now));
        }

        if (written.Count == 0)
            return;
        await using var batch = turn.Connection.CreateBatch();
        batch.Queue(written);
        await batch.ExecuteNonQueryAsync(cancellation);
        turn.Pokes.Add(WorkSignal.Emails);
    }

    private Email Write(NpgsqlDataReader reader, LeadBrief lead, Owner owner, DateTimeOffset now)
    {
        var to = new Mailbox(owner.Email!, owner.FullName, owner.Language, owner.TimeZone);
        var values = lead.MergeFields(firm.Value, to);
        values["what"] = to.Reads.In(() => T[WireName.Parse<EmailKind>(reader.GetString("email_kind")).ToLabel()]);
        values["to"] = reader.GetString("to_address");
        values["error"] = reader["last_error"] as string;
        return emails.Write(EmailKind.MailFailed, to, values, now, lead.Id);
    }
}
