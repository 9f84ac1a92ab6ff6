using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What every change of many leads at once needs: few statements, whatever the number of leads.</summary>
internal static class TogetherSql
{
    /// <summary>Leads that can be changed at once, at most.</summary>
    public const int Most = 1_000;

    /// <summary>The leads that <paramref name="by"/> may see, held until the end of the transaction that has begun; two statements.</summary>
    public static async Task<List<Lead>> HoldAsync(
        this AnteroomDb db,
        LeadsInSight inSight,
        IReadOnlyList<long> numbers,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        await using (var batch = db.Batch())
        {
            // In order, so that two who choose the same leads wait for each other instead of both giving up.
            batch.Add(
                "select from leads where number = any ($1) order by number for no key update",
                Sql.Value(numbers.ToArray())
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        return await inSight
            .Of(by)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .Where(lead => numbers.Contains(lead.Number))
            .OrderBy(lead => lead.Number)
            .ToListAsync(cancellation);
    }

    /// <summary>Statements within the transaction that <paramref name="db"/> has begun.</summary>
    public static NpgsqlBatch Batch(this AnteroomDb db)
    {
        var transaction = (NpgsqlTransaction)db.Database.CurrentTransaction!.GetDbTransaction();
        return new NpgsqlBatch(transaction.Connection, transaction);
    }

    /// <summary>Adds a line to each timeline.</summary>
    public static void Tell(
        this NpgsqlBatch batch,
        string kind,
        IReadOnlyList<(Guid Lead, string Summary)> lines,
        CurrentUser by,
        DateTimeOffset now
    ) =>
        batch.Add(
            """
            insert into activities (id, lead_id, kind, actor_id, actor, summary, at)
            select line.id, line.lead_id, $4, $5, $6, line.summary, $7 from unnest($1, $2, $3) as line (id, lead_id, summary)
            """,
            Sql.Value(lines.Select(_ => Guid.CreateVersion7(now)).ToArray()),
            Sql.Value(lines.Select(line => line.Lead).ToArray()),
            Sql.Value(lines.Select(line => line.Summary).ToArray()),
            Sql.Value(kind),
            Sql.Value(by.Id),
            Sql.Value(by.FullName),
            Sql.Value(now)
        );

    /// <summary>Writes into the audit log what was done to how many leads; nothing when there is none.</summary>
    public static void Tell(
        this AuditLog audit,
        NpgsqlBatch batch,
        string what,
        IReadOnlyCollection<long> numbers,
        CurrentUser by
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

    /// <summary>Keeps what is needed to take it back.</summary>
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

    /// <summary>One more left out for a reason.</summary>
    public static void Count(this Dictionary<string, int> leftOut, LeftOut reason, int leads = 1)
    {
        if (leads > 0)
            leftOut[reason.ToWire()] = leftOut.GetValueOrDefault(reason.ToWire()) + leads;
    }

    /// <summary>
    /// Writes statuses, with everything that goes with them, back into the leads; where <paramref name="at"/> is given, only into
    /// those that have not changed since. Returns the ids of those that were written.
    /// </summary>
    public static async Task<List<Guid>> WriteStatusesAsync(
        this AnteroomDb db,
        IReadOnlyList<LeadBefore> leads,
        string? became,
        DateTimeOffset? at,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var batch = db.Batch();
        batch.Add(
            """
            update leads set status = line.status, reached_out_by = line.reached_out_by, reached_out_at = line.reached_out_at,
                retained_at = line.retained_at, closed_at = line.closed_at, needs_call = line.needs_call, updated_at = $8
            from unnest($1, $2, $3, $4, $5, $6, $7)
                as line (id, status, reached_out_by, reached_out_at, retained_at, closed_at, needs_call)
            where leads.id = line.id and leads.deleted_at is null
                and ($9::timestamptz is null or (leads.updated_at = $9 and leads.status = $10))
            returning leads.id
            """,
            Sql.Value(leads.Select(lead => lead.Id).ToArray()),
            Sql.Value(leads.Select(lead => lead.Status).ToArray()),
            Sql.Value(leads.Select(lead => lead.ReachedOutBy).ToArray()),
            Sql.Value(leads.Select(lead => lead.ReachedOutAt).ToArray()),
            Sql.Value(leads.Select(lead => lead.RetainedAt).ToArray()),
            Sql.Value(leads.Select(lead => lead.ClosedAt).ToArray()),
            Sql.Value(leads.Select(lead => lead.NeedsCall).ToArray()),
            Sql.Value(now),
            Sql.Value(at),
            Sql.Value(became)
        );
        return await batch.IdsAsync(cancellation);
    }

    /// <summary>Runs statements of which one returns ids.</summary>
    public static async Task<List<Guid>> IdsAsync(this NpgsqlBatch batch, CancellationToken cancellation)
    {
        var ids = new List<Guid>();
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        do while (await reader.ReadAsync(cancellation))
            ids.Add(reader.GetGuid(0));
        while (await reader.NextResultAsync(cancellation));
        return ids;
    }
}
