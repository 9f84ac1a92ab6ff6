using Npgsql;
using NpgsqlTypes;

namespace Anteroom.Data;

/// <summary>
/// Inserts any number of rows with one statement. The statement is the same for every number, so that it is prepared once; and triggers
/// run once for all rows.
/// </summary>
/// <param name="table">Into which table.</param>
/// <param name="end">SQL after the rows, as <c>on conflict</c>.</param>
internal sealed class InsertRows<TRow>(string table, string end = "")
{
    private readonly List<(string Name, Func<IReadOnlyList<TRow>, NpgsqlParameter> Values)> _columns = [];
    private string? _sql;

    /// <summary>A column, and what a row has in it.</summary>
    public InsertRows<TRow> Column<TValue>(string name, Func<TRow, TValue> value)
    {
        _columns.Add((name, rows => Sql.Value(rows.Select(value).ToArray())));
        return this;
    }

    /// <summary>A column of JSON.</summary>
    public InsertRows<TRow> Json(string name, Func<TRow, string?> value)
    {
        _columns.Add(
            (
                name,
                rows => new NpgsqlParameter<string?[]>(parameterName: "", rows.Select(value).ToArray())
                {
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
                }
            )
        );
        return this;
    }

    /// <summary>Adds the statement; none without rows.</summary>
    public void Add(NpgsqlBatch batch, IReadOnlyList<TRow> rows)
    {
        if (rows.Count == 0)
            return;
        _sql ??= Statement();
        var command = new NpgsqlBatchCommand(_sql);
        foreach (var (_, values) in _columns)
            command.Parameters.Add(values(rows));
        batch.BatchCommands.Add(command);
    }

    private string Statement() =>
        $"""
            insert into {table} ({string.Join(", ", _columns.Select(column => column.Name))})
            select * from unnest({string.Join(", ", _columns.Select((_, at) => $"${at + 1}"))})
            {end}
            """;
}
