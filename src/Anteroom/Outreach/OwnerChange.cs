using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Notices;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>
/// What follows from a new owner, whoever decided it: both owners are notified, and the time to reach out starts. Everything goes into the
/// caller's batch, and so into the transaction that changes the owner.
/// </summary>
public sealed class OwnerChange(
    OutreachEmails emails,
    NoticeChoices choices,
    Promise promise,
    IOptions<OutreachOptions> options
)
{
    /// <summary>Why an automatic welcome was kept back.</summary>
    public const string KeptBack = "Assigned without the welcome email.";

    /// <summary>Adds the emails and the outreach: few statements, however many leads.</summary>
    /// <param name="batch">In the transaction of the change.</param>
    /// <param name="changes">The leads, who had each (null for nobody) and who has it now.</param>
    /// <param name="by">Who decided; null for Anteroom. Nobody is notified of their own actions.</param>
    /// <param name="now">The instant of the change, UTC.</param>
    /// <param name="welcomes">False: no automatic welcome. True: also if it was kept back. Null: unless it was kept back.</param>
    internal void Add(
        NpgsqlBatch batch,
        IReadOnlyList<(LeadBrief Lead, Owner? From, Owner? To)> changes,
        CurrentUser? by,
        DateTimeOffset now,
        bool? welcomes = null
    )
    {
        var written = new List<Email>();
        var told = new List<NewNotice>();
        var work = new List<NewWork>();
        foreach (var (lead, from, to) in changes)
        {
            if (from is not null)
                TakeBackWelcome(batch, lead.Id, now);
            var name = lead.Facts.FullName;
            if (NotificationPolicy.Notifies(to, by) && choices.WantsEmail(to!.Id, NoticeKind.Assigned))
                written.Add(emails.Assigned(lead, to, from?.FullName, now).In(lead.Trace));
            if (NotificationPolicy.Tells(to, by))
                told.Add(
                    new(NoticeKind.Assigned, to!.Id, lead.Id, to.In(() => T["{0} is assigned to you", name]), now)
                );
            if (NotificationPolicy.Notifies(from, by) && choices.WantsEmail(from!.Id, NoticeKind.Reassigned))
                written.Add(
                    emails.Reassigned(lead, from, to?.FullName, by?.FullName ?? "Anteroom", now).In(lead.Trace)
                );
            if (NotificationPolicy.Tells(from, by))
                told.Add(
                    new(
                        NoticeKind.Reassigned,
                        from!.Id,
                        lead.Id,
                        from.In(() =>
                            to is null
                                ? T["{0} is no longer assigned to you", name]
                                : T["{0} went to {1}", name, to.FullName]
                        ),
                        now
                    )
                );
            if (to is not null && options.Value.Enabled)
                work.Add(
                    new NewWork(WorkKind.ReachOut, lead.Id, now, promise.WelcomeAt(lead, now)) { Trace = lead.Trace }
                );
        }

        batch.Queue(written);
        batch.Tell(told);
        batch.Queue(work);
        var owned = work.Select(item => item.Subject).ToArray();
        if (owned.Length == 0)
            return;
        if (welcomes == true)
            WorkQueue.Reinstate(batch, owned, KeptBack, now);
        else if (welcomes == false)
            batch.Withdraw(owned, KeptBack, now, WorkKind.ReachOut);
    }

    /// <summary>Cancels a queued welcome in the previous owner's name, and has one written in the new owner's.</summary>
    private static void TakeBackWelcome(NpgsqlBatch batch, Guid lead, DateTimeOffset now) =>
        batch.Add(
            """
            with taken_back as (
                update emails set state = 'cancelled', last_error = 'The lead was given to somebody else.'
                where lead_id = $1 and kind = 'welcome' and state = 'queued' returning lead_id
            )
            update work set state = 'queued', next_attempt_at = $2, finished_at = null, attempts = 0
            from taken_back where kind = 'reach_out' and subject = taken_back.lead_id and state = 'done'
            """,
            Sql.Value(lead),
            Sql.Value(now)
        );
}
