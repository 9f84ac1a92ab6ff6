using Anteroom.Data;
using Npgsql;

namespace Anteroom.Work;

/// <summary>
/// Takes work out of the queue and writes down what became of it. A claim is a lease with a token of its own: who comes too
/// late (the lease ran out, somebody else has the work) changes nothing.
/// </summary>
public sealed class WorkClaims(NpgsqlDataSource database, Claims claims, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The queue as <see cref="Claims"/> knows it.</summary>
    internal static readonly ClaimTable Table = new("work", WorkState.Working.ToWire(), "kind");

    /// <summary>Claims up to <paramref name="count"/> items that are due, and as many whose lease has run out.</summary>
    public async Task<IReadOnlyList<WorkItem>> ClaimAsync(
        WorkKind kind,
        int count,
        TimeSpan lease,
        CancellationToken cancellation
    )
    {
        await using var command = claims.Command(
            Table,
            kind.ToWire(),
            "work.id, subject, attempts, next_attempt_at, created_at, claim, leased_until",
            count,
            lease
        );
        var claimed = new List<WorkItem>(count);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            claimed.Add(
                new WorkItem
                {
                    Id = reader.GetGuid(0),
                    Kind = kind,
                    Subject = reader.GetGuid(1),
                    State = WorkState.Working,
                    Attempts = reader.GetInt32(2),
                    NextAttemptAt = reader.GetFieldValue<DateTimeOffset>(3),
                    CreatedAt = reader.GetFieldValue<DateTimeOffset>(4),
                    Claim = reader.GetGuid(5),
                    LeasedUntil = reader.GetFieldValue<DateTimeOffset>(6),
                }
            );
        // Oldest first, also within a batch.
        claimed.Sort((a, b) => (a.CreatedAt, a.Id).CompareTo((b.CreatedAt, b.Id)));
        return claimed;
    }

    /// <summary>Keeps them for as long as they are worked on.</summary>
    internal Lease Hold(IReadOnlyList<WorkItem> items, TimeSpan lease) =>
        claims.Hold(Table, items[0].Claim!.Value, items[0].LeasedUntil!.Value, lease);

    /// <summary>Ends the turn's items in its transaction.</summary>
    /// <returns>False when a claim is not held anymore: the transaction must be undone.</returns>
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
        foreach (var (item, delay, why) in turn.Postponed)
            batch.Add(
                """
                update work set state = 'queued', next_attempt_at = $3, last_error = $4, attempts = attempts - 1,
                    claim = null, claimed_by = null, leased_until = null
                where id = $1 and claim = $2
                """,
                Sql.Value(item.Id),
                Sql.Value(claim),
                Sql.Value(now + delay),
                Sql.Value(why)
            );
        return await batch.ExecuteNonQueryAsync(cancellation) == turn.Items.Count;
    }

    /// <summary>Queues it again for later, or gives it up (<paramref name="delay"/> null).</summary>
    public async Task FailedAsync(WorkItem item, string error, TimeSpan? delay)
    {
        await using var command = database.CreateCommand(
            """
            update work set state = $3, next_attempt_at = $4, last_error = $5, claim = null, claimed_by = null, leased_until = null
            where id = $1 and claim = $2
            """
        );
        command.Parameters.Add(Sql.Value(item.Id));
        command.Parameters.Add(Sql.Value(item.Claim!.Value));
        command.Parameters.Add(Sql.Value((delay is null ? WorkState.Failed : WorkState.Queued).ToWire()));
        command.Parameters.Add(Sql.Value(time.GetUtcNow() + (delay ?? TimeSpan.Zero)));
        command.Parameters.Add(Sql.Value(error));
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>
    /// Gives back what was claimed and is not done; that counts as no try. When the database is away, as soon as it is back, as long as
    /// the lease lasts.
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
