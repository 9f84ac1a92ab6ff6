using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Sends a prospect an email that somebody of the firm wrote, in the writer's name and with replies to the writer. Once it is queued, no
/// automatic welcome goes out; once the mail server has it, it is the first contact unless there was one (<see cref="FirstContact"/>).
/// </summary>
public sealed class WriteToProspect(
    AnteroomDb db,
    LeadsInSight inSight,
    Letters letters,
    WorkSignal signal,
    Changes changes,
    TimeProvider time
)
{
    /// <summary>Fills a text in for a lead; null when there is no such lead or text.</summary>
    public async Task<Letter?> BeginAsync(long number, Guid snippet, CurrentUser by, CancellationToken cancellation)
    {
        var lead = await inSight
            .Of(by)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        var text = await db.Snippets.AsNoTracking().SingleOrDefaultAsync(text => text.Id == snippet, cancellation);
        return lead is null || text is null ? null : letters.Fill(text, lead, await AddressAsync(by, cancellation), by);
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
        if (WithoutAddress(lead) is { } refusal)
            return refusal;
        return letters.Preview(letter, lead, await AddressAsync(by, cancellation), by);
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
        if (WithoutAddress(lead) is { } refusal)
            return refusal;
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
                // The welcome started, or somebody changed the lead, between our read and our write.
                db.ChangeTracker.Clear();
                if (await FindAsync(number, by, cancellation) is not { } again)
                    return new Refusal.NotFound();
                lead = again;
            }
        }
    }

    private static Refusal.Invalid? WithoutAddress(Lead lead)
    {
        if (lead.HasEmail)
            return null;
        var errors = new FieldErrors();
        errors.Add("text", $"{lead.FirstName} has given no email address. Add it to the lead first.");
        return new Refusal.Invalid(errors);
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
        var email = letters.Write(letter, lead, replyTo, by, now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        lead.Written(now);
        // The lead first, because its version is checked: from here on, no welcome starts.
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

    internal static Letter? Read(string? subject, string? text, out FieldErrors errors)
    {
        errors = new FieldErrors();
        if (!OneLine.TryParse(subject, "subject", Letter.LongestSubject, out var line, out var problem))
            errors.Add("subject", problem);
        if (!FreeText.TryParse(text, "text", Letter.LongestText, out var words, out problem))
            errors.Add("text", problem);
        else if (words is null)
            errors.Add("text", "Please write something.");
        // Placeholders that were not filled in must not reach a prospect.
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
