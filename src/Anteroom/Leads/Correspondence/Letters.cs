using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>An email that somebody of the firm writes: plain text, sent as is.</summary>
public sealed record Letter(string Subject, string Text)
{
    /// <summary>The longest subject, in code points.</summary>
    public const int LongestSubject = 200;

    /// <summary>The longest text, in code points.</summary>
    public const int LongestText = 10_000;
}

/// <summary>A letter as the prospect will get it.</summary>
/// <param name="From">The writer's name, with the firm's address.</param>
/// <param name="ReplyTo">The writer's address; null when they have none.</param>
/// <param name="To">The prospect.</param>
/// <param name="Letter">What it says.</param>
public sealed record LetterPreview(string From, string? ReplyTo, string To, Letter Letter);

/// <summary>Makes emails of letters, and letters of snippets.</summary>
public sealed class Letters(
    MailTemplates templates,
    EmailWriter writer,
    IOptions<FirmOptions> firm,
    IOptions<MailOptions> mail
)
{
    /// <summary>Fills in a snippet for a lead, whose <see cref="Lead.Resume"/> has been read. Unknown fields stay, so that the writer sees them.</summary>
    internal Letter Fill(Snippet snippet, Lead lead, string? senderAddress, CurrentUser by)
    {
        var values = lead.MergeFieldsForProspect(firm.Value);
        values["sender"] = by.FullName;
        values["sender_email"] = senderAddress ?? "";
        try
        {
            var filled = new CompiledTemplate(
                new TemplateSource(snippet.Subject, snippet.Text, ""),
                Language.En
            ).Render(values);
            return new Letter(filled.Subject, filled.Text.Trim());
        }
        catch (Exception error) when (error is HandlebarsDotNet.HandlebarsException or InvalidOperationException)
        {
            return new Letter(snippet.Subject, snippet.Text);
        }
    }

    /// <summary>How it will look.</summary>
    internal LetterPreview Preview(Letter letter, Lead lead, string? replyTo, CurrentUser by) =>
        new($"{by.FullName} <{mail.Value.Sender.Address}>", replyTo, $"{lead.FullName} <{lead.Email}>", letter);

    /// <summary>The email in the writer's name; it is not queued yet.</summary>
    internal Email Write(Letter letter, Lead lead, string? replyTo, CurrentUser by, DateTimeOffset now)
    {
        var text = templates.Render(
            EmailKind.Personal.Facts(),
            new CompiledTemplate(
                new TemplateSource(letter.Subject, letter.Text, PlainTextHtml.Of(letter.Text)),
                Language.En
            ),
            lead.MergeFieldsForProspect(firm.Value),
            lead.Email
        );
        return writer.Write(
            EmailKind.Personal,
            new Mailbox(lead.Email, lead.FullName),
            text,
            now,
            lead.Id,
            replyTo,
            (by.Id, by.FullName)
        );
    }
}
