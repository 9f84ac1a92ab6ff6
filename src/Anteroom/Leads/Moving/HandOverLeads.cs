using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Outreach;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Gives many leads to one user, or takes them from whoever has them, in one transaction; those concerned are told.</summary>
public sealed class HandOverLeads(
    AnteroomDb db,
    LeadsInSight inSight,
    Handover handover,
    WorkSignal signal,
    Changes changes,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Gives them out.</summary>
    /// <param name="numbers">Which; at most <see cref="LeadFilter.MostNumbers"/>.</param>
    /// <param name="owner">To whom; null for nobody.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    /// <returns>Null, and nothing changed, when there is no active user of that id.</returns>
    public async Task<DoneTogether?> RunAsync(
        IReadOnlyList<long> numbers,
        Guid? owner,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Who gives out leads waits for whoever else is doing so, as Anteroom itself.
        await AttorneysAtWork.LockAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellation);
        var leads = await db.HoldAsync(inSight, numbers, by, cancellation);
        var people = await PeopleAsync(leads.Select(lead => lead.AssignedTo).Append(owner), cancellation);
        if (owner is { } id && !people.ContainsKey(id))
            return null;

        var leftOut = new Dictionary<string, int>(StringComparer.Ordinal);
        leftOut.Count(LeftOut.NotFound, numbers.Count - leads.Count);
        leftOut.Count(LeftOut.AlreadySo, leads.RemoveAll(lead => lead.AssignedTo == owner));
        leftOut.Count(LeftOut.BeingWelcomed, leads.RemoveAll(lead => lead.IsBeingWelcomed(now)));
        var undo = Undo.Of(
            UndoKind.Assignment,
            owner is { } to ? people[to].FullName : null,
            [.. leads.Select(LeadBefore.Of)],
            leftOut,
            by,
            now
        );
        await using (var batch = db.Batch())
        {
            if (leads.Count > 0)
                Add(batch, [.. leads.Select(lead => (lead, owner))], people, "", by, now);
            batch.Keep(undo);
            audit.Tell(
                batch,
                undo.Became is { } name ? $"assigned to {name}" : "took from their owners",
                [.. leads.Select(lead => lead.Number)],
                by
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        changes.Tell(leads.Select(lead => lead.Number));
        return undo.ToDone();
    }

    /// <summary>Adds the change of owners, the lines of the timelines, and what goes with a new owner.</summary>
    internal void Add(
        NpgsqlBatch batch,
        IReadOnlyList<(Lead Lead, Guid? Owner)> changes,
        Dictionary<Guid, User> people,
        string why,
        CurrentUser by,
        DateTimeOffset now
    )
    {
        batch.Add(
            """
            update leads set assigned_to = line.owner, assigned_at = case when line.owner is null then null else $3 end, updated_at = $3
            from unnest($1, $2) as line (id, owner) where leads.id = line.id
            """,
            Sql.Value(changes.Select(change => change.Lead.Id).ToArray()),
            Sql.Value(changes.Select(change => change.Owner).ToArray()),
            Sql.Value(now)
        );
        batch.Add(
            "update users set last_assigned_at = $2 where id = any ($1)",
            Sql.Value(changes.Select(change => change.Owner).OfType<Guid>().Distinct().ToArray()),
            Sql.Value(now)
        );
        batch.Tell(
            "assigned",
            [
                .. changes.Select(change =>
                    (
                        change.Lead.Id,
                        (
                            Find(change.Owner) is { } owner
                                ? $"assigned this lead to {owner.FullName}"
                                : "took this lead from its owner"
                        ) + why
                    )
                ),
            ],
            by,
            now
        );
        var actor = new Person(by.Id, by.FullName, Email: null);
        foreach (var (lead, owner) in changes)
            handover.Add(batch, lead.Brief(), Person.Of(Find(lead.AssignedTo)), Person.Of(Find(owner)), actor, now);

        User? Find(Guid? id) => people.GetValueOrDefault(id ?? Guid.Empty);
    }

    /// <summary>Those of the users who are active.</summary>
    internal Task<Dictionary<Guid, User>> PeopleAsync(IEnumerable<Guid?> ids, CancellationToken cancellation)
    {
        Guid[] wanted = [.. ids.OfType<Guid>().Distinct()];
        return db
            .Users.AsNoTracking()
            .Where(user => wanted.Contains(user.Id) && user.Active)
            .ToDictionaryAsync(user => user.Id, cancellation);
    }
}
