using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// A table that is a queue: it has <c>id</c>, <c>state</c> (<c>queued</c> while it waits), <c>attempts</c>, <c>next_attempt_at</c>,
/// <c>claim</c>, <c>claimed_by</c> and <c>leased_until</c>, with partial indexes for what is due and for what is claimed.
/// </summary>
/// <param name="Name">Of the table.</param>
/// <param name="Claimed">The state of a row that a worker has.</param>
/// <param name="Lane">The column that says whose a row is: each of its values has workers of its own.</param>
public sealed record ClaimTable(string Name, string Claimed, string Lane)
{
    /// <summary>SQL for the name of the queue in <c>queue_controls</c>: a word in quotes, or <see cref="Lane"/>.</summary>
    public required string Queue { get; init; }

    /// <summary>SQL, true when nobody has paused or limited the row's kind.</summary>
    internal string IsFree =>
        $"not exists (select from queue_controls control where control.queue = {Queue} and control.kind = {Name}.kind)";

    /// <summary>SQL for <c>tries</c> with one more: what the row says of the claim it had, and what became of it.</summary>
    /// <param name="now">SQL for the instant.</param>
    /// <param name="error">SQL for the error.</param>
    internal string WithTry(string now, string error) =>
        $"with_try({Name}.tries, jsonb_build_object('try', {Name}.attempts, 'at', {now}, 'node', {Name}.claimed_by, 'error', left({error}, 1000)))";
}

/// <summary>
/// How rows that wait are claimed, in every table that is a queue. A claim has a token of its own (the fence), names its node, and is a
/// lease (<see cref="Lease"/>). What a node held that died is freed by the others at once (<see cref="FreeDeadClaims"/>); the lease is the
/// second net, for one that lives and no longer moves.
/// </summary>
public sealed class Claims(NpgsqlDataSource database, Node node, TimeProvider time)
{
    private const string LeaseRanOut = "'The lease ran out: whoever had it no longer moves.'";

    /// <summary>Keeps what was claimed for as long as it is worked on.</summary>
    internal Lease Hold(ClaimTable table, Guid claim, DateTimeOffset until, TimeSpan lease) =>
        new(database, table, (claim, until), lease, time);

    /// <summary>Claims rows that are due, and as many whose lease has run out; rows that another worker is just claiming are skipped.</summary>
    /// <remarks>
    /// Leases run out while the database is away, too, and what was done meanwhile is not written down yet. So this node's own rows are left
    /// to it for long, and everybody's for a moment after the server has started.
    /// Of a kind that is paused nothing is claimed. Of one with a limit as many as its bucket has: it fills up evenly, to what comes in ten
    /// seconds, and whoever claims locks it, so that the limit holds for all nodes together.
    /// </remarks>
    /// <param name="table">The queue.</param>
    /// <param name="lane">Only rows of this lane.</param>
    /// <param name="returning">What to read of the rows that were claimed.</param>
    /// <param name="count">How many of each at the most.</param>
    /// <param name="lease">How long they are the worker's.</param>
    /// <param name="cancellation">Stops.</param>
    internal async Task<List<TRow>> ClaimAsync<TRow>(
        ClaimTable table,
        string lane,
        string returning,
        int count,
        TimeSpan lease,
        CancellationToken cancellation
    )
    {
        var now = time.GetUtcNow();
        await using var batch = database.CreateBatch();
        batch.ByIndex();
        batch.Add(
            $"""
            with waiting as materialized (
                select id from {table.Name} where {table.Lane} = $5 and state = 'queued' and next_attempt_at <= $3 and {table.IsFree}
                order by next_attempt_at limit $4 for update skip locked
            ), limits as materialized (
                select queue, kind, least(greatest(per_minute / 6.0, 1),
                    tokens + per_minute * greatest(extract(epoch from $3 - tokens_at), 0)::float8 / 60) tokens
                from queue_controls control
                where queue = {table.Queue.Replace(
                table.Lane,
                "$5",
                StringComparison.Ordinal
            )} and paused_at is null and per_minute is not null{(table.Lane is "kind" ? " and kind = $5" : "")}
                for update
            ), metered as materialized (
                select due.id, limits.kind from limits cross join lateral (
                    select id from {table.Name} where {table.Lane} = $5 and {table.Name}.kind = limits.kind and state = 'queued'
                        and next_attempt_at <= $3 order by next_attempt_at limit least(floor(limits.tokens), $4) for update skip locked
                ) due
            ), spent as (
                update queue_controls control set tokens = limits.tokens - (select count(*) from metered where metered.kind = limits.kind),
                    tokens_at = $3
                from limits where control.queue = limits.queue and control.kind = limits.kind
            ), abandoned as materialized (
                select id from {table.Name} where {table.Lane} = $5 and state = '{table.Claimed}' and leased_until <= $3
                    and (claimed_by is distinct from $6 or leased_until <= $3 - interval '10 minutes')
                    and pg_postmaster_start_time() < now() - interval '5 seconds' and {table.IsFree}
                order by leased_until limit $4 for update skip locked
            )
            update {table.Name} set state = '{table.Claimed}', attempts = attempts + 1, claim = $1, claimed_by = $6, ran_on = $6,
                leased_until = $2, tries = case state when 'queued' then tries else {table.WithTry(
                "$3",
                LeaseRanOut
            )} end
            from (select id from waiting union all select id from metered union all select id from abandoned) due where {table.Name}.id = due.id
            returning {returning}
            """,
            Sql.Value(Guid.CreateVersion7(now)),
            Sql.Value(now + lease),
            Sql.Value(now),
            Sql.Value(count),
            Sql.Value(lane),
            Sql.Value(node.Id)
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation); // that of ByIndex
        return await reader.ReadAllAsync<TRow>(cancellation);
    }
}
