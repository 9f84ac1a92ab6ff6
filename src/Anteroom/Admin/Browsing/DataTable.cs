namespace Anteroom.Admin;

/// <summary>A column that the data browser shows.</summary>
/// <param name="Name">As the database calls it.</param>
public sealed record DataColumn(string Name)
{
    /// <summary>What is read instead of the column, SQL of our own: what leaves a secret out. Null for the column itself.</summary>
    public string? Shown { get; init; }

    /// <summary>A secret: the page shows only that there is one.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The table whose row it names, by that table's key.</summary>
    public string? Refers { get; init; }

    /// <summary>Too long for a list; shown on the row's own page.</summary>
    public bool IsLong { get; init; }

    /// <summary>What is wholly or partly hidden cannot be searched, filtered or sorted by: that would tell it.</summary>
    public bool IsHidden => IsSecret || Shown is not null;

    /// <summary>The expression that is read. Never holds anything that was typed.</summary>
    internal string Sql =>
        IsSecret ? $"case when {Quoted} is null then null else '•••' end" : Shown ?? $"{Quoted}::text";

    /// <summary>The name as SQL has it.</summary>
    internal string Quoted => DataTable.Quote(Name);
}

/// <summary>A table that the data browser shows. What is not in <see cref="DataTables"/> is not there for it.</summary>
/// <param name="Name">As the database calls it, and as it stands in addresses.</param>
/// <param name="Label">As people call it.</param>
/// <param name="Does">What it holds, a sentence.</param>
/// <param name="Key">The columns that name a row. A list goes by them, the last first, unless it is told otherwise.</param>
/// <param name="Columns">What is shown, in this order.</param>
public sealed record DataTable(
    string Name,
    string Label,
    string Does,
    IReadOnlyList<string> Key,
    IReadOnlyList<DataColumn> Columns
)
{
    /// <summary>Holds what people outside or inside the firm would not want everybody to read: each look is written down.</summary>
    public bool IsPersonal { get; init; }

    /// <summary>The columns that a search looks through; none: the table cannot be searched.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>What a list can go by besides the key: columns that are never null and have an index, or tables that stay small.</summary>
    public IReadOnlyList<string> Sort { get; init; } = [];

    /// <summary>A column; null when there is none of that name to be seen.</summary>
    public DataColumn? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>What a list can be filtered by.</summary>
    public IEnumerable<DataColumn> Filterable => Columns.Where(column => !column.IsHidden);

    /// <summary>What a list can go by.</summary>
    public IEnumerable<string> Orders => Key.Count == 1 ? Key.Concat(Sort).Distinct(StringComparer.Ordinal) : [Key[0]];

    internal string Quoted => Quote(Name);

    internal static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
