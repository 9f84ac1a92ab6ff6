using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What every action on a selection of leads shares; a few statements, however many leads.</summary>
internal static class SelectionSql
{
    /// <summary>Leads that can be changed at once, at most.</summary>
    public const int Most = 1_000;

    /// <summary>Locks the leads that <paramref name="by"/> may see until the current transaction ends; one statement.</summary>
    public static Task<List<Lead>> HoldAsync(
        this AnteroomDb db,
        LeadsInSight inSight,
        LeadSelection selection,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        // In order, so that two users with the same leads wait for each other instead of deadlocking.
        var held = selection.Id is { } id
            ? db.Leads.FromSql($"select *, xmin from leads where id = {id} for no key update")
            : db.Leads.FromSql(
                $"select *, xmin from leads where number = any ({selection.Numbers.ToArray()}) order by number for no key update"
            );
        return inSight
            .Of(by, held)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .OrderBy(lead => lead.Number)
            .ToListAsync(cancellation);
    }

    /// <summary>The active ones among these users; no statement when there are none.</summary>
    public static async Task<Dictionary<Guid, User>> ActiveUsersAsync(
        this AnteroomDb db,
        IEnumerable<Guid?> ids,
        CancellationToken cancellation
    )
    {
        Guid[] wanted = [.. ids.OfType<Guid>().Distinct()];
        return wanted.Length == 0
            ? []
            : await db
                .Users.AsNoTracking()
                .Where(user => wanted.Contains(user.Id) && user.Active)
                .ToDictionaryAsync(user => user.Id, cancellation);
    }

    /// <summary>A batch within the current transaction of <paramref name="db"/>.</summary>
    public static NpgsqlBatch Batch(this AnteroomDb db)
    {
        var transaction = (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        return new NpgsqlBatch(transaction.Connection, transaction);
    }

    /// <summary>Adds an audit entry about what was done to the leads; nothing for no leads.</summary>
    /// <param name="audit">The log.</param>
    /// <param name="batch">In the transaction of the change.</param>
    /// <param name="what">A sentence without its subject: <c>assigned to Ana</c>.</param>
    /// <param name="numbers">To which leads.</param>
    /// <param name="by">Who; null for Anteroom itself.</param>
    public static void LeadsChanged(
        this AuditLog audit,
        NpgsqlBatch batch,
        string what,
        IReadOnlyCollection<long> numbers,
        CurrentUser? by
    )
    {
        if (numbers.Count > 0)
            audit.Write(
                batch,
                AuditKind.LeadsChanged,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}, {numbers.Count:N0} {(numbers.Count == 1 ? "lead" : "leads")}: {string.Join(", ", numbers)}"
                ),
                numbers.Count == 1 ? string.Create(CultureInfo.InvariantCulture, $"lead:{numbers.First()}") : "leads",
                by: by
            );
    }

    /// <summary>Stores what undo needs.</summary>
    public static void Keep(this NpgsqlBatch batch, Undo undo) =>
        batch.Add(
            """
            insert into undos (id, user_id, kind, became, at, leads, changed, left_out)
            values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb)
            """,
            Sql.Value(undo.Id),
            Sql.Value(undo.UserId),
            Sql.Value(undo.Kind.ToWire()),
            Sql.Value(undo.Became),
            Sql.Value(undo.At),
            Sql.Value(undo.Leads),
            Sql.Value(undo.Changed),
            Sql.Value(undo.LeftOut)
        );

    /// <summary>Counts leads that were skipped for a reason.</summary>
    public static void Count(this Dictionary<string, int> leftOut, LeftOut reason, int leads = 1)
    {
        if (leads > 0)
            leftOut[reason.ToWire()] = leftOut.GetValueOrDefault(reason.ToWire()) + leads;
    }

    /// <summary>Runs the statements of <see cref="LeadWriter"/> and updates the leads' versions.</summary>
    public static async Task WriteAsync(
        this NpgsqlBatch batch,
        IReadOnlyList<ChangedLead> leads,
        CancellationToken cancellation
    )
    {
        var byId = leads.ToDictionary(each => each.Lead.Id, each => each.Lead);
        foreach (var (id, xmin) in await batch.RowsAsync<Written>(cancellation))
            byId[id].Version = xmin;
    }

    private sealed record Written(Guid Id, uint Xmin);
}
