using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Outreach;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>Writes the emails about a new lead; <see cref="NotificationPolicy"/> decides who gets them.</summary>
internal sealed class LeadEmails(EmailWriter emails, IOptions<FirmOptions> firm)
{
    /// <summary>The confirmation to the prospect, and one notification to each of <paramref name="firmRecipients"/>.</summary>
    public IReadOnlyList<Email> ForNewLead(NewLead lead, IReadOnlyList<Mailbox> firmRecipients)
    {
        var brief = lead.Brief;
        var written = new List<Email>();
        if (brief.Facts.HasEmail && NotificationPolicy.Confirms(lead.Submission.Entry?.Confirms))
            written.Add(
                emails.Write(
                    EmailKind.Confirmation,
                    brief.Mailbox,
                    brief.MergeFieldsForProspect(firm.Value, brief.Facts.Language),
                    lead.CreatedAt,
                    lead.Id,
                    language: brief.Facts.Language
                )
            );
        if (firmRecipients.Count == 0)
            return written;
        foreach (var recipient in firmRecipients)
            written.Add(
                emails.Write(
                    EmailKind.Notification,
                    recipient,
                    brief.MergeFields(firm.Value, recipient),
                    lead.CreatedAt,
                    lead.Id,
                    replyTo: brief.Facts.HasEmail ? brief.Facts.Email : null
                )
            );
        return written;
    }
}
