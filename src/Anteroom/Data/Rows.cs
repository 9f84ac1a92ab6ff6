using System.Data;
using System.Data.Common;
using System.Reflection;
using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// Reads rows by the names of their columns (<c>full_name</c> is <c>FullName</c>). A row is a record: its parameters are the columns in
/// their order, or, when there are many, it has a <c>required</c> member for each. A record that does not fit its statement fails at the
/// first row. Members of an enum are read as text, for <see cref="WireName"/>.
/// </summary>
internal static class Rows
{
    static Rows()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.TypeMapProvider = type => new Fitting(type);
        SqlMapper.AddTypeHandler(new Instants());
        SqlMapper.AddTypeHandler(new Statuses());
        SqlMapper.AddTypeHandler(new Arrays<double>());
        SqlMapper.AddTypeHandler(new Arrays<int>());
        SqlMapper.AddTypeHandler(new Arrays<string>());
    }

    /// <summary>The rows of the current result; the next result is the current one then.</summary>
    public static async Task<List<T>> ReadAllAsync<T>(this DbDataReader reader, CancellationToken cancellation)
    {
        var rows = await reader.ReadAsync<T>(cancellation);
        await reader.NextResultAsync(cancellation);
        return rows;
    }

    /// <summary>The first row of the current result, or nothing; the next result is the current one then.</summary>
    public static async Task<T?> ReadOneAsync<T>(this DbDataReader reader, CancellationToken cancellation) =>
        await reader.ReadAllAsync<T>(cancellation) is [var first, ..] ? first : default;

    /// <summary>The rows of a statement with positional parameters.</summary>
    public static Task<List<T>> QueryAsync<T>(
        this NpgsqlDataSource database,
        string sql,
        CancellationToken cancellation,
        params ReadOnlySpan<NpgsqlParameter> values
    ) => With(database.CreateCommand(sql), values).RowsAsync<T>(cancellation);

    /// <summary>The first row of a statement with positional parameters, or nothing.</summary>
    public static Task<T?> QueryOneAsync<T>(
        this NpgsqlDataSource database,
        string sql,
        CancellationToken cancellation,
        params ReadOnlySpan<NpgsqlParameter> values
    ) => With(database.CreateCommand(sql), values).RowAsync<T>(cancellation);

    /// <summary>The rows of a statement within the connection's transaction.</summary>
    public static Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        CancellationToken cancellation,
        params ReadOnlySpan<NpgsqlParameter> values
    ) => With(new NpgsqlCommand(sql, connection), values).RowsAsync<T>(cancellation);

    /// <summary>The first row of a statement within the connection's transaction, or nothing.</summary>
    public static Task<T?> QueryOneAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        CancellationToken cancellation,
        params ReadOnlySpan<NpgsqlParameter> values
    ) => With(new NpgsqlCommand(sql, connection), values).RowAsync<T>(cancellation);

    /// <summary>The rows of a command, which is of no use after it.</summary>
    public static async Task<List<T>> RowsAsync<T>(this NpgsqlCommand command, CancellationToken cancellation)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            return await reader.ReadAllAsync<T>(cancellation);
        }
    }

    /// <summary>The rows of all statements of a batch that return rows, which are of one kind.</summary>
    public static async Task<List<T>> RowsAsync<T>(this NpgsqlBatch batch, CancellationToken cancellation)
    {
        var rows = new List<T>();
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        do rows.AddRange(await reader.ReadAsync<T>(cancellation));
        while (await reader.NextResultAsync(cancellation)); // to the end: an error there is an error of the whole
        return rows;
    }

    private static async Task<T?> RowAsync<T>(this NpgsqlCommand command, CancellationToken cancellation) =>
        await command.RowsAsync<T>(cancellation) is [var first, ..] ? first : default;

    private static async Task<List<T>> ReadAsync<T>(this DbDataReader reader, CancellationToken cancellation)
    {
        var rows = new List<T>();
        if (!reader.HasRows)
            return rows;
        var parse = reader.GetRowParser(typeof(T)); // the generic one cannot read plain strings
        while (await reader.ReadAsync(cancellation))
            rows.Add((T)parse(reader));
        return rows;
    }

    private static NpgsqlCommand With(NpgsqlCommand command, ReadOnlySpan<NpgsqlParameter> values)
    {
        foreach (var value in values)
            command.Parameters.Add(value);
        return command;
    }

    /// <summary>Dapper's own passes over columns without a member, and over members without a column.</summary>
    private sealed class Fitting(Type type) : SqlMapper.ITypeMap
    {
        private readonly DefaultTypeMap _names = new(type);

        public ConstructorInfo? FindConstructor(string[] names, Type[] types)
        {
            var columns = names.Select(GetMember).Select(member => member?.Property?.Name);
            if (
                type.GetProperties()
                    .Where(property => property.IsDefined(typeof(RequiredMemberAttribute)))
                    .Select(property => property.Name)
                    .Except(columns, StringComparer.Ordinal)
                    .FirstOrDefault() is
                { } missing
            )
                throw new InvalidOperationException($"No column for {type.Name}.{missing}.");
            return _names.FindConstructor(names, types);
        }

        public ConstructorInfo? FindExplicitConstructor() => _names.FindExplicitConstructor();

        public SqlMapper.IMemberMap? GetConstructorParameter(ConstructorInfo constructor, string columnName) =>
            _names.GetConstructorParameter(constructor, columnName);

        public SqlMapper.IMemberMap GetMember(string columnName) =>
            _names.GetMember(columnName)
            ?? throw new InvalidOperationException($"No member of {type.Name} for the column {columnName}.");
    }

    // Npgsql reads a timestamptz as a DateTime in UTC when nobody names a type.
    private sealed class Instants : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => new((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value;
    }

    private sealed class Statuses : SqlMapper.TypeHandler<LeadStatus>
    {
        public override LeadStatus Parse(object value) => LeadStatus.Parse((string)value);

        public override void SetValue(IDbDataParameter parameter, LeadStatus? value) =>
            parameter.Value = value?.ToWire();
    }

    private sealed class Arrays<T> : SqlMapper.TypeHandler<T[]>
    {
        public override T[] Parse(object value) => (T[])value;

        public override void SetValue(IDbDataParameter parameter, T[]? value) => parameter.Value = value;
    }
}
