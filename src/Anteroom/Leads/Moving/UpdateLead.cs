using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What to change of a lead; null leaves a thing as it is.</summary>
public sealed record LeadChange
{
    /// <summary>The status to move to.</summary>
    public LeadStatus? Status { get; init; }

    /// <summary>Who made the first contact, when it is not who changes the lead. Only with a status past <c>registered</c>.</summary>
    public Guid? ReachedOutBy { get; init; }

    /// <summary>Whether the owner changes.</summary>
    public bool Assigns { get; init; }

    /// <summary>The new owner; null takes the lead from whoever has it. Counts when <see cref="Assigns"/>.</summary>
    public Guid? AssignedTo { get; init; }
}

/// <summary>What became of a change.</summary>
public abstract record UpdateLeadResult
{
    private UpdateLeadResult() { }

    /// <summary>Done, or nothing was left to do; the lead as it is now.</summary>
    public sealed record Updated(Lead Lead) : UpdateLeadResult;

    /// <summary>Nothing was changed; the fields that are wrong.</summary>
    public sealed record Invalid(FieldErrors Errors) : UpdateLeadResult;

    /// <summary>The rules do not allow the move.</summary>
    public sealed record NotAllowed(LeadStatus From, LeadStatus To) : UpdateLeadResult;

    /// <summary>The lead is not any more what the caller has seen; nothing was overwritten.</summary>
    public sealed record ChangedMeanwhile(Lead Lead) : UpdateLeadResult;

    /// <summary>The welcome e-mail is being sent at this moment, and the mail server takes its time: try again in a few seconds.</summary>
    public sealed record BeingWelcomed : UpdateLeadResult;

    /// <summary>There is no such lead, or the user may not see it.</summary>
    public sealed record NotFound : UpdateLeadResult;
}

/// <summary>
/// Changes status and owner of a lead, with the lines of its timeline and the e-mails to those concerned, in one transaction.
/// </summary>
public sealed class UpdateLead(
    AnteroomDb db,
    LeadsInSight inSight,
    Handover handover,
    WorkSignal signal,
    Changes changes,
    TimeProvider time
)
{
    private const int Tries = 3;

    /// <summary>Changes the lead.</summary>
    /// <param name="id">Which.</param>
    /// <param name="change">What.</param>
    /// <param name="version">The <see cref="Lead.Version"/> that the caller has seen; null to not compare.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<UpdateLeadResult> RunAsync(
        Guid id,
        LeadChange change,
        uint? version,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        for (var tries = 1; ; tries++)
        {
            var result = await TryAsync(id, change, version, by, cancellation);
            if (result is not null)
                return result;
            // Somebody committed between our read and our write. Who named a version is told; others are tried again.
            db.ChangeTracker.Clear();
            if (tries == Tries)
                throw new TimeoutException($"Lead {id} is being changed by many at once.");
        }
    }

    private async Task<UpdateLeadResult?> TryAsync(
        Guid id,
        LeadChange change,
        uint? version,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        // Who gives out a lead waits for whoever else is doing so, as Anteroom itself.
        await using var transaction = change.Assigns ? await db.Database.BeginTransactionAsync(cancellation) : null;
        if (transaction is not null)
            await AttorneysAtWork.LockAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellation);

        var lead = await inSight
            .Of(by)
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(x => x.Id == id, cancellation);
        if (lead is null)
            return new UpdateLeadResult.NotFound();
        if (!await WelcomeUnderway.EndsAsync(db, lead, time, cancellation))
            return new UpdateLeadResult.BeingWelcomed();
        if (version is not null && version != lead.Version)
            return new UpdateLeadResult.ChangedMeanwhile(lead);

        var previous = lead.AssignedTo;
        var people = await PeopleAsync(change, previous, cancellation);
        if (Check(lead, change, people) is { IsEmpty: false } errors)
            return new UpdateLeadResult.Invalid(errors);

        var now = Sql.Instant(time.GetUtcNow());
        if (change.Status is { } next && next != lead.Status)
        {
            var from = lead.Status;
            if (!lead.TryMoveTo(next, change.ReachedOutBy ?? by.Id, now))
                return new UpdateLeadResult.NotAllowed(from, next);
            Tell("status_changed", $"moved this lead from {from.ToLabel()} to {next.ToLabel()}");
        }

        var handedOver = change.Assigns && lead.TryAssign(change.AssignedTo, now);
        if (handedOver)
        {
            var owner = people.GetValueOrDefault(change.AssignedTo ?? Guid.Empty);
            Tell(
                "assigned",
                owner is null ? "took this lead from its owner" : $"assigned this lead to {owner.FullName}"
            );
            if (owner is not null)
                owner.LastAssignedAt = now;
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
            if (handedOver)
                await HandOverAsync(lead, Find(previous), Find(lead.AssignedTo), by, now, cancellation);
            if (transaction is not null)
                await transaction.CommitAsync(cancellation);
            if (handedOver)
                signal.Poke(WorkSignal.Emails);
            changes.Tell(lead.Number);
            return new UpdateLeadResult.Updated(lead);
        }
        catch (DbUpdateException error) when (error.IsLeadGoneOrChanged())
        {
            return null;
        }

        User? Find(Guid? id) => people.GetValueOrDefault(id ?? Guid.Empty);

        void Tell(string kind, string summary) => db.Activities.Add(Activity.By(by, lead.Id, kind, summary, now));
    }

    private async Task HandOverAsync(
        Lead lead,
        User? from,
        User? to,
        CurrentUser by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var transaction = (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        handover.Add(
            batch,
            lead.Brief(),
            Person.Of(from),
            Person.Of(to),
            new Person(by.Id, by.FullName, Email: null),
            now
        );
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The people the change concerns, as far as they exist and are active.</summary>
    private async Task<Dictionary<Guid, User>> PeopleAsync(
        LeadChange change,
        Guid? previous,
        CancellationToken cancellation
    )
    {
        Guid[] ids =
        [
            .. new[]
            {
                change.Assigns ? change.AssignedTo : null,
                change.Assigns ? previous : null,
                change.ReachedOutBy,
            }
                .OfType<Guid>()
                .Distinct(),
        ];
        return ids.Length == 0
            ? []
            : await db
                .Users.Where(user => ids.Contains(user.Id) && user.Active)
                .ToDictionaryAsync(user => user.Id, cancellation);
    }

    private static FieldErrors Check(Lead lead, LeadChange change, Dictionary<Guid, User> people)
    {
        var errors = new FieldErrors();
        if (change.ReachedOutBy is { } who)
        {
            if (!people.ContainsKey(who))
                errors.Add("reached_out_by", "There is no active user with this id.");
            else if (change.Status is null or LeadStatus.Registered)
                errors.Add("reached_out_by", "Please send it together with the status, as reached_out.");
            else if (change.Status == lead.Status && lead.ReachedOutBy != who)
                errors.Add(
                    "reached_out_by",
                    "The first contact is recorded already. Reopen the lead to record another."
                );
        }

        if (change is { Assigns: true, AssignedTo: { } owner } && !people.ContainsKey(owner))
            errors.Add("assigned_to", "There is no active user with this id.");
        return errors;
    }
}
