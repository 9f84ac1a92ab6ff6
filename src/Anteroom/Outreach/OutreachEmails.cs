using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;

namespace Anteroom.Outreach;

/// <summary>Writes the emails about assignments, and the welcome to the prospect.</summary>
public sealed class OutreachEmails(EmailWriter emails, MailTemplates templates, IOptions<FirmOptions> firm)
{
    /// <summary>To the attorney: this lead is yours. Replies go to the prospect.</summary>
    internal Email Assigned(LeadBrief lead, Owner attorney, string? from, DateTimeOffset now)
    {
        var values = lead.MergeFields(firm.Value, To(attorney));
        values["attorney"] = attorney.FullName;
        values["previous"] = from;
        return emails.Write(
            EmailKind.Assigned,
            To(attorney),
            values,
            now,
            lead.Id,
            replyTo: lead.Facts.HasEmail ? lead.Facts.Email : null
        );
    }

    /// <summary>To the previous owner: this lead is somebody else's now.</summary>
    internal Email Reassigned(LeadBrief lead, Owner previous, string? to, string by, DateTimeOffset now)
    {
        var values = lead.MergeFields(firm.Value, To(previous));
        values["attorney"] = previous.FullName;
        values["next"] = to;
        values["by"] = by;
        return emails.Write(EmailKind.Reassigned, To(previous), values, now, lead.Id);
    }

    /// <summary>To the prospect in the attorney's name, with replies to the attorney.</summary>
    internal Email Welcome(LeadBrief lead, Owner attorney, DateTimeOffset now)
    {
        var values = lead.MergeFieldsForProspect(firm.Value, lead.Facts.Language);
        values["attorney"] = attorney.FullName;
        values["attorney_email"] = attorney.Email;
        return emails.Write(
            EmailKind.Welcome,
            lead.Mailbox,
            values,
            now,
            lead.Id,
            replyTo: attorney.Email,
            inTheNameOf: (attorney.Id, attorney.FullName),
            language: lead.Facts.Language
        );
    }

    /// <summary>
    /// The welcome in the firm's name: the same kind of email with its own text. Replies go to the attorney if there is one.
    /// </summary>
    internal Email FirmWelcome(LeadBrief lead, Owner? attorney, DateTimeOffset now)
    {
        var language = lead.Facts.Language;
        var values = lead.MergeFieldsForProspect(firm.Value, language);
        return emails.Write(
            EmailKind.Welcome,
            lead.Mailbox,
            templates.Render(EmailKind.FirmWelcome, values, language),
            now,
            lead.Id,
            replyTo: attorney?.Email
        );
    }

    /// <summary>To an administrator: nobody takes leads, starting with this one.</summary>
    internal Email NobodyAvailable(LeadBrief lead, Mailbox administrator, DateTimeOffset now)
    {
        var values = lead.MergeFields(firm.Value, administrator);
        values["attorneys_link"] = $"{firm.Value.PublicUrl?.TrimEnd('/')}/admin/users";
        return emails.Write(EmailKind.NobodyAvailable, administrator, values, now, lead.Id);
    }

    private static Mailbox To(Owner owner) => new(owner.Email!, owner.FullName, owner.Language, owner.TimeZone);
}
