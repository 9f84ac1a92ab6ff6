using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Timeline;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// Has all items that match done now, or takes them off, as one act: asked for once, in the audit log once, done in parts in the background with
/// the place it has come to in the same transaction. It may be killed anywhere and goes on from there.
/// </summary>
/// <remarks>It goes from the newest to the oldest by a place, so that what fails again meanwhile is not met twice.</remarks>
public sealed class SettleMany(NpgsqlDataSource database, WorkSignal signal, AuditLog audit, TimeProvider time) : IWork
{
    private const int Part = 500;

    /// <summary>Parts in one transaction.</summary>
    private const int Parts = 4;

    /// <inheritdoc />
    public WorkKind Kind => WorkKind.SettleItems;

    /// <inheritdoc />
    public int BatchSize => 1;

    /// <summary>Asks for it; returns how many there are.</summary>
    public async Task<long> AskAsync(
        QueueFilter filter,
        Settlement settlement,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        // What comes in later is not meant.
        var meant = filter with
        {
            To = filter.To is { } to && to < now ? to : now.AddMicroseconds(1),
        };
        var words = Language.En.In(filter.ToWords);
        var total = await new QueueSearch(database).CountAsync(meant, int.MaxValue, cancellation);
        if (total == 0)
            return 0;
        var act = Guid.CreateVersion7(now);
        await using var batch = database.CreateBatch();
        batch.Add(
            """
            insert into queue_acts (id, settlement, filter, words, asked_by, asked_by_name, asked_at, total)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            Sql.Value(act),
            Sql.Value(settlement.ToWire()),
            Sql.Value(meant.ToJson()),
            Sql.Value(words),
            Sql.Value(by.Id),
            Sql.Value(by.FullName),
            Sql.Value(now),
            Sql.Value(total)
        );
        batch.Queue(new NewWork(WorkKind.SettleItems, act, now));
        audit.Write(
            batch,
            AuditKind.QueueSettled,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(settlement == Settlement.Retry ? "had tried again" : "took off")} {total:N0}: {words}"
            ),
            $"act:{act}",
            by: by
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        signal.Poke(WorkKind.SettleItems.ToWire());
        return total;
    }

    /// <summary>Stops it; what is settled stays so. False when there is nothing to stop.</summary>
    public async Task<bool> StopAsync(Guid act, CurrentUser by, CancellationToken cancellation)
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var words = await connection.QueryOneAsync<string>(
            "update queue_acts set finished_at = $2, stopped_by = $3 where id = $1 and finished_at is null returning words",
            cancellation,
            Sql.Value(act),
            Sql.Value(now),
            Sql.Value(by.FullName)
        );
        if (words is null)
            return false;
        await using var batch = connection.CreateBatch();
        audit.Write(batch, AuditKind.QueueSettled, $"stopped the act on {words}", $"act:{act}", by: by);
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private sealed record Act(
        string Settlement,
        string Filter,
        Guid AskedBy,
        string? UserName,
        string? Role,
        string AskedByName,
        DateTimeOffset? LastAt,
        Guid? LastId
    );

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        var item = turn.Items[0];
        var act = await turn.Connection.QueryOneAsync<Act>(
            """
            select settlement, filter, asked_by, user_name, role, asked_by_name, last_at, last_id
            from queue_acts left join users on users.id = asked_by
            where queue_acts.id = $1 and finished_at is null for update of queue_acts
            """,
            cancellation,
            Sql.Value(item.Subject)
        );
        if (act is null)
            return; // stopped
        var place = act is { LastAt: { } at, LastId: { } id } ? new QueuePlace(at, id) : QueuePlace.First;
        var (done, isOver) = (0, false);
        for (var part = 0; part < Parts && !isOver; part++)
        {
            var next = await QueueSearch.NextAsync(
                turn.Connection,
                QueueFilter.FromJson(act.Filter),
                place,
                Part,
                cancellation
            );
            isOver = next.Count < Part;
            done += await SettleAsync(turn, act, next, cancellation);
            if (next is [.., var last])
                place = new(last.CreatedAt, last.Id);
        }

        await using var batch = turn.Connection.CreateBatch();
        batch.Add(
            "update queue_acts set done = done + $2, last_at = $3, last_id = $4, finished_at = $5 where id = $1",
            Sql.Value(item.Subject),
            Sql.Value(done),
            Sql.Value(place.At),
            Sql.Value(place.Id),
            Sql.Value(isOver ? turn.Now : (DateTimeOffset?)null)
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        if (!isOver)
            turn.NotYet(item, TimeSpan.Zero, "The rest follows.");
    }

    private static async Task<int> SettleAsync(
        WorkTurn turn,
        Act act,
        List<QueueSearch.Place> items,
        CancellationToken cancellation
    )
    {
        var settlement = WireName.Parse<Settlement>(act.Settlement);
        var by = act is { UserName: { } name, Role: { } role }
            ? Actor.Of(new CurrentUser(act.AskedBy, name, act.AskedByName, WireName.Parse<Role>(role)))
            : Actor.Anteroom;
        var done = 0;
        foreach (var queue in items.GroupBy(each => each.Queue, StringComparer.Ordinal))
        {
            var settled = await SettleItems.RunAsync(
                turn.Connection,
                queue.Key,
                [.. queue.Where(each => each.Id != turn.Items[0].Id).Select(each => each.Id)],
                settlement,
                by,
                turn.Now,
                cancellation
            );
            done += settled.Count;
            turn.Changed.UnionWith(settled.Leads);
            if (settlement == Settlement.Retry)
                turn.Pokes.UnionWith(queue.Key == QueueName.Work ? settled.Kinds : [queue.Key]);
        }

        return done;
    }
}
