using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Bulk;

/// <summary>A mailing with what has become of it so far.</summary>
/// <param name="Mailing">The mailing.</param>
/// <param name="ByName">Who wrote it.</param>
/// <param name="Waiting">Recipients that are still to come.</param>
/// <param name="Skipped">Recipients that opted out or became unreachable after the confirmation.</param>
/// <param name="Queued">Emails in the outbox that are not sent yet.</param>
/// <param name="Sent">Emails that the mail server has.</param>
/// <param name="Failed">Emails that were given up.</param>
/// <param name="Cancelled">Emails that were taken out of the outbox, as after an opt-out.</param>
public sealed record BulkProgress(
    BulkMailing Mailing,
    string ByName,
    int Waiting,
    int Skipped,
    int Queued,
    int Sent,
    int Failed,
    int Cancelled
)
{
    /// <summary>Everybody it was confirmed for.</summary>
    public int Total => Waiting + Skipped + Queued + Sent + Failed + Cancelled;

    /// <summary>Those for whom nothing more happens. Who had not been released when a mailing was cancelled is among them.</summary>
    public int Settled => Skipped + Sent + Failed + Cancelled + (Mailing.State == BulkState.Cancelled ? Waiting : 0);

    /// <summary>Something may still change.</summary>
    public bool IsMoving => Mailing.State == BulkState.Sending || Queued > 0;
}

/// <summary>Reads mailings. Attorneys see their own; administrators and staff see all.</summary>
public sealed class BulkMailings(AnteroomDb db)
{
    private const int Listed = 100;

    /// <summary>The mailings that <paramref name="user"/> may see and change.</summary>
    public IQueryable<BulkMailing> Of(CurrentUser user) =>
        user.Role == Role.Attorney ? db.BulkMailings.Where(mailing => mailing.CreatedBy == user.Id) : db.BulkMailings;

    /// <summary>The last hundred, the newest first.</summary>
    public async Task<IReadOnlyList<BulkProgress>> ListAsync(CurrentUser user, CancellationToken cancellation) =>
        await Read(Of(user).OrderByDescending(mailing => mailing.Id).Take(Listed)).ToListAsync(cancellation);

    /// <summary>One of them; null when there is none.</summary>
    public Task<BulkProgress?> FindAsync(Guid id, CurrentUser user, CancellationToken cancellation) =>
        Read(Of(user).Where(mailing => mailing.Id == id)).SingleOrDefaultAsync(cancellation);

    private IQueryable<BulkProgress> Read(IQueryable<BulkMailing> mailings) =>
        mailings
            .AsNoTracking()
            .OrderByDescending(mailing => mailing.Id)
            .Select(mailing => new BulkProgress(
                mailing,
                db.Set<User>().Where(user => user.Id == mailing.CreatedBy).Select(user => user.FullName).First(),
                db.Set<BulkRecipient>()
                    .Count(each => each.BulkId == mailing.Id && each.State == BulkRecipientState.Waiting),
                db.Set<BulkRecipient>()
                    .Count(each => each.BulkId == mailing.Id && each.State == BulkRecipientState.Skipped),
                db.Set<Email>()
                    .Count(email =>
                        email.BulkId == mailing.Id
                        && (email.State == EmailState.Queued || email.State == EmailState.Sending)
                    ),
                db.Set<Email>().Count(email => email.BulkId == mailing.Id && email.State == EmailState.Sent),
                db.Set<Email>().Count(email => email.BulkId == mailing.Id && email.State == EmailState.Failed),
                db.Set<Email>().Count(email => email.BulkId == mailing.Id && email.State == EmailState.Cancelled)
            ));
}
