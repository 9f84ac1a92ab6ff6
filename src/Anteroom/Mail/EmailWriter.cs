using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>Fills in a template and makes the row for the outbox.</summary>
public sealed class EmailWriter(MailTemplates templates, IOptions<MailOptions> mail)
{
    /// <summary>Writes an email that is due at once.</summary>
    /// <param name="kind">Which template.</param>
    /// <param name="to">Who gets it.</param>
    /// <param name="values">For the template's fields.</param>
    /// <param name="now">When its cause happened, UTC.</param>
    /// <param name="leadId">The lead it stays visible on; null for none.</param>
    /// <param name="replyTo">Where answers go; null for the sender.</param>
    /// <param name="inTheNameOf">The user it goes out for; null for the firm.</param>
    /// <param name="language">The reader's; null for that of <paramref name="to"/>.</param>
    public Email Write(
        EmailKind kind,
        Mailbox to,
        IReadOnlyDictionary<string, object?> values,
        DateTimeOffset now,
        Guid? leadId = null,
        string? replyTo = null,
        (Guid Id, string FullName)? inTheNameOf = null,
        Language? language = null
    ) => Write(kind, to, templates.Render(kind, values, language ?? to.Reads), now, leadId, replyTo, inTheNameOf);

    /// <summary>Makes an email of a text that is filled in already, due at once.</summary>
    public Email Write(
        EmailKind kind,
        Mailbox to,
        MailText text,
        DateTimeOffset now,
        Guid? leadId = null,
        string? replyTo = null,
        (Guid Id, string FullName)? inTheNameOf = null
    )
    {
        var id = Guid.CreateVersion7(now);
        return new Email
        {
            Id = id,
            LeadId = leadId,
            Kind = kind,
            FromName = inTheNameOf?.FullName,
            OnBehalfOf = inTheNameOf?.Id,
            ToAddress = to.Address,
            ToName = to.Name,
            ReplyTo = replyTo,
            Subject = text.Subject,
            Text = text.Text,
            Html = text.Html,
            MessageId = $"{id:N}@{mail.Value.Domain}",
            NextAttemptAt = now,
            CreatedAt = now,
        };
    }
}
