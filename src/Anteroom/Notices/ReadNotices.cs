using System.Collections.Concurrent;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Notices;

/// <summary>A notice as its page shows it.</summary>
/// <param name="Id">The key.</param>
/// <param name="Kind">The wire name of its <see cref="NoticeKind"/>.</param>
/// <param name="Text">One sentence.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="ReadAt">When it was read, UTC; null while it is not.</param>
/// <param name="Lead">The number of the lead it leads to; null for none, or when that is gone.</param>
public sealed record NoticeRow(
    Guid Id,
    string Kind,
    string Text,
    DateTimeOffset At,
    DateTimeOffset? ReadAt,
    long? Lead
);

/// <summary>What the bell and the browser say.</summary>
/// <param name="Unread">How many are unread; at most <see cref="ReadNotices.MostCounted"/>.</param>
/// <param name="Latest">The newest unread one that the browser is to say; null for none.</param>
public sealed record NoticeNews(int Unread, NoticeRow? Latest);

/// <summary>Reads what somebody was told, and marks it as read.</summary>
public sealed class ReadNotices(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>On the page, at most.</summary>
    public const int Most = 200;

    /// <summary>The count stops here.</summary>
    public const int MostCounted = 100;

    /// <summary>How long notices are kept, in days.</summary>
    public const int Days = 90;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private const string Row = """
        select notices.id, kind, text, at, read_at, number as lead
        from notices left join leads on leads.id = lead_id and deleted_at is null
        """;

    // For the header of every page, which asks no statement of its own; an open page hears the truth over its stream.
    private readonly ConcurrentDictionary<Guid, (int Count, DateTimeOffset At)> _known = new();

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<NoticeRow>> ListAsync(CurrentUser user, CancellationToken cancellation)
    {
        // The bell above the list has to agree with it.
        _known.TryRemove(user.Id, out _);
        return await database.QueryAsync<NoticeRow>(
            $"{Row} where user_id = $1 and on_page order by notices.id desc limit {Most}",
            cancellation,
            Sql.Value(user.Id)
        );
    }

    /// <summary>What is new; one statement.</summary>
    public async Task<NoticeNews> NewsAsync(CurrentUser user, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            select count(*)::integer from (
                select from notices where user_id = $1 and read_at is null and on_page limit {MostCounted}) unread
            """,
            Sql.Value(user.Id)
        );
        batch.Add(
            $"{Row} where user_id = $1 and read_at is null and in_browser order by notices.id desc limit 1",
            Sql.Value(user.Id)
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var unread = await reader.ReadOneAsync<int>(cancellation);
        var latest = await reader.ReadOneAsync<NoticeRow>(cancellation);
        _known[user.Id] = (unread, time.GetUtcNow());
        return new(unread, latest);
    }

    /// <summary>How many are unread; at most a minute old.</summary>
    public async Task<int> CountAsync(CurrentUser user, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return _known.TryGetValue(user.Id, out var known) && (now - known.At).Duration() < Fresh
            ? known.Count
            : (await NewsAsync(user, cancellation)).Unread;
    }

    /// <summary>Marks one as read.</summary>
    /// <returns>The lead it leads to; null for none. False when there is no such notice.</returns>
    public async Task<(bool IsThere, long? Lead)> OpenAsync(Guid id, CurrentUser user, CancellationToken cancellation)
    {
        var row = await database.QueryOneAsync<NoticeRow>(
            $"""
            with opened as (
                update notices set read_at = coalesce(read_at, $3) where id = $1 and user_id = $2 returning id)
            {Row} join opened on opened.id = notices.id
            """,
            cancellation,
            Sql.Value(id),
            Sql.Value(user.Id),
            Sql.Value(Sql.Instant(time.GetUtcNow()))
        );
        _known.TryRemove(user.Id, out _);
        return (row is not null, row?.Lead);
    }

    /// <summary>Marks all as read.</summary>
    public async Task ReadAllAsync(CurrentUser user, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "update notices set read_at = $2 where user_id = $1 and read_at is null"
        );
        command.Parameters.Add(Sql.Value(user.Id));
        command.Parameters.Add(Sql.Value(Sql.Instant(time.GetUtcNow())));
        await command.ExecuteNonQueryAsync(cancellation);
        _known.TryRemove(user.Id, out _);
    }
}
