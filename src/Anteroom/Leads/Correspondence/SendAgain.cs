using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>
/// Sends an email of a lead again, as a new one that names the old one (<see cref="EmailCopies"/>). Emails that were canceled, opted
/// out of, or are on their way are not sent again.
/// </summary>
public sealed class SendAgain(
    AnteroomDb db,
    LeadsInSight inSight,
    OptOuts optOuts,
    EmailCopies copies,
    WorkSignal signal,
    Changes changes,
    TimeProvider time
)
{
    /// <summary>Whether it makes sense, judging by the email alone.</summary>
    public static bool MakesSense(EmailKind kind, EmailState state) =>
        kind.Facts().CanBeRepeated && state is (EmailState.Sent or EmailState.Failed);

    /// <summary>Sends it.</summary>
    public async Task<Refusal?> RunAsync(long number, Guid id, CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // On a double click, the second waits here and then sees the first one's email.
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
        var email = await copies.WriteAsync(old, lead, now, cancellation);
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

    private async Task<Sentence?> WhyNotAsync(Email old, Lead lead, CancellationToken cancellation)
    {
        if (old.State is EmailState.Queued or EmailState.Sending)
            return "It is on its way already.";
        if (old.State == EmailState.Cancelled)
            return "It was canceled and will not be sent.";
        var facts = old.Kind.Facts();
        if (!facts.CanBeRepeated)
            return "An email of this kind is not sent again. Write a new one instead.";
        if (facts.Audience == MailAudience.Prospect && !lead.HasEmail)
            return $"{lead.FirstName} has given no email address.";
        if (facts.StopsAtOptOut && await optOuts.IsOutAsync(lead.Email, cancellation))
            return $"{lead.FirstName} has asked for no more automatic email. Write a new one instead.";
        return await db.Emails.AnyAsync(
            email => email.Repeats == old.Id && (email.State == EmailState.Queued || email.State == EmailState.Sending),
            cancellation
        )
            ? "It is being sent again already."
            : null;
    }
}
