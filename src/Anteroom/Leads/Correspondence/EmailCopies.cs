using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>
/// Writes an email of a lead again, with a new Message-ID. To a prospect, it goes to the lead's current address.
/// </summary>
public sealed class EmailCopies(
    AnteroomDb db,
    EmailWriter emails,
    OutreachEmails outreach,
    IOptions<FirmOptions> firm,
    IOptions<MailOptions> mail
)
{
    /// <summary>Writes it; it is not queued yet.</summary>
    internal async Task<Email> WriteAsync(Email old, Lead lead, DateTimeOffset now, CancellationToken cancellation)
    {
        var toProspect = old.Kind.Facts().Audience == MailAudience.Prospect;
        var to = toProspect ? new Mailbox(lead.Email, lead.FullName) : new Mailbox(old.ToAddress, old.ToName);
        var text = await TextAsync(old, lead, to, now, cancellation);
        var id = Guid.CreateVersion7(now);
        return new Email
        {
            Id = id,
            LeadId = lead.Id,
            Repeats = old.Id,
            // A lead has only one automatic welcome; sending it again is somebody's own decision.
            Kind = old.Kind == EmailKind.Welcome ? EmailKind.Personal : old.Kind,
            FromName = old.FromName,
            OnBehalfOf = old.OnBehalfOf,
            ToAddress = to.Address,
            ToName = to.Name,
            // Replies from the firm go to the prospect's current address.
            ReplyTo =
                toProspect || old.ReplyTo is null ? old.ReplyTo
                : lead.HasEmail ? lead.Email
                : null,
            Subject = text.Subject,
            Text = text.Text,
            Html = text.Html,
            MessageId = $"{id:N}@{mail.Value.Domain}",
            NextAttemptAt = now,
            CreatedAt = now,
        };
    }

    // Template texts are filled in again, so that name, address and unsubscribe link are current.
    private async Task<MailText> TextAsync(
        Email old,
        Lead lead,
        Mailbox to,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var attorney = old is { Kind: EmailKind.Welcome, OnBehalfOf: { } id }
            ? Owner.Of(await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellation))
            : null;
        var anew =
            old.Kind == EmailKind.Confirmation
                ? emails.Write(
                    old.Kind,
                    to,
                    lead.MergeFieldsForProspect(firm.Value, lead.Language),
                    now,
                    language: lead.Language
                )
            : attorney is not null ? outreach.Welcome(lead.Brief(), attorney, now)
            : old;
        return new MailText(anew.Subject, anew.Text, anew.Html);
    }
}
