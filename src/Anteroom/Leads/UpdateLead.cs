using Anteroom.Accounts;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

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

    /// <summary>There is no such lead, or the user may not see it.</summary>
    public sealed record NotFound : UpdateLeadResult;
}

/// <summary>Changes status and owner of a lead, with the lines of its timeline, in one transaction.</summary>
public sealed class UpdateLead(AnteroomDb db, LeadsInSight inSight, TimeProvider time)
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
        var lead = await inSight
            .Of(by)
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(x => x.Id == id, cancellation);
        if (lead is null)
            return new UpdateLeadResult.NotFound();
        if (version is not null && version != lead.Version)
            return new UpdateLeadResult.ChangedMeanwhile(lead);

        var people = await PeopleAsync(change, cancellation);
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

        if (change.Assigns && lead.TryAssign(change.AssignedTo, now))
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
            return new UpdateLeadResult.Updated(lead);
        }
        catch (DbUpdateConcurrencyException)
        {
            return null;
        }

        void Tell(string kind, string summary) =>
            db.Activities.Add(
                new Activity
                {
                    Id = Guid.CreateVersion7(now),
                    LeadId = lead.Id,
                    Kind = kind,
                    ActorId = by.Id,
                    Actor = by.FullName,
                    Summary = summary,
                    At = now,
                }
            );
    }

    /// <summary>The people the change names, as far as they exist and are active.</summary>
    private async Task<Dictionary<Guid, User>> PeopleAsync(LeadChange change, CancellationToken cancellation)
    {
        Guid[] ids =
        [
            .. new[] { change.Assigns ? change.AssignedTo : null, change.ReachedOutBy }.OfType<Guid>().Distinct(),
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
