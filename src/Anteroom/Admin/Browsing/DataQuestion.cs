namespace Anteroom.Admin;

/// <summary>How a column is compared.</summary>
public enum DataComparison
{
    /// <summary>The value.</summary>
    Is,

    /// <summary>Any other value.</summary>
    IsNot,

    /// <summary>With this somewhere in it.</summary>
    Contains,

    /// <summary>This or more.</summary>
    AtLeast,

    /// <summary>This or less.</summary>
    AtMost,

    /// <summary>Nothing.</summary>
    IsEmpty,

    /// <summary>Something.</summary>
    IsNotEmpty,
}

/// <summary>A filter, as it stands in an address: <c>status:is:registered</c>.</summary>
public sealed record DataCondition(DataColumn Column, DataComparison Comparison, string Value)
{
    /// <summary>Reads it; null when it cannot be meant.</summary>
    public static DataCondition? Read(DataTable table, string text) =>
        text.Split(':', 3) is [var name, var comparison, var value]
        && table.Filterable.FirstOrDefault(column => column.Name == name) is { } column
        && WireName.TryParse(comparison, out DataComparison how)
        && value.Length <= DataQuestion.Longest
        && !value.Contains('\0', StringComparison.Ordinal)
            ? new DataCondition(column, how, value)
            : null;

    /// <inheritdoc />
    public override string ToString() => $"{Column.Name}:{Comparison.ToWire()}:{Value}";
}

/// <summary>What is asked of a table, as it stands in the address of a list.</summary>
/// <param name="Table">Which.</param>
public sealed record DataQuestion(DataTable Table)
{
    /// <summary>Characters of a search or a value, at most.</summary>
    public const int Longest = 200;

    /// <summary>Filters at once, at most.</summary>
    public const int MostConditions = 8;

    /// <summary>What to look for; null for everything.</summary>
    public string? Search { get; init; }

    /// <summary>All of these hold.</summary>
    public IReadOnlyList<DataCondition> Conditions { get; init; } = [];

    /// <summary>The column that the list goes by; null for the key.</summary>
    public string? Sort { get; init; }

    /// <summary>The smallest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>The last row of the page before: its sort value and key, as <see cref="DataRow.Cursor"/> has them.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Nothing narrows it.</summary>
    public bool IsEverything => Search is null && Conditions.Count == 0;

    /// <summary>The columns that the list goes by, without doubt about the order of two rows.</summary>
    public IReadOnlyList<string> Order =>
        Sort is null || Table.Key.Contains(Sort, StringComparer.Ordinal) ? Table.Key : [Sort, .. Table.Key];

    /// <summary>Reads an address; null, and what would be right, when something in it cannot be meant.</summary>
    public static DataQuestion? Read(
        DataTable table,
        string? q,
        IReadOnlyCollection<string> filters,
        string? sort,
        string? after,
        out string? problem
    )
    {
        problem = null;
        var search = string.IsNullOrWhiteSpace(q) ? null : q.Trim();
        if (search is not null && (search.Length > Longest || search.Any(char.IsControl)))
            problem = $"A search is one line of at most {Longest} characters.";
        if (search is not null && table.Search.Count == 0)
            problem = "This table cannot be searched; filter it by a column.";
        var conditions = filters.Select(text => DataCondition.Read(table, text)).ToList();
        if (conditions.Count > MostConditions)
            problem = $"At most {MostConditions} filters can be combined.";
        else if (conditions.Contains(null))
            problem = "A filter names a column that cannot be filtered, or an unknown comparison.";
        var ascending = sort is null or [not '-', ..];
        var column = string.IsNullOrEmpty(sort) ? null : sort.TrimStart('-');
        if (column is not null && !table.Orders.Contains(column, StringComparer.Ordinal))
            problem = "The list cannot be sorted by that column.";
        var question = new DataQuestion(table)
        {
            Search = search,
            Conditions = [.. conditions.OfType<DataCondition>()],
            Sort = column,
            Ascending = column is not null && ascending,
        };
        if (!string.IsNullOrEmpty(after))
        {
            question = question with { After = DataRow.ReadCursor(after) };
            if (question.After.Count != question.Order.Count)
                problem ??= "The address of the next page is incomplete.";
        }

        return problem is null ? question : null;
    }

    /// <summary>The address of this question, with the key of the row that the page begins after.</summary>
    public string ToAddress(string? after = null, DataCondition? without = null)
    {
        var query = new QueryString();
        if (Search is not null)
            query = query.Add("q", Search);
        foreach (var condition in Conditions.Where(condition => condition != without))
            query = query.Add("filter", condition.ToString());
        if (Sort is not null)
            query = query.Add("sort", Ascending ? Sort : $"-{Sort}");
        if (after is not null)
            query = query.Add("after", after);
        return $"/admin/data/{Table.Name}{query}";
    }
}
