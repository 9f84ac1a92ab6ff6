using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>An email as somebody writes it: plain text, which is sent as it stands.</summary>
public sealed record Letter(string Subject, string Text)
{
    /// <summary>The longest subject, in code points.</summary>
    public const int LongestSubject = 200;

    /// <summary>The longest text, in code points.</summary>
    public const int LongestText = 10_000;
}

/// <summary>A letter as its reader gets it.</summary>
/// <param name="From">The writer's name, with the firm's address.</param>
/// <param name="ReplyTo">The writer's address; null when they have none.</param>
/// <param name="To">The prospect.</param>
/// <param name="Letter">What it says.</param>
public sealed record LetterPreview(string From, string? ReplyTo, string To, Letter Letter);

/// <summary>
/// Sends what somebody of the firm wrote to a prospect, through the outbox, in the writer's name and with answers to the writer. From
/// the moment it is queued no automatic welcome goes anymore; when the mail server has it, and nobody had reached out before, it is
/// the first contact (<see cref="FirstContact"/>).
/// </summary>
public sealed class WriteToProspect(
    AnteroomDb db,
    LeadsInSight inSight,
    MailTemplates templates,
    EmailWriter writer,
    WorkSignal signal,
    Changes changes,
    IOptions<FirmOptions> firm,
    IOptions<MailOptions> mail,
    TimeProvider time
)
{
    /// <summary>Fills a text in for a lead; null when there is no such lead or text.</summary>
    public async Task<Letter?> BeginAsync(long number, Guid reply, CurrentUser by, CancellationToken cancellation)
    {
        var lead = await inSight
            .Of(by)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        var text = await db.Snippets.AsNoTracking().SingleOrDefaultAsync(text => text.Id == reply, cancellation);
        if (lead is null || text is null)
            return null;
        var values = lead.MergeFields(firm.Value);
        values["sender"] = by.FullName;
        values["sender_email"] = await AddressAsync(by, cancellation) ?? "";
        return EditSnippets.Fill(text.Subject, text.Text, values);
    }

    /// <summary>How the email would look. Fields that can be wrong: <c>subject</c>, <c>text</c>.</summary>
    public async Task<Outcome<LetterPreview>> PreviewAsync(
        long number,
        string? subject,
        string? text,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        if (Read(subject, text, out var errors) is not { } letter)
            return new Refusal.Invalid(errors);
        if (await FindAsync(number, by, cancellation) is not { } lead)
            return new Refusal.NotFound();
        return new LetterPreview(
            $"{by.FullName} <{mail.Value.Sender.Address}>",
            await AddressAsync(by, cancellation),
            $"{lead.FullName} <{lead.Email}>",
            letter
        );
    }

    /// <summary>Sends it. Fields that can be wrong: <c>subject</c>, <c>text</c>.</summary>
    public async Task<Refusal?> SendAsync(
        long number,
        string? subject,
        string? text,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        if (Read(subject, text, out var errors) is not { } letter)
            return new Refusal.Invalid(errors);
        if (await FindAsync(number, by, cancellation) is not { } lead)
            return new Refusal.NotFound();
        var replyTo = await AddressAsync(by, cancellation);
        for (var tries = 1; ; tries++)
        {
            if (!await WelcomeUnderway.EndsAsync(db, lead, time, cancellation))
                return new LeadRefusal.BeingWelcomed();
            try
            {
                await QueueAsync(lead, letter, replyTo, by, cancellation);
                return null;
            }
            catch (DbUpdateException error) when (tries < 4 && error.IsLeadGoneOrChanged())
            {
                // The welcome began, or somebody changed the lead, between our read and our write.
                db.ChangeTracker.Clear();
                if (await FindAsync(number, by, cancellation) is not { } again)
                    return new Refusal.NotFound();
                lead = again;
            }
        }
    }

    private Task<Lead?> FindAsync(long number, CurrentUser by, CancellationToken cancellation) =>
        inSight.Of(by).SingleOrDefaultAsync(lead => lead.Number == number, cancellation);

    private async Task QueueAsync(
        Lead lead,
        Letter letter,
        string? replyTo,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        var email = Write(lead, letter, replyTo, by, now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        lead.Written(now);
        // First the lead, whose version is compared: from here on no welcome starts.
        await db.SaveChangesAsync(cancellation);
        var inside = (NpgsqlTransaction)transaction.GetDbTransaction();
        await using var batch = new NpgsqlBatch(inside.Connection, inside);
        var reason = $"{by.FullName} wrote in person.";
        Outbox.Withdraw(batch, [lead.Id], reason, EmailKind.Welcome);
        WorkQueue.Withdraw(batch, [lead.Id], reason, now, WorkKind.ReachOut);
        batch.Queue(email);
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        changes.Publish(lead.Number);
    }

    private Email Write(Lead lead, Letter letter, string? replyTo, CurrentUser by, DateTimeOffset now)
    {
        var facts = EmailKind.Personal.Facts();
        var text = templates.Render(
            facts,
            new CompiledTemplate(
                new TemplateSource(letter.Subject, letter.Text, PlainTextHtml.Of(letter.Text)),
                Language.En
            ),
            lead.MergeFields(firm.Value),
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

    private static Letter? Read(string? subject, string? text, out FieldErrors errors)
    {
        errors = new FieldErrors();
        if (!OneLine.TryParse(subject, "subject", Letter.LongestSubject, out var line, out var problem))
            errors.Add("subject", problem);
        if (!FreeText.TryParse(text, "text", Letter.LongestText, out var words, out problem))
            errors.Add("text", problem);
        else if (words is null)
            errors.Add("text", "Please write something.");
        // What is left of a text that was not filled in must not reach a prospect.
        RefuseMissingFields("subject", line, errors);
        RefuseMissingFields("text", words, errors);
        return errors.IsEmpty ? new Letter(line!, words!) : null;
    }

    private static void RefuseMissingFields(string field, string? text, FieldErrors errors)
    {
        var at = text?.IndexOf("{{", StringComparison.Ordinal) ?? -1;
        if (at < 0)
            return;
        var end = text!.IndexOf("}}", at, StringComparison.Ordinal);
        var left = end < 0 ? "{{" : text[at..Math.Min(end + 2, at + 60)];
        errors.Add(field, $"{left} is not filled in. Choose the text again, or write in its place what it stands for.");
    }

    private Task<string?> AddressAsync(CurrentUser by, CancellationToken cancellation) =>
        db.Users.Where(user => user.Id == by.Id).Select(user => user.Email).SingleOrDefaultAsync(cancellation);
}
