using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Outreach;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>A lead after a change, and what it was before.</summary>
internal sealed record ChangedLead(LeadSnapshot Before, Lead Lead)
{
    public bool IsMoved => Before.Status != Lead.Status;

    /// <summary>Whether somebody else is known to have made the first contact than before.</summary>
    public bool IsCorrected =>
        Before.ReachedOutBy != Lead.ReachedOutBy && Before.ReachedOutAt is not null && Lead.ReachedOutAt is not null;

    public bool IsAssigned => Before.AssignedTo != Lead.AssignedTo;
}

/// <summary>
/// Writes changed statuses and owners: the rows, a line in each timeline, and what follows from a new owner. A few statements, however
/// many leads. Nothing else writes these columns of an existing lead, except a merge (<see cref="Lead.TakeOver"/>).
/// </summary>
public sealed class LeadWriter(OwnerChange ownerChange)
{
    /// <summary>The <see cref="Activity"/> kind of a new status.</summary>
    public const string Moved = "status_changed";

    /// <summary>The <see cref="Activity"/> kind of a correction of who made the first contact.</summary>
    public const string Corrected = "contact_corrected";

    /// <summary>The <see cref="Activity"/> kind of a new owner.</summary>
    public const string Assigned = "assigned";

    /// <summary>Adds the statements to the transaction that locks the leads.</summary>
    /// <param name="batch">In that transaction.</param>
    /// <param name="leads">What changed.</param>
    /// <param name="people">The owners and those who reached out, before and after, if active.</param>
    /// <param name="why">The end of each sentence in the timelines.</param>
    /// <param name="by">Who.</param>
    /// <param name="now">When.</param>
    /// <param name="welcomes">Whether new owners write the automatic welcome (<see cref="LeadChange.Welcomes"/>).</param>
    internal void Add(
        NpgsqlBatch batch,
        IReadOnlyList<ChangedLead> leads,
        IReadOnlyDictionary<Guid, User> people,
        string why,
        CurrentUser by,
        DateTimeOffset now,
        bool? welcomes = null
    )
    {
        var written = leads.Where(lead => lead.IsMoved || lead.IsCorrected).ToList();
        if (written.Count > 0)
            Statuses(batch, [.. written.Select(each => each.Lead)], now);
        var moved = written.Where(lead => lead.IsMoved).ToList();
        if (moved.Count > 0)
            batch.Record(
                Actor.Of(by),
                Moved,
                [.. moved.Select(each => (each.Lead.Id, Sentence(each.Before.Status, each.Lead.Status) + why))],
                now
            );
        var corrected = written.Where(lead => lead.IsCorrected).ToList();
        if (corrected.Count > 0)
            batch.Record(
                Actor.Of(by),
                Corrected,
                [
                    .. corrected.Select(each =>
                        (each.Lead.Id, Sentence(Find(each.Before.ReachedOutBy), Find(each.Lead.ReachedOutBy)) + why)
                    ),
                ],
                now
            );

        var assigned = leads.Where(lead => lead.IsAssigned).ToList();
        if (assigned.Count == 0)
            return;
        Owners(batch, [.. assigned.Select(each => (each.Lead.Id, each.Lead.AssignedTo))], now);
        batch.Record(
            Actor.Of(by),
            Assigned,
            [
                .. assigned.Select(each =>
                    (
                        each.Lead.Id,
                        (
                            Find(each.Lead.AssignedTo) is { } owner
                                ? $"assigned this lead to {owner.FullName}"
                                : "took this lead from its owner"
                        ) + why
                    )
                ),
            ],
            now
        );
        ownerChange.Add(
            batch,
            [
                .. assigned.Select(each =>
                    (each.Lead.Brief(), Owner.Of(Find(each.Before.AssignedTo)), Owner.Of(Find(each.Lead.AssignedTo)))
                ),
            ],
            by,
            now,
            welcomes
        );

        User? Find(Guid? id) => people.GetValueOrDefault(id ?? Guid.Empty);
    }

