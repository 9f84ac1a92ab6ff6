using System.Globalization;
using Anteroom.Leads;
using Anteroom.Operations;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>Writes the e-mails that a new lead causes.</summary>
public sealed class LeadEmails(EmailWriter emails, IOptions<FirmOptions> firm)
{
    /// <summary>The confirmation to the prospect, and one notification to each of <paramref name="firmRecipients"/>.</summary>
    internal IReadOnlyList<Email> ForNewLead(NewLead lead, IReadOnlyList<Mailbox> firmRecipients)
    {
        var sent = lead.Submission;
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["firm"] = firm.Value.Name,
            ["number"] = lead.Number.ToString(CultureInfo.InvariantCulture),
            ["first_name"] = sent.FirstName,
            ["last_name"] = sent.LastName,
            ["email"] = sent.Email,
            ["phone"] = sent.Phone,
            ["practice_area"] = sent.PracticeArea,
            ["message"] = sent.Message,
            ["file_name"] = sent.Resume.FileName,
            ["received"] = lead.CreatedAt.ToString("d MMMM yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture),
            ["link"] = $"{firm.Value.PublicUrl?.TrimEnd('/')}/leads/{lead.Number}",
        };
        return
        [
            Write(EmailKind.Confirmation, new Mailbox(sent.Email, sent.FullName), replyTo: null),
            .. firmRecipients.Select(recipient => Write(EmailKind.Notification, recipient, replyTo: sent.Email)),
        ];

        Email Write(EmailKind kind, Mailbox to, string? replyTo) =>
            emails.Write(kind, to, values, lead.CreatedAt, lead.Id, replyTo);
    }
}
