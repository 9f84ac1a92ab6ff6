using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Leads that have changed since a place in the log, as they are now: for programs that keep a copy of what their user may see.
/// </summary>
/// <remarks>
/// Reads only what transactions wrote that began to write before the oldest one that is open (<c>pg_snapshot_xmin</c>), so nothing can
/// appear behind a place that was given out. Leads are read after the log, so they are at least as new as it. A change that shows already
/// and is beyond that limit comes once more.
/// </remarks>
public sealed class ChangeFeed(AnteroomDb db, NpgsqlDataSource database, LeadsInSight inSight)
{
    // Before an instant somebody may have written what was committed after it.
    private const int MinutesBefore = 10;

    private const string Settled = "transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    private sealed record Place(long TransactionId, long Number, DateTimeOffset At);

    private sealed record Row(
        long? TransactionId,
        long? Number,
        Guid? LeadId,
        bool? WasListed,
        Guid? HadOwner,
        DateTimeOffset? At
    );

    /// <summary>The place where everything that happens from now on comes after.</summary>
    public async Task<FeedCursor> NowAsync(CurrentUser user, CancellationToken cancellation)
    {
        var newest =
            await database.QueryOneAsync<Place>(
                $"select transaction_id, number, at from lead_changes where {Settled} order by 1 desc, 2 desc limit 1",
                cancellation
            )
            // A restored backup brings no log: the place before everything, which is otherwise made with the table.
            ?? await database.QueryOneAsync<Place>(
                """
                insert into lead_changes values (0, 0, '00000000-0000-0000-0000-000000000000', false, null, clock_timestamp())
                on conflict (transaction_id, number) do update set number = 0 returning transaction_id, number, at
                """,
                cancellation
            );
        return Cursor(newest!, user);
    }

    /// <summary>The place where everything since <paramref name="instant"/> comes after, and some of before; null when the log begins later.</summary>
    public async Task<FeedCursor?> SinceAsync(DateTimeOffset instant, CurrentUser user, CancellationToken cancellation)
    {
        var place = await database.QueryOneAsync<Place>(
            $"""
            with since as materialized (
                select transaction_id, number from lead_changes where at >= $1 order by 1, 2 limit 1)
            select transaction_id, number, at from lead_changes
            where {Settled} and (transaction_id, number) < (
                coalesce((select transaction_id from since), {long.MaxValue}), coalesce((select number from since), 0))
            order by 1 desc, 2 desc limit 1
            """,
            cancellation,
            Sql.Value(instant.AddMinutes(-MinutesBefore))
        );
        return place is null ? null : Cursor(place, user);
    }

    /// <summary>What comes after <paramref name="since"/>; null when it is no place of this log and this user's sight.</summary>
    /// <param name="since">Where to start.</param>
    /// <param name="limit">Changes at most; several of one lead become one entry.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<FeedPage?> ReadAsync(
        FeedCursor since,
        int limit,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        if (since.Sight != Sight(user))
            return null;
        var rows = await database.QueryAsync<Row>(
            $"""
            select later.transaction_id, later.number, later.lead_id, later.was_listed, later.had_owner, later.at
            from (select from lead_changes where transaction_id = $1 and number = $2 and at = $3) known
            left join lateral (
                select * from lead_changes where (transaction_id, number) > ($1, $2) and {Settled}
                order by transaction_id, number limit $4) later on true
            order by 1, 2
            """,
            cancellation,
            Sql.Value(since.TransactionId),
            Sql.Value(since.Number),
            Sql.Value(since.At),
            Sql.Value(limit)
        );
        if (rows.Count == 0)
            return null;
        if (rows[^1] is not { TransactionId: { } transaction, Number: { } number, At: { } at })
            return new FeedPage([], since, More: false);
        return new FeedPage(
            await EntriesAsync(rows, user, cancellation),
            Cursor(new Place(transaction, number, at), user),
            More: rows.Count == limit
        );
    }

    private async Task<IReadOnlyList<FeedEntry>> EntriesAsync(
        List<Row> rows,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var ids = rows.Select(row => row.LeadId!.Value).Distinct().ToList();
        var there = await inSight
            .Of(user)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .Where(lead => ids.Contains(lead.Id))
            .ToDictionaryAsync(lead => lead.Id, cancellation);
        // Of those that are out of sight, only the ones that the reader can have seen.
        var gone = rows.Where(row => !there.ContainsKey(row.LeadId!.Value) && CanHaveSeen(row, user))
            .Select(row => row.LeadId!.Value)
            .ToHashSet();
        var became = gone.Count == 0 ? [] : await BecameAsync(gone, user, cancellation);
        return
        [
            .. rows.Reverse<Row>()
                .DistinctBy(row => row.LeadId)
                .Reverse()
                .Select(row => (Id: row.LeadId!.Value, Number: row.Number!.Value))
                .Where(row => there.ContainsKey(row.Id) || gone.Contains(row.Id))
                .Select(row => Entry(row.Id, row.Number)),
        ];

        FeedEntry Entry(Guid id, long number)
        {
            if (there.TryGetValue(id, out var lead))
                return new FeedEntry(id, number, FeedKind.Changed, lead, MergedInto: null);
            var (kind, into) = became.GetValueOrDefault(id, (FeedKind.Erased, null));
            return new FeedEntry(id, number, kind, Lead: null, into);
        }
    }

    /// <summary>What became of leads that the reader cannot see; those that are not in it were erased.</summary>
    private async Task<Dictionary<Guid, (FeedKind Kind, Guid? Into)>> BecameAsync(
        HashSet<Guid> ids,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var became = await db
            .Leads.IgnoreQueryFilters([LeadConfiguration.Trash])
            .Where(lead => ids.Contains(lead.Id))
            .Select(lead => new { lead.Id, lead.DeletedAt })
            .ToDictionaryAsync(
                lead => lead.Id,
                lead => (lead.DeletedAt is null ? FeedKind.OutOfSight : FeedKind.Trashed, (Guid?)null),
                cancellation
            );
        var visible = inSight.Of(user).Select(lead => lead.Id);
        var merged = await db
            .MergedLeads.Where(lead => ids.Contains(lead.Id))
            .Select(lead => new { lead.Id, Into = visible.Contains(lead.IntoId) ? lead.IntoId : (Guid?)null })
            .ToListAsync(cancellation);
        foreach (var lead in merged)
            became[lead.Id] = (FeedKind.Merged, lead.Into);
        return became;
    }

    private bool CanHaveSeen(Row change, CurrentUser user) =>
        !inSight.IsRestricted(user)
        || (change.WasListed == true && (change.HadOwner is null || change.HadOwner == user.Id));

    private FeedCursor Cursor(Place place, CurrentUser user) =>
        new(place.TransactionId, place.Number, place.At, Sight(user));

    private Guid Sight(CurrentUser user) => inSight.IsRestricted(user) ? user.Id : Guid.Empty;
}
