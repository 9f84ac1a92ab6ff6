using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Changes the status and owner of one lead or many, for pages, board, list and APIs. One transaction locks the leads, applies the rules
/// of <see cref="Lead"/>, and writes the leads, their timelines, emails to the owners, an audit entry and what undo needs. Leads that
/// must not change are skipped and counted.
/// </summary>
public sealed class ChangeLeads(
    AnteroomDb db,
    LeadsInSight inSight,
    LeadWriter writer,
    WorkSignal signal,
    Changes changes,
    AuditLog audit,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>Changes one lead.</summary>
    /// <param name="one">Which, and what the caller saw of it.</param>
    /// <param name="change">What.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<Outcome<LeadNow>> OneAsync(
        LeadSelection one,
        LeadChange change,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var (results, undo) = await RunAsync(one, change, by, cancellation);
        return results switch
        {
            [(_, { } refusal)] => refusal,
            [({ } decided, _)] => new LeadNow(decided.Lead, undo?.ToSummary()),
            _ => new Refusal.NotFound(),
        };
    }

    /// <summary>Changes every lead that the rules allow.</summary>
    /// <param name="numbers">Which; at most <see cref="LeadFilter.MostNumbers"/>.</param>
    /// <param name="change">What.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    /// <returns>Null, with nothing changed, when the new owner is not an active user.</returns>
    public async Task<ChangeSummary?> ManyAsync(
        IReadOnlyList<long> numbers,
        LeadChange change,
        CurrentUser by,
        CancellationToken cancellation
    ) => (await RunAsync(LeadSelection.Of(numbers), change, by, cancellation)).Undo?.ToSummary();

    private Task<Run> RunAsync(
        LeadSelection selection,
        LeadChange change,
        CurrentUser by,
        CancellationToken cancellation
    ) => Deadlocks.RetryAsync(() => TryAsync(selection, change, by, cancellation));

    private async Task<Run> TryAsync(
        LeadSelection selection,
        LeadChange change,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        var why = DeclineReason.Read(change, firm.Value.DeclineReasons, errors);
        if (!errors.IsEmpty)
            return new([new Refusal.Invalid(errors)], Undo: null);

        for (var step = 0; ; step++)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            // Assignments happen one at a time, automatic ones included.
            if (change.Assigns)
                await AttorneysAtWork.LockAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellation);
            var leads = await db.HoldAsync(inSight, selection, by, cancellation);
            var now = Sql.Instant(time.GetUtcNow());
            if (selection.IsOne && leads is [var one] && Waits(one, now) && step < WelcomeUnderway.Steps)
            {
                // Unlocks the row, so that the result of the welcome can be recorded.
                await transaction.RollbackAsync(cancellation);
                await WelcomeUnderway.StepAsync(cancellation);
                continue;
            }

            var people = await PeopleAsync(leads, change, cancellation);
            foreach (var lead in leads)
                Check(lead, change, people, errors);
            if (change is { Assigns: true, AssignedTo: { } owner } && !people.ContainsKey(owner))
                errors.Add("assigned_to", "There is no active user with this id.");

            var changed = new List<ChangedLead>();
            var results = new List<Outcome<Decided>>();
            foreach (var lead in leads)
                results.Add(await DecideAsync(lead, now));
            if (!errors.IsEmpty || (selection.IsOne && changed.Count == 0))
                return new(results, Undo: null);

            var undo = Undo.Of(
                change.Status is null && change.ReachedOutBy is null ? UndoKind.Assignment : UndoKind.Status,
                change.Status is { } status ? status.ToWire()
                    : change.ReachedOutBy is not null ? leads[0].Status.ToWire()
                    : change.AssignedTo is { } to ? people[to].FullName
                    : null,
                [.. changed.Select(each => each.Before)],
                LeftOutOf(results, selection.Count - leads.Count),
                by,
                now
            );
            await using (var batch = db.Batch())
            {
                writer.Add(batch, changed, people, why.Sentence, by, now, change.Welcomes);
                if (change.Status is { Stage: LeadStage.Declined })
                    batch.Keep(why, [.. changed.Where(each => each.IsMoved).Select(each => each.Lead.Id)], now);
                if (change.Letter is not null && changed is [{ Lead: var written }])
                    await change.Letter(batch, written, now);
                batch.Keep(undo);
                audit.LeadsChanged(batch, Sentence(change, people), [.. changed.Select(each => each.Lead.Number)], by);
                await batch.WriteAsync(changed, cancellation);
            }

            await transaction.CommitAsync(cancellation);
            if (change.Assigns)
                signal.Poke(WorkSignal.Emails);
            changes.Publish(changed.Select(each => each.Lead.Number));
            return new(results, undo);

            async Task<Outcome<Decided>> DecideAsync(Lead lead, DateTimeOffset at)
            {
                var done = change.IsDone(lead);
                // A different owner is no reason to stop, unless the caller says so.
                if (
                    !done
                    && selection.Seen is { } seen
                    && seen.Version != lead.Version
                    && (seen.Status is null || seen.Status != lead.Status)
                )
                    return new LeadRefusal.MovedMeanwhile(lead.Status, await LastMoverAsync(lead, cancellation));
                if (!errors.IsEmpty)
                    return new Refusal.Invalid(errors);
                if (done)
                    return new Decided(lead, IsChanged: false);
                if (lead.IsBeingWelcomed(at))
                    return new LeadRefusal.BeingWelcomed();

                var before = LeadSnapshot.Of(lead);
                var from = lead.Status;
                if (
                    change.Status is { } next
                    && next != from
                    && !lead.TryMoveTo(next, change.ReachedOutBy ?? by.Id, at)
                )
                    return new LeadRefusal.NotAllowed(from, next);
                if (change.ReachedOutBy is { } who)
                    lead.TryCorrectContact(who, at);
                if (change.Letter is not null)
                    lead.Written(at);
                if (change.Assigns)
                    lead.TryAssign(change.AssignedTo, at);
                changed.Add(new(before, lead));
                return new Decided(lead, IsChanged: true);
            }
        }

        bool Waits(Lead lead, DateTimeOffset now) =>
            lead.IsBeingWelcomed(now)
            && !change.IsDone(lead)
            && (selection.Seen is not { Status: null } seen || seen.Version == lead.Version);
    }

    private async Task<string?> LastMoverAsync(Lead lead, CancellationToken cancellation) =>
        await db
            .Activities.Where(activity =>
                activity.LeadId == lead.Id
                && (activity.Kind == LeadWriter.Moved || activity.Kind == LeadWriter.Corrected)
            )
            .OrderByDescending(activity => activity.Id)
            .Select(activity => activity.Actor)
            .FirstOrDefaultAsync(cancellation);

    /// <summary>The active users that the change names.</summary>
    private async Task<Dictionary<Guid, User>> PeopleAsync(
        List<Lead> leads,
        LeadChange change,
        CancellationToken cancellation
    ) =>
        await db.ActiveUsersAsync(
            [
                change.ReachedOutBy,
                .. change.ReachedOutBy is null ? [] : leads.Select(lead => lead.ReachedOutBy),
                .. change.Assigns ? leads.Select(lead => lead.AssignedTo).Append(change.AssignedTo) : [],
            ],
            cancellation
        );

    private static void Check(Lead lead, LeadChange change, Dictionary<Guid, User> people, FieldErrors errors)
    {
        if (change.ReachedOutBy is not { } who)
            return;
        if (!people.ContainsKey(who))
            errors.Add("reached_out_by", "There is no active user with this id.");
        else if (
            change.Status is { Stage: LeadStage.Waiting }
            || ((change.Status ?? lead.Status) == lead.Status && !lead.IsContacted)
        )
            errors.Add("reached_out_by", "Please send it together with the status, as reached_out.");
    }

    private static Dictionary<string, int> LeftOutOf(IEnumerable<Outcome<Decided>> results, int notFound)
    {
        var leftOut = new Dictionary<string, int>(StringComparer.Ordinal);
        leftOut.Count(LeftOut.NotFound, notFound);
        foreach (var result in results)
            switch (result)
            {
                case ({ IsChanged: false }, null):
                    leftOut.Count(LeftOut.AlreadySo);
                    break;
                case (_, LeadRefusal.BeingWelcomed):
                    leftOut.Count(LeftOut.BeingWelcomed);
                    break;
                case (_, LeadRefusal.NotAllowed):
                    leftOut.Count(LeftOut.NotAllowed);
                    break;
            }

        return leftOut;
    }

    private static string Sentence(LeadChange change, Dictionary<Guid, User> people) =>
        string.Join(
            " and ",
            new[]
            {
                change.Status is { } status ? $"moved to {status.ToLabel()}" : null,
                change.ReachedOutBy is { } who ? $"recorded the first contact by {people[who].FullName}" : null,
                !change.Assigns ? null
                : change.AssignedTo is { } owner ? $"assigned to {people[owner].FullName}"
                : "took from their owners",
            }.OfType<string>()
        );

    private sealed record Decided(Lead Lead, bool IsChanged);

    private sealed record Run(IReadOnlyList<Outcome<Decided>> Results, Undo? Undo);
}
