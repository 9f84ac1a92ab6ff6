using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Timeline;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Merges two leads of the same person, in one transaction. Everything about the other moves to the lead that stays: timeline, emails,
/// tasks, tags, resumes. It also fills gaps (phone, practice area, message, owner, first contact) from the other. The other's number
/// and id redirect to it from then on.
/// </summary>
/// <remarks>
/// Takes the lock on assignments, so that workloads stay exact. Locks both leads in the order of their ids: of two merges of the same
/// leads, the second finds one gone. Locks emails before leads, as their delivery does.
/// </remarks>
public sealed class MergeLeads(
    AnteroomDb db,
    LeadsInSight inSight,
    LeadQueries queries,
    Changes changes,
    AuditLog audit,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>The kind of <see cref="Activity"/>.</summary>
    public const string Kind = "merged";

    /// <summary>Merges <paramref name="other"/> into <paramref name="stays"/>.</summary>
    public async Task<Refusal?> RunAsync(long stays, long other, CurrentUser by, CancellationToken cancellation)
    {
        if (stays == other)
            return new LeadRefusal.SameLead();
        return await Deadlocks.RetryAsync(() => TryAsync(stays, other, by, cancellation));
    }

    private async Task<Refusal?> TryAsync(long stays, long other, CurrentUser by, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        var seen = await inSight
            .Of(by)
            .Where(lead => lead.Number == stays || lead.Number == other)
            .ToListAsync(cancellation);
        foreach (var lead in seen)
            if (!await WelcomeUnderway.EndsAsync(db, lead, time, cancellation))
                return new LeadRefusal.BeingWelcomed();

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await AttorneysAtWork.LockAsync(connection, cancellation);
        long[] numbers = [stays, other];
        await db.Database.ExecuteSqlAsync(
            $"select from emails where lead_id in (select id from leads where number = any ({numbers})) order by id for update",
            cancellation
        );
        await db.Database.ExecuteSqlAsync(
            $"select from leads where number = any ({numbers}) order by id for update",
            cancellation
        );
        db.ChangeTracker.Clear();
        var leads = await inSight
            .Of(by)
            .Where(lead => lead.Number == stays || lead.Number == other)
            .ToListAsync(cancellation);
        if (leads.Find(lead => lead.Number == stays) is not { } kept)
            return await GoneAsync(stays, by, cancellation);
        if (leads.Find(lead => lead.Number == other) is not { } gone)
            return await GoneAsync(other, by, cancellation);
        if (kept.Sample != gone.Sample)
            return new LeadRefusal.OneIsSample();
        if (await db.LegalHolds.AnyAsync(hold => hold.LeadId == gone.Id, cancellation))
            return new LeadRefusal.OnHold();
        var now = Sql.Instant(time.GetUtcNow());
        if (kept.IsBeingWelcomed(now) || gone.IsBeingWelcomed(now))
            return new LeadRefusal.BeingWelcomed();

        var message = gone.Message is { } told && told != kept.Message ? told : null;
        // Not through LeadWriter: a merge assigns nothing. Its owner had the person all along, so nobody gets an email, assigned_at stays,
        // nobody's turn is used up, and the merge has an audit entry and a timeline line of its own.
        kept.TakeOver(gone, now);
        db.Entry(kept).Index(firm.Value);
        if (message is not null && message != kept.Message)
            db.Record(new Actor(null, gone.FullName), kept.Id, "message", message, gone.CreatedAt, isSearched: true);
        audit.Write(
            db,
            AuditKind.LeadsChanged,
            string.Create(CultureInfo.InvariantCulture, $"merged lead {gone.Number} into lead {kept.Number}"),
            string.Create(CultureInfo.InvariantCulture, $"lead:{kept.Number}"),
            by: by
        );
        db.Record(Actor.Of(by), kept.Id, Kind, Sentence(gone), now);
        await db.SaveChangesAsync(cancellation);
        await MoveAsync((NpgsqlTransaction)transaction.GetDbTransaction(), kept, gone, by, now, cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Publish([stays, other]);
        return null;
    }

    private async Task<Refusal> GoneAsync(long number, CurrentUser by, CancellationToken cancellation) =>
        await queries.MergedIntoAsync(number, by, cancellation) is { } into
            ? new LeadRefusal.AlreadyMerged(into)
            : new Refusal.NotFound();

    private static string Sentence(Lead gone) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"merged lead {gone.Number} into this one: {string.Join(", ", new[] { gone.FullName, gone.HasEmail ? gone.Email : null, gone.Phone, gone.PracticeArea, $"{gone.Status.ToLabel()}" }.OfType<string>())}, received {gone.CreatedAt.UtcDateTime:MMM d, yyyy}"
        );

    private static async Task MoveAsync(
        NpgsqlTransaction transaction,
        Lead kept,
        Lead gone,
        CurrentUser by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var number = gone.Number;
        batch.MoveActivities(gone.Id, kept.Id);
        // The person gets one welcome: the lead that stays has its own, or needs none.
        Outbox.Withdraw(batch, [gone.Id], "The lead was merged into another.", EmailKind.Welcome);
        Outbox.Move(batch, gone.Id, kept.Id, number);
        batch.Add(
            "update resumes set lead_id = $1, came_with = coalesce(came_with, $3) where lead_id = $2",
            Sql.Value(kept.Id),
            Sql.Value(gone.Id),
            Sql.Value(number)
        );
        Move("update tasks set lead_id = $1 where lead_id = $2");
        Move(
            "update declines set lead_id = $1 where lead_id = $2 and not exists (select from declines where lead_id = $1)"
        );
        batch.Add(
            """
            insert into lead_tags (lead_id, tag_id, lead_number)
            select $1, tag_id, $3 from lead_tags where lead_id = $2 on conflict do nothing
            """,
            Sql.Value(kept.Id),
            Sql.Value(gone.Id),
            Sql.Value(kept.Number)
        );
        Move("update idempotency_keys set lead_id = $1 where lead_id = $2");
        Move(
            """
            update bulk_recipients set lead_id = $1 where lead_id = $2 and not exists (
                select from bulk_recipients other where other.bulk_id = bulk_recipients.bulk_id and other.lead_id = $1)
            """
        );
        // Work that waits for the other lead and not for this one.
        WorkQueue.Move(batch, gone.Id, kept.Id);
        Move("update merged_leads set into_id = $1 where into_id = $2");
        batch.Add(
            "insert into merged_leads (number, id, into_id, merged_by, merged_at, code) values ($1, $2, $3, $4, $5, $6)",
            Sql.Value(number),
            Sql.Value(gone.Id),
            Sql.Value(kept.Id),
            Sql.Value(by.Id),
            Sql.Value(now),
            Sql.Value(gone.Code)
        );
        batch.Add("delete from leads where id = $1", Sql.Value(gone.Id));
        await batch.ExecuteNonQueryAsync(cancellation);

        void Move(string sql) => batch.Add(sql, Sql.Value(kept.Id), Sql.Value(gone.Id));
    }
}
