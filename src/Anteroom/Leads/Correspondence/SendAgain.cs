using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>
/// Sends an email of a lead once more: a new email with a Message-ID of its own, which names the old one. To a prospect it goes to the
/// address that the lead has now. Emails that were cancelled, opted out of, or are under way are not sent again.
/// </summary>
public sealed class SendAgain(
    AnteroomDb db,
    LeadsInSight inSight,
    OptOuts optOuts,
    EmailWriter emails,
    OutreachEmails outreach,
    WorkSignal signal,
    Changes changes,
    IOptions<FirmOptions> firm,
    IOptions<MailOptions> mail,
    TimeProvider time
)
{
    /// <summary>Whether there is any sense in it, as far as the email itself tells.</summary>
    public static bool MakesSense(EmailKind kind, EmailState state) =>
        kind.Facts().CanBeRepeated && state is (EmailState.Sent or EmailState.Failed);

    /// <summary>Sends it.</summary>
    /// <param name="number">The lead.</param>
    /// <param name="id">The email.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<Refusal?> RunAsync(long number, Guid id, CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Two clicks: the second waits here, and then sees the first one's email.
        var old = await db
            .Emails.FromSql($"select * from emails where id = {id} for update")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellation);
        var lead = await inSight
            .Of(by)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        if (old is null || lead is null || old.LeadId != lead.Id)
            return new Refusal.NotFound();
        if (await WhyNotAsync(old, lead, cancellation) is { } reason)
            return new LeadRefusal.NotSentAgain(reason);

        var now = Sql.Instant(time.GetUtcNow());
        var email = await WriteAsync(old, lead, now, cancellation);
        await db.QueueAsync(email, cancellation);
        db.Record(
            Actor.Of(by),
            lead.Id,
            "email_repeated",
            $"sent the {old.Kind.ToLabel()} again, to {email.ToAddress}",
            now
        );
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        changes.Publish(number);
        return null;
    }

    private async Task<string?> WhyNotAsync(Email old, Lead lead, CancellationToken cancellation)
    {
        if (old.State is EmailState.Queued or EmailState.Sending)
            return "It is on its way already.";
        if (old.State == EmailState.Cancelled)
            return "It was cancelled and will not be sent.";
        var facts = old.Kind.Facts();
        if (!facts.CanBeRepeated)
            return "An email of this kind is not sent again. Write a new one instead.";
        if (facts.StopsAtOptOut && await optOuts.IsOutAsync(lead.Email, cancellation))
            return $"{lead.FirstName} has asked for no more automatic email. Write a new one instead.";
        return await db.Emails.AnyAsync(
            email => email.Repeats == old.Id && (email.State == EmailState.Queued || email.State == EmailState.Sending),
            cancellation
        )
            ? "It is being sent again already."
            : null;
    }

    private async Task<Email> WriteAsync(Email old, Lead lead, DateTimeOffset now, CancellationToken cancellation)
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
            // A lead has one automatic welcome; what a person sends again is that person's decision.
            Kind = old.Kind == EmailKind.Welcome ? EmailKind.Personal : old.Kind,
            FromName = old.FromName,
            OnBehalfOf = old.OnBehalfOf,
            ToAddress = to.Address,
            ToName = to.Name,
            // Answers of colleagues go to the prospect, where they are now.
            ReplyTo = toProspect || old.ReplyTo is null ? old.ReplyTo : lead.Email,
            Subject = text.Subject,
            Text = text.Text,
            Html = text.Html,
            MessageId = $"{id:N}@{mail.Value.Domain}",
            NextAttemptAt = now,
            CreatedAt = now,
        };
    }

    /// <summary>What is written by a template is written anew: name, address and the link to opt out are those of now.</summary>
    private async Task<MailText> TextAsync(
        Email old,
        Lead lead,
        Mailbox to,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var attorney = old is { Kind: EmailKind.Welcome, OnBehalfOf: { } id }
            ? Person.Of(await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellation))
            : null;
        var anew =
            old.Kind == EmailKind.Confirmation
                ? emails.Write(old.Kind, to, lead.MergeFields(firm.Value, lead.Language), now, language: lead.Language)
            : attorney is not null ? outreach.Welcome(lead.Brief(), attorney, now)
            : old;
        return new MailText(anew.Subject, anew.Text, anew.Html);
    }
}
