using Anteroom.Data;
using Npgsql;

namespace Anteroom.Work;

/// <summary>What an administrator is told of: that something is wrong, or that it is over.</summary>
/// <param name="Id">The same for every try to tell of it.</param>
/// <param name="Name">Which.</param>
/// <param name="Since">When it began, UTC.</param>
/// <param name="EndedAt">When it was over, UTC; null while it lasts.</param>
/// <param name="Detail">What is the matter.</param>
/// <param name="Advice">What helps; null when the detail says it.</param>
/// <param name="Link">The page that has more, as a path; null for none.</param>
internal sealed record Alarm(
    Guid Id,
    string Name,
    DateTimeOffset Since,
    DateTimeOffset? EndedAt,
    string Detail,
    string? Advice,
    string? Link
);

/// <summary>
/// What an administrator has to see to. It is on every page of administrators until it is over; they are told by email, and by a webhook if
/// there is one, when it begins and when it ends.
/// </summary>
public sealed class Alarms(NpgsqlDataSource database, WorkSignal signal, TimeProvider time)
{
    /// <summary>Begins, or says more about what has begun. Nothing is thrown when the database is away.</summary>
    /// <param name="name">A word with underscores; what it is about may follow after <c>@</c>.</param>
    /// <param name="detail">A sentence or two for an administrator.</param>
    /// <param name="cancellation">Stops.</param>
    /// <param name="advice">What helps.</param>
    /// <param name="link">The page that has more, as a path.</param>
    public async Task RaiseAsync(
        string name,
        string detail,
        CancellationToken cancellation,
        string? advice = null,
        string? link = null
    )
    {
        await TryAsync(
            """
            insert into conditions (name, since, detail, advice, link, told) values ($1, $2, $3, $4, $5, false)
            on conflict (name) do update set detail = excluded.detail, advice = excluded.advice, link = excluded.link
            where (conditions.detail, conditions.advice, conditions.link) is distinct from (excluded.detail, excluded.advice, excluded.link)
            """,
            cancellation,
            Sql.Value(name),
            Sql.Value(Sql.Instant(time.GetUtcNow())),
            Sql.Value(detail),
            Sql.Value(advice),
            Sql.Value(link)
        );
    }

    /// <summary>It is over. Those who were told of its beginning are told.</summary>
    public Task EndAsync(string name, CancellationToken cancellation) =>
        TryAsync(
            """
            with over as (delete from conditions where name = $1 returning *)
            insert into past_conditions (id, name, since, ended_at, detail, told)
            select gen_random_uuid(), name, since, $2, detail, not told from over where detail is not null
            """,
            cancellation,
            Sql.Value(name),
            Sql.Value(Sql.Instant(time.GetUtcNow()))
        );

    /// <summary>Those that nobody has been told of yet; who takes them tells, in the same transaction.</summary>
    internal static async Task<List<Alarm>> TakeNewsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var begun = await connection.QueryAsync<Alarm>(
            """
            update conditions set told = true where not told
            returning gen_random_uuid() id, name, since, null::timestamptz ended_at, coalesce(detail, name) detail, advice, link
            """,
            cancellation
        );
        var over = await connection.QueryAsync<Alarm>(
            """
            update past_conditions set told = true where not told
            returning id, name, since, ended_at, detail, null::text advice, null::text link
            """,
            cancellation
        );
        return [.. begun, .. over];
    }

    private async Task TryAsync(string sql, CancellationToken cancellation, params NpgsqlParameter[] values)
    {
        try
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.AddRange(values);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0)
                return;
            signal.Poke(WorkSignal.Alarms);
            signal.Poke(WorkSignal.Attention);
        }
        catch (Exception error) when (Sql.IsPassing(error)) { }
    }
}
