using Anteroom.Leads;
using Anteroom.Operations;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>Writes the e-mails that a new lead causes.</summary>
public sealed class LeadEmails(MailTemplates templates, IOptions<FirmOptions> firm, IOptions<MailOptions> mail)
{
    /// <summary>The confirmation to the prospect, and one notification to each of <paramref name="firmRecipients"/>.</summary>
    internal IReadOnlyList<Email> ForNewLead(NewLead lead, IReadOnlyList<Mailbox> firmRecipients)
    {
        var sent = lead.Submission;
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["firm"] = firm.Value.Name,
            ["number"] = lead.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["first_name"] = sent.FirstName,
            ["last_name"] = sent.LastName,
            ["email"] = sent.Email,
            ["phone"] = sent.Phone,
            ["practice_area"] = sent.PracticeArea,
            ["message"] = sent.Message,
            ["file_name"] = sent.Resume.FileName,
            ["received"] = lead.CreatedAt.ToString(
                "d MMMM yyyy 'at' HH:mm 'UTC'",
                System.Globalization.CultureInfo.InvariantCulture
            ),
            ["link"] = $"{firm.Value.PublicUrl?.TrimEnd('/')}/leads/{lead.Number}",
        };
        var emails = new List<Email>(1 + firmRecipients.Count)
        {
            Write(lead, EmailKind.Confirmation, new Mailbox(sent.Email, sent.FullName), replyTo: null, values),
        };
        foreach (var recipient in firmRecipients)
            emails.Add(Write(lead, EmailKind.Notification, recipient, replyTo: sent.Email, values));
        return emails;
    }

    private Email Write(NewLead lead, EmailKind kind, Mailbox to, string? replyTo, Dictionary<string, object?> values)
    {
        var text = templates.Render(kind, values);
        var id = Guid.CreateVersion7(lead.CreatedAt);
        return new Email
        {
            Id = id,
            LeadId = lead.Id,
            Kind = kind,
            ToAddress = to.Address,
            ToName = to.Name,
            ReplyTo = replyTo,
            Subject = text.Subject,
            Text = text.Text,
            Html = text.Html,
            MessageId = $"{id:N}@{mail.Value.Domain}",
            NextAttemptAt = lead.CreatedAt,
            CreatedAt = lead.CreatedAt,
        };
    }
}
