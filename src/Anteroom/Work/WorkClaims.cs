using Anteroom.Data;
using Npgsql;

namespace Anteroom.Work;

/// <summary>
/// Claims work and records its results. A claim is a lease with its own token: a worker that is too late (the lease ran out, another
/// has the work) changes nothing.
/// </summary>
public sealed class WorkClaims(NpgsqlDataSource database, Claims claims, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The queue as <see cref="Claims"/> knows it.</summary>
    internal static readonly ClaimTable Table = new("work", WorkState.Working.ToWire(), "kind") { Queue = "'work'" };

    /// <summary>Claims up to <paramref name="count"/> due items, and as many again whose lease has run out.</summary>
    public async Task<IReadOnlyList<WorkItem>> ClaimAsync(
        WorkKind kind,
        int count,
        TimeSpan lease,
        CancellationToken cancellation
    )
    {
        var rows = await claims.ClaimAsync<ClaimedRow>(
            Table,
            kind.ToWire(),
            "work.id, subject, attempts, next_attempt_at, created_at, claim, leased_until, trace",
            count,
            lease,
            cancellation
        );
        // Oldest first, also within a batch.
        return
        [
            .. rows.OrderBy(row => row.CreatedAt)
                .ThenBy(row => row.Id)
                .Select(row => new WorkItem
                {
                    Id = row.Id,
                    Kind = kind,
                    Subject = row.Subject,
                    State = WorkState.Working,
                    Attempts = row.Attempts,
                    NextAttemptAt = row.NextAttemptAt,
                    CreatedAt = row.CreatedAt,
                    Claim = row.Claim,
                    LeasedUntil = row.LeasedUntil,
                    Trace = row.Trace,
                }),
        ];
    }

    /// <summary>Keeps them for as long as they are worked on.</summary>
    internal Lease Hold(IReadOnlyList<WorkItem> items, TimeSpan lease) =>
        claims.Hold(Table, items[0].Claim!.Value, items[0].LeasedUntil!.Value, lease);

    private sealed record ClaimedRow(
        Guid Id,
        Guid Subject,
        int Attempts,
        DateTimeOffset NextAttemptAt,
        DateTimeOffset CreatedAt,
        Guid Claim,
        DateTimeOffset LeasedUntil,
        string? Trace
    );

    /// <summary>Ends the turn's items in its transaction.</summary>
    /// <returns>False when a claim no longer holds: roll back.</returns>
    public async Task<bool> EndAsync(WorkTurn turn, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var claim = turn.Items[0].Claim!.Value;
        await using var batch = turn.Connection.CreateBatch();
        var done = turn.Done.Select(item => item.Id).ToArray();
        if (done.Length > 0)
            batch.Add(
                """
                update work set state = 'done', finished_at = $3, last_error = null, claim = null, claimed_by = null, leased_until = null
                where id = any ($1) and claim = $2
                """,
                Sql.Value(done),
                Sql.Value(claim),
                Sql.Value(now)
            );
        var postponed = turn.Postponed.ToArray();
        if (postponed.Length > 0)
            batch.Add(
                """
                update work set state = 'queued', next_attempt_at = line.until, last_error = line.why, attempts = attempts - 1,
                    claim = null, claimed_by = null, leased_until = null
                from unnest($1, $3, $4) as line (id, until, why) where work.id = line.id and claim = $2
                """,
                Sql.Value(Array.ConvertAll(postponed, each => each.Item.Id)),
                Sql.Value(claim),
                Sql.Value(Array.ConvertAll(postponed, each => now + each.Delay)),
                Sql.Value(Array.ConvertAll(postponed, each => each.Why))
            );
        var hopeless = turn.Hopeless.ToArray();
        if (hopeless.Length > 0)
            batch.Add(
                $"""
                update work set state = 'failed', last_error = line.why, tries = {Table.WithTry(
                    "$4",
                    "line.why"
                )}, claim = null, claimed_by = null, leased_until = null
                from unnest($1, $3) as line (id, why) where work.id = line.id and claim = $2
                """,
                Sql.Value(Array.ConvertAll(hopeless, each => each.Item.Id)),
                Sql.Value(claim),
                Sql.Value(Array.ConvertAll(hopeless, each => each.Why)),
                Sql.Value(now)
            );
        return await batch.ExecuteNonQueryAsync(cancellation) == turn.Items.Count;
    }

    /// <summary>Schedules a retry, or gives up when <paramref name="delay"/> is null.</summary>
    public async Task FailedAsync(WorkItem item, string error, TimeSpan? delay)
    {
        await using var command = database.CreateCommand(
            $"""
            update work set state = $3, next_attempt_at = $4, last_error = $5, tries = {Table.WithTry("$6", "$5")},
                claim = null, claimed_by = null, leased_until = null
            where id = $1 and claim = $2
            """
        );
        command.Parameters.Add(Sql.Value(item.Id));
        command.Parameters.Add(Sql.Value(item.Claim!.Value));
        command.Parameters.Add(Sql.Value((delay is null ? WorkState.Failed : WorkState.Queued).ToWire()));
        var now = time.GetUtcNow();
        command.Parameters.Add(Sql.Value(now + (delay ?? TimeSpan.Zero)));
        command.Parameters.Add(Sql.Value(error));
        command.Parameters.Add(Sql.Value(now));
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>
    /// Gives back what was claimed but not done; it does not count as a try. If the database is down, keeps trying until the lease ends.
    /// </summary>
    public async Task GiveBackAsync(IReadOnlyList<WorkItem> items)
    {
        while (true)
        {
            try
            {
                await using var command = database.CreateCommand(
                    """
                    update work set state = 'queued', attempts = attempts - 1, claim = null, claimed_by = null, leased_until = null
                    where id = any ($1) and claim = $2
                    """
                );
                command.Parameters.Add(Sql.Value(items.Select(item => item.Id).ToArray()));
                command.Parameters.Add(Sql.Value(items[0].Claim!.Value));
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                return;
            }
            catch (Exception error) when (Sql.IsPassing(error) && time.GetUtcNow() < items[0].LeasedUntil)
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
