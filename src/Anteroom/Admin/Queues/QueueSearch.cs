using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>An item of a queue, in a list.</summary>
/// <param name="Queue">Where.</param>
/// <param name="Id">The row.</param>
/// <param name="State">As the table has it.</param>
/// <param name="LeadNumber">The lead it is about; null for none.</param>
/// <param name="To">The address of a message; null for other work.</param>
/// <param name="Attempts">How many tries there were.</param>
/// <param name="Error">Why the last one failed, or what it waits for.</param>
/// <param name="CreatedAt">When its cause happened, UTC.</param>
/// <param name="DueAt">Not before, UTC; meaningful while it waits.</param>
public sealed record QueueItem(
    QueueName Queue,
    Guid Id,
    string State,
    long? LeadNumber,
    string? To,
    int Attempts,
    string? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset DueAt
);

/// <summary>The place of an item in a list, to go on after it.</summary>
/// <param name="At">When it was created, UTC.</param>
/// <param name="Id">The row.</param>
public sealed record QueuePlace(DateTimeOffset At, Guid Id)
{
    /// <summary>Before the newest.</summary>
    internal static QueuePlace First { get; } =
        new(new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero), Guid.Parse("ffffffff-ffff-ffff-ffff-ffffffffffff"));
}

/// <summary>
/// Finds items, the newest first. Whatever is asked, and however many there are, it reads a page and no more: for each kind and state (and what
/// its error has in common with others) that is there, it goes along an index that begins with them. Which are there is found by steps along
/// the same index, from one to the next.
/// </summary>
public sealed class QueueSearch(NpgsqlDataSource database)
{
    /// <summary>How many a page holds.</summary>
    public const int PageSize = 50;

    /// <summary>Nothing is counted further.</summary>
    public const int Most = 10_000;

    private sealed record Row(
        string Queue,
        string Kind,
        Guid Id,
        string State,
        long? Number,
        string? ToAddress,
        int Attempts,
        string? LastError,
        DateTimeOffset CreatedAt,
        DateTimeOffset NextAttemptAt
    );

