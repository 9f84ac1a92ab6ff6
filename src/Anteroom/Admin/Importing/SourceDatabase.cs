using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>The PostgreSQL database of another system, as of one instant, read only.</summary>
internal sealed class SourceDatabase : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private SourceDatabase(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    /// <summary>What it is called.</summary>
    public string Name => _connection.Database;

    /// <summary>Opens it.</summary>
    /// <exception cref="CannotStartException">It cannot be reached.</exception>
    public static async Task<SourceDatabase> OpenAsync(string connectionString, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "anteroom-import",
                Pooling = false,
                CommandTimeout = 0,
            }.ConnectionString
        );
        try
        {
            await connection.OpenAsync(cancellation);
            var transaction = await connection.BeginTransactionAsync(
                System.Data.IsolationLevel.RepeatableRead,
                cancellation
            );
            await using (var readOnly = new NpgsqlCommand("set transaction read only", connection, transaction))
                await readOnly.ExecuteNonQueryAsync(cancellation);
            return new SourceDatabase(connection, transaction);
        }
        catch (Exception error)
            when (error is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            await connection.DisposeAsync();
            throw new CannotStartException(
                $"The database to import from cannot be read: {(error as PostgresException)?.MessageText ?? error.Message}",
                error
            );
        }
    }

    /// <summary>The columns of a table; none when there is no such table.</summary>
    public async Task<HashSet<string>> ColumnsAsync(string table, CancellationToken cancellation) =>
        (
            await QueryAsync<string>(
                """
                select attname::text from pg_attribute
                where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
                """,
                cancellation,
                Sql.Value(table)
            )
        ).ToHashSet(StringComparer.Ordinal);

    /// <summary>Says which columns it lacks.</summary>
    /// <exception cref="CannotStartException">It lacks some.</exception>
    public async Task RequireAsync(string table, IReadOnlyList<string> columns, CancellationToken cancellation)
    {
        var there = await ColumnsAsync(table, cancellation);
        if (there.Count == 0)
            throw new CannotStartException($"The database {Name} has no table {table}. Is it the right one?");
        if (columns.Where(column => !there.Contains(column)).ToList() is [_, ..] missing)
            throw new CannotStartException(
                $"The table {table} of {Name} has no {string.Join(", ", missing)}. Is it the right database?"
            );
    }

    /// <summary>The rows of a statement.</summary>
    public Task<List<T>> QueryAsync<T>(
        string sql,
        CancellationToken cancellation,
        params ReadOnlySpan<NpgsqlParameter> values
    ) => _connection.QueryAsync<T>(sql, cancellation, values);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
