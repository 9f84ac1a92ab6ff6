using Npgsql;

namespace Anteroom.Data;

/// <summary>Shorthand for statements written as SQL: typed positional parameters, several statements in one round trip.</summary>
internal static class Sql
{
    /// <summary>A typed parameter; null becomes SQL's null.</summary>
    public static NpgsqlParameter Value<T>(T value) =>
        value is null
            ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = TypeOf(typeof(T)) }
            : new NpgsqlParameter<T>(parameterName: "", value);

    /// <summary>The instant as PostgreSQL keeps it, in whole microseconds: so that it is the same before and after.</summary>
    public static DateTimeOffset Instant(DateTimeOffset instant) =>
        instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));

    /// <summary>Adds a statement to a batch. A batch is one round trip and, on its own, one transaction.</summary>
    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value);
        batch.BatchCommands.Add(command);
    }

    /// <summary>Has the rest of the batch, until its transaction ends, go row by row and by index, with plans that are kept. It returns one row.</summary>
    /// <remarks>
    /// For statements about a handful of rows of large tables. PostgreSQL keeps a plan that it made when a table was small, where reading
    /// all of it was cheapest, until somebody analyzes the table. On a firm's first busy day that is minutes too late: each delivery that
    /// was recorded read three thousand pages.
    /// </remarks>
    /// <param name="batch">To which it is added.</param>
    /// <param name="flush">
    /// Whether the commit waits until it is on disk. If not, others see it all the same, but a crash of the server, not of this process, may
    /// undo what was committed in its last 0.6 seconds.
    /// </param>
    public static void ByIndex(this NpgsqlBatch batch, bool flush = true) =>
        batch.Add(flush ? Settings : $"{Settings}, set_config('synchronous_commit', 'off', true)");

    private const string Settings = """
        select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)
        """;

    /// <summary>
    /// Whether <paramref name="error"/> is about the database being away, read-only or busy, or about another transaction, so that the same
    /// statement is worth another try. What a statement has broken (PostgreSQL manual, appendix A: classes 22, 23, 42) comes again.
    /// </summary>
    public static bool IsPassing(Exception error) =>
        error is PostgresException answer
            ? answer.IsTransient
                || answer.SqlState.StartsWith("57", StringComparison.Ordinal)
                || answer.SqlState is "25006"
            : error is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException;

    // A null has no type of its own, and a statement is prepared once for null and not null.
    private static NpgsqlTypes.NpgsqlDbType TypeOf(Type type) =>
        type == typeof(string) ? NpgsqlTypes.NpgsqlDbType.Text
        : type == typeof(bool?) ? NpgsqlTypes.NpgsqlDbType.Boolean
        : type == typeof(int?) ? NpgsqlTypes.NpgsqlDbType.Integer
        : type == typeof(long?) ? NpgsqlTypes.NpgsqlDbType.Bigint
        : type == typeof(byte[]) ? NpgsqlTypes.NpgsqlDbType.Bytea
        : type == typeof(Guid?) ? NpgsqlTypes.NpgsqlDbType.Uuid
        : type == typeof(DateTimeOffset?) ? NpgsqlTypes.NpgsqlDbType.TimestampTz
        : throw new NotSupportedException($"No null of type {type} is written anywhere yet.");
}