    /// <summary>A page.</summary>
    /// <returns>At most one more than <see cref="PageSize"/>: then there are more.</returns>
    public async Task<IReadOnlyList<QueueItem>> RunAsync(
        QueueFilter filter,
        QueuePlace? after,
        CancellationToken cancellation
    )
    {
        await using var batch = database.CreateBatch();
        AddPage(batch, filter, after);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation); // that of ByIndex
        var rows = await reader.ReadAllAsync<Row>(cancellation);
        return
        [
            .. rows.Select(row => new QueueItem(
                QueueName.Of(row.Queue, row.Kind),
                row.Id,
                row.State,
                row.Number,
                row.ToAddress,
                row.Attempts,
                row.LastError,
                row.CreatedAt,
                row.NextAttemptAt
            )),
        ];
    }

    /// <summary>The statement of <see cref="RunAsync"/>, and what comes before it.</summary>
    internal static void AddPage(NpgsqlBatch batch, QueueFilter filter, QueuePlace? after, string explain = "")
    {
        batch.ByIndex();
        batch.Add(
            $"""
            {explain} select queue, item.kind, item.id, state, leads.number, to_address, attempts, last_error, item.created_at, next_attempt_at
            from ({Items(filter)} order by created_at desc, id desc limit $5) item
            left join resumes on resumes.id = about left join leads on leads.id = coalesce(resumes.lead_id, about)
            order by item.created_at desc, item.id desc
            """,
            Values(filter, after ?? QueuePlace.First, PageSize + 1)
        );
    }

    /// <summary>How many there are; not counted further than <paramref name="most"/>.</summary>
    public async Task<long> CountAsync(QueueFilter filter, int most, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.ByIndex();
        batch.Add($"select count(*) from ({Items(filter)} limit $5) item", Values(filter, QueuePlace.First, most));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation); // that of ByIndex
        return await reader.ReadOneAsync<long>(cancellation);
    }

    internal sealed record Place(string Queue, Guid Id, DateTimeOffset CreatedAt);

    /// <summary>The next items after a place, on the connection of a transaction.</summary>
    internal static async Task<List<Place>> NextAsync(
        NpgsqlConnection connection,
        QueueFilter filter,
        QueuePlace after,
        int count,
        CancellationToken cancellation
    )
    {
        await using var batch = connection.CreateBatch();
        batch.ByIndex();
        batch.Add(
            $"select queue, id, created_at from ({Items(filter)} order by created_at desc, id desc limit $5) item",
            Values(filter, after, count)
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation); // that of ByIndex
        return await reader.ReadAllAsync<Place>(cancellation);
    }

    /// <summary>What errors have in common, the most frequent words first: for choosing from.</summary>
    public async Task<IReadOnlyList<string>> ErrorsAsync(CancellationToken cancellation) =>
        await database.QueryAsync<string>(
            $"""
            select distinct error from (
                {Lanes(
                "outbox",
                "channel, kind, state",
                withError: true
            )} select error from lanes where state in ('failed', 'queued')
            ) mail union
            select distinct error from (
                {Lanes(
                "work",
                "kind, state",
                withError: true
            )} select error from lanes where state in ('failed', 'queued')
            ) work order by 1 limit 100
            """,
            cancellation
        );

    /// <summary>
    /// <c>$1</c> queue, <c>$2</c> kind, <c>$3</c> states, <c>$4</c> error, <c>$5</c> how many of each lane, <c>$6</c> and <c>$7</c> from and
    /// to, <c>$8</c> and <c>$9</c> the place.
    /// </summary>
    private static string Items(QueueFilter filter) =>
        (filter.Queue?.IsMessages) switch
        {
            true => Outbox(filter),
            false => Work(filter),
            null => $"({Outbox(filter)}) union all ({Work(filter)})",
        };

    private static string Outbox(QueueFilter filter) =>
        $"""
            select item.* from (
                {Lanes("outbox", "channel, kind, state", filter.NeedsError)}
                select * from lanes where ($1 is null or channel = $1) and {Wanted(filter)}
            ) lane cross join lateral (
                select channel queue, kind, id, state, lead_id about, to_address, attempts, last_error, created_at, next_attempt_at
                from outbox where channel = lane.channel and {Within("outbox", filter)}
            ) item
            """;

    private static string Work(QueueFilter filter) =>
        $"""
            select item.* from (
                {Lanes("work", "kind, state", filter.NeedsError)}
                select * from lanes where ($1 is null or $1 = 'work') and {Wanted(filter)}
            ) lane cross join lateral (
                select 'work' queue, kind, id, state, subject about, null to_address, attempts, last_error, created_at, next_attempt_at
                from work where {Within("work", filter)}
            ) item
            """;

    /// <summary>Each lane that has a row, by a step of the index for each.</summary>
    private static string Lanes(string table, string columns, bool withError)
    {
        var (keys, error, only) = withError
            ? (
                $"{columns}, error_class(last_error)",
                $"{columns}, error_class(last_error) error",
                "last_error is not null and"
            )
            : (columns, columns, "");
        var names = withError ? $"{columns}, error" : columns;
        var before = string.Join(", ", names.Split(", ").Select(name => $"lanes.{name}"));
        return $"""
            with recursive lanes as (
                (select {error} from {table} where {only} true order by {keys} limit 1)
                union all
                select next.* from lanes cross join lateral (
                    select {error} from {table} where {only} ({keys}) > ({before}) order by {keys} limit 1) next
            )
            """;
    }

    private static string Wanted(QueueFilter filter) =>
        "($2 is null or kind = $2) and state = any ($3) and "
        + (filter.NeedsError ? "position(lower(error_class($4)) in lower(error)) > 0" : "$4 is not null");

    private static string Within(string table, QueueFilter filter) =>
        $"""
            kind = lane.kind and state = lane.state and {(
                filter.NeedsError ? $"last_error is not null and error_class({table}.last_error) = lane.error and" : ""
            )}
                created_at >= $6 and created_at < $7 and (created_at, id) < ($8, $9)
                order by created_at desc, id desc limit $5
            """;

    private static NpgsqlParameter[] Values(QueueFilter filter, QueuePlace after, int count) =>
        [
            Sql.Value(filter.Queue?.Queue),
            Sql.Value(filter.Queue?.Kind),
            Sql.Value(filter.States),
            Sql.Value(filter.Error ?? ""),
            Sql.Value(count),
            Sql.Value(filter.From ?? DateTimeOffset.UnixEpoch),
            Sql.Value(filter.To ?? QueuePlace.First.At),
            Sql.Value(after.At),
            Sql.Value(after.Id),
        ];
}
