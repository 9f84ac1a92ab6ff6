using System.Text;
using System.Text.Json;
using Anteroom.Data;
using Npgsql;
using NpgsqlTypes;

namespace Anteroom.Admin;

/// <summary>A row as text, column by column.</summary>
/// <param name="Key">What names it, in the order of <see cref="DataTable.Key"/>.</param>
/// <param name="Values">By column; null for SQL's null.</param>
/// <param name="Links">Where a reference leads, by column: the key of the row it names.</param>
/// <param name="Cursor">Where the next page begins when it begins after this row.</param>
public sealed record DataRow(
    IReadOnlyList<string> Key,
    IReadOnlyDictionary<string, string?> Values,
    IReadOnlyDictionary<string, string> Links,
    string Cursor
)
{
    /// <summary>The key as it stands in the row's address.</summary>
    public string Address => WriteCursor(Key);

    internal static string WriteCursor(IEnumerable<string> values) =>
        Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(
            JsonSerializer.SerializeToUtf8Bytes(values.ToArray())
        );

    /// <summary>Reads <see cref="WriteCursor"/>; nothing when it is none of ours.</summary>
    internal static IReadOnlyList<string> ReadCursor(string text)
    {
        try
        {
            return text.Length <= 2_000
                ? JsonSerializer.Deserialize<string[]>(
                    Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(text)
                ) ?? []
                : [];
        }
        catch (Exception error) when (error is FormatException or JsonException or ArgumentException)
        {
            return [];
        }
    }
}

/// <summary>A page of a table.</summary>
/// <param name="Rows">At most <see cref="DataQueries.PageSize"/>.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
public sealed record DataPage(IReadOnlyList<DataRow> Rows, string? Next);

/// <summary>Rows of another table that name a row.</summary>
public sealed record DataMention(DataTable Table, DataColumn Column, string Value);

/// <summary>What became of a question.</summary>
public abstract record DataAnswer<T>
{
    private protected DataAnswer() { }

    /// <summary>The answer.</summary>
    public sealed record Found(T Value) : DataAnswer<T>;

    /// <summary>The question cannot be asked like this; the sentence says what would be right.</summary>
    public sealed record Wrong(string Sentence) : DataAnswer<T>;

    /// <summary>It took longer than <see cref="DataQueries.Patience"/> and was stopped.</summary>
    public sealed record TooSlow : DataAnswer<T>;
}

/// <summary>
/// Reads the tables of <see cref="DataTables"/>, and nothing else: names come from that list only, what was typed is only ever a
/// parameter, the transaction is read only and has a time limit.
/// </summary>
public sealed class DataQueries(NpgsqlDataSource database)
{
    /// <summary>Rows on a page.</summary>
    public const int PageSize = 50;

    /// <summary>How long a question may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private sealed record Estimate(string Relname, long Reltuples);

    /// <summary>About how many rows each table has, as the server last counted; below zero: never counted. One statement.</summary>
    public async Task<IReadOnlyDictionary<string, long>> EstimateAsync(CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<Estimate>(
            "select relname, reltuples::bigint from pg_class where relnamespace = 'public'::regnamespace and relname = any ($1)",
            cancellation,
            Sql.Value(DataTables.All.Select(table => table.Name).ToArray())
        );
        return rows.ToDictionary(row => row.Relname, row => row.Reltuples, StringComparer.Ordinal);
    }

    /// <summary>A page of a table.</summary>
    public Task<DataAnswer<DataPage>> ListAsync(DataQuestion question, CancellationToken cancellation)
    {
        var table = question.Table;
        var values = new List<string>();
        var where = new StringBuilder();
        if (question.Search is { } search)
            And(
                $"({string.Join(" or ", table.Search.Select(name => $"{DataTable.Quote(name)} ilike {Text(Like(SearchFor(table, search)))}"))})"
            );
        foreach (var condition in question.Conditions)
            And(Sentence(condition));
        var order = question.Order;
        if (question.After.Count > 0)
            And(
                $"({string.Join(", ", order.Select(DataTable.Quote))}) {(question.Ascending ? ">" : "<")} ({string.Join(", ", question.After.Select(Value))})"
            );
        // With the table's name: without it the text that is read would be sorted, not the column.
        var direction = question.Ascending ? "asc" : "desc";
        var sql =
            $"select {Columns(table, order, table.Columns.Where(column => !column.IsLong))} from {table.Quoted}{where} "
            + $"order by {string.Join(", ", order.Select(name => $"{table.Quoted}.{DataTable.Quote(name)} {direction}"))} limit {PageSize + 1}";
        return AskAsync(
            sql,
            values,
            async reader =>
            {
                var rows = new List<DataRow>();
                while (await reader.ReadAsync(cancellation))
                    rows.Add(ReadRow(reader, table, order, [.. table.Columns.Where(column => !column.IsLong)]));
                return new DataPage([.. rows.Take(PageSize)], rows.Count > PageSize ? rows[PageSize - 1].Cursor : null);
            },
            cancellation
        );

        void And(string condition) => where.Append(where.Length == 0 ? " where " : " and ").Append(condition);

        // Without a type of its own a value takes that of the column, and an index of the column can be used.
        string Value(string value)
        {
            values.Add(value);
            return $"${values.Count}";
        }

        string Text(string value) => $"{Value(value)}::text";

        string Sentence(DataCondition condition)
        {
            var name = condition.Column.Quoted;
            return condition.Comparison switch
            {
                DataComparison.IsEmpty => $"{name} is null",
                DataComparison.IsNotEmpty => $"{name} is not null",
                DataComparison.Contains => $"{name}::text ilike {Text(Like(condition.Value))}",
                DataComparison.IsNot => $"{name} is distinct from {Value(condition.Value)}",
                DataComparison.AtLeast => $"{name} >= {Value(condition.Value)}",
                DataComparison.AtMost => $"{name} <= {Value(condition.Value)}",
                _ => $"{name} = {Value(condition.Value)}",
            };
        }
    }

