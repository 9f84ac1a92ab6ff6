using Npgsql;

namespace Anteroom.Data;

/// <summary>How rows that wait are claimed, in every table that is a queue.</summary>
internal static class Claims
{
    /// <summary>
    /// Claims rows that are due, and as many whose worker has died, with a token of its own and a lease. Uses the partial indexes
    /// on <c>next_attempt_at</c> and <c>leased_until</c>; rows that another worker is just claiming are skipped.
    /// </summary>
    /// <param name="database">Where.</param>
    /// <param name="table">Has <c>state</c>, <c>attempts</c>, <c>next_attempt_at</c>, <c>claim</c> and <c>leased_until</c>.</param>
    /// <param name="claimed">The state of a row that a worker has.</param>
    /// <param name="returning">What to read of the rows that were claimed.</param>
    /// <param name="count">How many of each at the most.</param>
    /// <param name="lease">How long they are the worker's.</param>
    /// <param name="now">What is due by then, UTC.</param>
    /// <param name="kind">Only rows of this kind; null for all.</param>
    public static NpgsqlCommand Command(
        NpgsqlDataSource database,
        string table,
        string claimed,
        string returning,
        int count,
        TimeSpan lease,
        DateTimeOffset now,
        string? kind = null
    )
    {
        var only = kind is null ? "" : "kind = $5 and ";
        var command = database.CreateCommand(
            $"""
            with waiting as materialized (
                select id from {table} where {only}state = 'queued' and next_attempt_at <= $3
                order by next_attempt_at limit $4 for update skip locked
            ), abandoned as materialized (
                select id from {table} where {only}state = '{claimed}' and leased_until <= $3
                order by leased_until limit $4 for update skip locked
            )
            update {table} set state = '{claimed}', attempts = attempts + 1, claim = $1, leased_until = $2
            from (select id from waiting union all select id from abandoned) due where {table}.id = due.id
            returning {returning}
            """
        );
        command.Parameters.Add(Sql.Value(Guid.CreateVersion7(now)));
        command.Parameters.Add(Sql.Value(now + lease));
        command.Parameters.Add(Sql.Value(now));
        command.Parameters.Add(Sql.Value(count));
        if (kind is not null)
            command.Parameters.Add(Sql.Value(kind));
        return command;
    }
}