    /// <summary>The timeline's words for a move.</summary>
    public static string Sentence(LeadStatus from, LeadStatus to) =>
        $"moved this lead from {from.ToLabel()} to {to.ToLabel()}";

    /// <summary>The timeline's words for a correction of who made the first contact.</summary>
    private static string Sentence(User? before, User? after) =>
        $"recorded that {after?.FullName ?? "somebody else"} made the first contact"
        + (before is null ? "" : $", not {before.FullName}");

    /// <summary>The timeline's words when an email was the first contact.</summary>
    public static string ReachedOutSentence(string? inTheNameOf) =>
        $"{Sentence(LeadStatus.Registered, LeadStatus.ReachedOut)} in the name of {inTheNameOf ?? "the firm"}";

    /// <summary>
    /// The SQL counterpart of <see cref="Lead.TryMoveTo"/> for a first contact by email: an assignment list, so that many leads are one
    /// statement. Only for leads in a status of <see cref="WaitingSql"/>.
    /// </summary>
    /// <param name="by">SQL for who made the contact.</param>
    /// <param name="at">SQL for when.</param>
    internal static string ReachedOutSql(string by, string at) =>
        $"""
            status = '{LeadStatus.ReachedOut.ToWire()}', reached_out_by = {by}, reached_out_at = {at}, needs_call = false,
            welcome_until = null, updated_at = {at}
            """;

    /// <summary>The statuses of leads that <see cref="ReachedOutSql"/> may move, for SQL's <c>in (…)</c>.</summary>
    internal static string WaitingSql { get; } = LeadStatus.Sql(status => status.Stage == LeadStage.Waiting);

    /// <summary>Adds the new owners of the rows, who go to the end of the line for the next lead; also for automatic assignment.</summary>
    internal static void Owners(NpgsqlBatch batch, IReadOnlyList<(Guid Lead, Guid? Owner)> leads, DateTimeOffset now)
    {
        batch.Add(
            """
            update leads set assigned_to = line.owner, assigned_at = case when line.owner is null then null else $3 end, updated_at = $3
            from unnest($1, $2) as line (id, owner) where leads.id = line.id returning leads.id, leads.xmin
            """,
            Sql.Value(leads.Select(lead => lead.Lead).ToArray()),
            Sql.Value(leads.Select(lead => lead.Owner).ToArray()),
            Sql.Value(now)
        );
        LastAssigned.Add(batch, [.. leads.Select(lead => lead.Owner).OfType<Guid>().Distinct()], now);
    }

    private static void Statuses(NpgsqlBatch batch, Lead[] leads, DateTimeOffset now) =>
        batch.Add(
            """
            update leads set status = line.status, reached_out_by = line.reached_out_by, reached_out_at = line.reached_out_at,
                written_to_at = line.written_to_at, retained_at = line.retained_at, closed_at = line.closed_at,
                needs_call = line.needs_call, updated_at = $9
            from unnest($1, $2, $3, $4, $5, $6, $7, $8)
                as line (id, status, reached_out_by, reached_out_at, written_to_at, retained_at, closed_at, needs_call)
            where leads.id = line.id returning leads.id, leads.xmin
            """,
            Sql.Value(Array.ConvertAll(leads, lead => lead.Id)),
            Sql.Value(Array.ConvertAll(leads, lead => lead.Status.ToWire())),
            Sql.Value(Array.ConvertAll(leads, lead => lead.ReachedOutBy)),
            Sql.Value(Array.ConvertAll(leads, lead => lead.ReachedOutAt)),
            Sql.Value(Array.ConvertAll(leads, lead => lead.WrittenToAt)),
            Sql.Value(Array.ConvertAll(leads, lead => lead.RetainedAt)),
            Sql.Value(Array.ConvertAll(leads, lead => lead.ClosedAt)),
            Sql.Value(Array.ConvertAll(leads, lead => lead.NeedsCall)),
            Sql.Value(now)
        );
}