    /// <summary>One row, with everything that may be seen of it; null when there is none.</summary>
    public Task<DataAnswer<DataRow?>> FindAsync(
        DataTable table,
        IReadOnlyList<string> key,
        CancellationToken cancellation
    ) =>
        AskAsync(
            $"select {Columns(table, table.Key, table.Columns)} from {table.Quoted} where "
                + string.Join(" and ", table.Key.Select((name, at) => $"{DataTable.Quote(name)} = ${at + 1}")),
            key,
            async reader =>
                await reader.ReadAsync(cancellation) ? ReadRow(reader, table, table.Key, table.Columns) : null,
            cancellation
        );

    /// <summary>Where a row may be named by others: the lists to look into.</summary>
    public static IReadOnlyList<DataMention> Mentions(DataTable table, DataRow row) =>
        row.Values.GetValueOrDefault(Target(table)) is { } value
            ?
            [
                .. from other in DataTables.All
                from column in other.Columns
                where column.Refers == table.Name
                select new DataMention(other, column, value),
            ]
            : [];

    /// <summary>The column that others name a row by.</summary>
    private static string Target(DataTable table) => table.Find("id") is null ? table.Key[0] : "id";

    // Leads are found by words in small letters without accents, as their search box finds them.
    private static string SearchFor(DataTable table, string search) =>
        table.Search is ["search_text"] ? SearchText.For(search) : search;

    private static string Like(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    /// <summary>What a row is read as: the order's columns, the key, the columns, and the keys of what they refer to.</summary>
    private static string Columns(DataTable table, IReadOnlyList<string> order, IEnumerable<DataColumn> columns) =>
        string.Join(
            ", ",
            order
                .Select(name => $"{DataTable.Quote(name)}::text")
                .Concat(table.Key.Select(name => $"{DataTable.Quote(name)}::text"))
                .Concat(columns.Select(column => column.Sql))
                .Concat(columns.Where(column => column.Refers is not null).Select(column => LinkTo(table, column)))
        );

    private static string LinkTo(DataTable table, DataColumn column)
    {
        var target = DataTables.Find(column.Refers!)!;
        var name = Target(target);
        return target.Key is [var key] && key != name
            ? $"(select {target.Quoted}.{DataTable.Quote(key)}::text from {target.Quoted} where {target.Quoted}.{DataTable.Quote(name)} = {table.Quoted}.{column.Quoted})"
            : $"{table.Quoted}.{column.Quoted}::text";
    }

    private static DataRow ReadRow(
        NpgsqlDataReader reader,
        DataTable table,
        IReadOnlyList<string> order,
        IReadOnlyList<DataColumn> columns
    )
    {
        var at = 0;
        var cursor = order.Select(_ => reader.GetString(at++)).ToArray();
        var key = table.Key.Select(_ => reader.GetString(at++)).ToArray();
        var values = columns.ToDictionary(column => column.Name, _ => Next(), StringComparer.Ordinal);
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in columns.Where(column => column.Refers is not null))
            if (Next() is { } link)
                links[column.Name] = link;
        return new DataRow(key, values, links, DataRow.WriteCursor(cursor));

        string? Next() => reader.IsDBNull(at++) ? null : reader.GetString(at - 1);
    }

    private async Task<DataAnswer<T>> AskAsync<T>(
        string sql,
        IReadOnlyList<string> values,
        Func<NpgsqlDataReader, Task<T>> read,
        CancellationToken cancellation
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"set local statement_timeout = {(long)Patience.TotalMilliseconds}"
                )
            )
        );
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set transaction read only"));
        var question = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            question.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Unknown });
        batch.BatchCommands.Add(question);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            return new DataAnswer<T>.Found(await read(reader));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            return new DataAnswer<T>.TooSlow();
        }
        catch (PostgresException error) when (error.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            // A data exception: the value is none of the column's type.
            return new DataAnswer<T>.Wrong($"A value does not fit its column: {error.MessageText}.");
        }
        catch (PostgresException error)
            when (error.SqlState is PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.AmbiguousFunction)
        {
            return new DataAnswer<T>.Wrong("This column does not support that comparison.");
        }
    }
}
