using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Outreach;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>Writes the e-mails that a new lead causes.</summary>
public sealed class LeadEmails(EmailWriter emails, IOptions<FirmOptions> firm)
{
    /// <summary>The confirmation to the prospect, unless the firm enters the lead and wants none; and one notification to each of <paramref name="firmRecipients"/>.</summary>
    internal IReadOnlyList<Email> ForNewLead(NewLead lead, IReadOnlyList<Mailbox> firmRecipients)
    {
        var sent = lead.Submission;
        var values = LeadFields.Of(lead, firm.Value);
        return
        [
            .. sent.Entry is { Confirms: false }
                ? []
                : (Email[])
                    [
                        emails.Write(
                            EmailKind.Confirmation,
                            new Mailbox(sent.Email, sent.FullName),
                            LeadFields.Of(lead, firm.Value, sent.Language),
                            lead.CreatedAt,
                            lead.Id,
                            language: sent.Language
                        ),
                    ],
            .. firmRecipients.Select(recipient =>
                emails.Write(EmailKind.Notification, recipient, values, lead.CreatedAt, lead.Id, replyTo: sent.Email)
            ),
        ];
    }
}
