using Anteroom.Data;
using Npgsql;

namespace Anteroom.Work;

/// <summary>What an administrator has to see to.</summary>
/// <param name="Since">When it began, UTC.</param>
/// <param name="Detail">What is the matter and what helps.</param>
internal sealed record Alarm(DateTimeOffset Since, string Detail);

/// <summary>
/// What an administrator has to see to. It is on the page of operations until it is over, and administrators get one email when it
/// begins.
/// </summary>
public sealed class Alarms(NpgsqlDataSource database, WorkSignal signal, TimeProvider time)
{
    /// <summary>Begins, or says more about what has begun. Nothing is thrown when the database is away.</summary>
    /// <param name="name">A word with underscores; what it is about may follow after <c>@</c>.</param>
    /// <param name="detail">A sentence or two for an administrator.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task RaiseAsync(string name, string detail, CancellationToken cancellation)
    {
        await TryAsync(
            """
            insert into conditions (name, since, detail, told) values ($1, $2, $3, false)
            on conflict (name) do update set detail = excluded.detail where conditions.detail is distinct from excluded.detail
            """,
            cancellation,
            Sql.Value(name),
            Sql.Value(time.GetUtcNow()),
            Sql.Value(detail)
        );
        signal.Poke(WorkSignal.Alarms);
    }

    /// <summary>It is over.</summary>
    public Task EndAsync(string name, CancellationToken cancellation) =>
        TryAsync("delete from conditions where name = $1", cancellation, Sql.Value(name));

    /// <summary>Those that nobody has been told of yet; who takes them tells, in the same transaction.</summary>
    internal static Task<List<Alarm>> TakeNewsAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        connection.QueryAsync<Alarm>(
            "update conditions set told = true where not told returning since, coalesce(detail, name) detail",
            cancellation
        );

    private async Task TryAsync(string sql, CancellationToken cancellation, params NpgsqlParameter[] values)
    {
        try
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.AddRange(values);
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (Exception error) when (Sql.IsPassing(error)) { }
    }
}
