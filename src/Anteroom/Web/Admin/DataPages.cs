using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Audit;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>The query of a table, as it stands in the address, and the three parts of a new filter, as the form sends them.</summary>
internal sealed record AskedRows
{
    public string? Q { get; init; }

    /// <summary><c>column:comparison:value</c>, any number of them.</summary>
    [FromQuery]
    public string[]? Filter { get; init; }

    public string? Sort { get; init; }

    /// <summary>Where the page before ended.</summary>
    public string? After { get; init; }

    public string? Column { get; init; }

    public string? Comparison { get; init; }

    public string? Value { get; init; }

    /// <summary>The query; null when a value makes no sense, and <paramref name="problem"/> then says what would be right.</summary>
    public DataQuestion? Read(DataTable table, out string? problem)
    {
        List<string> filters = [.. Filter ?? []];
        if (!string.IsNullOrEmpty(Column))
            filters.Add($"{Column}:{Comparison}:{Value?.Trim()}");
        return DataQuestion.Read(table, Q, filters, Sort, After, out problem);
    }
}

/// <summary>The data browser: every table, read-only.</summary>
internal static class DataPages
{
    public static void MapDataPages(this IEndpointRouteBuilder pages)
    {
        var data = pages.MapGroup("/admin/data").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        data.MapGet("", ShowTablesAsync);
        data.MapGet("/{table}", ListAsync);
        data.MapGet("/{table}/{key}", ShowAsync);
    }

    private static async Task<IResult> ShowTablesAsync(DataQueries data, CancellationToken cancellation) =>
        Pages.Page<DataTablesPage>(new { Rows = await data.EstimateAsync(cancellation) });

    private static async Task<IResult> ListAsync(
        string table,
        [AsParameters] AskedRows asked,
        DataQueries data,
        AuditLog audit,
        CancellationToken cancellation
    )
    {
        if (DataTables.Find(table) is not { } found)
            return NoSuchTable();
        if (asked.Read(found, out var problem) is not { } question)
            return Wrong(problem!);
        // The address to keep has a new filter as one.
        if (asked.Column is not null)
            return Pages.SeeOther(question.ToAddress());

        var answer = await data.ListAsync(question, cancellation);
        if (answer is DataAnswer<DataPage>.Wrong wrong)
            return Wrong(wrong.Sentence);
        var page = (answer as DataAnswer<DataPage>.Found)?.Value;
        if (page is not null && found.IsPersonal)
            await audit.WriteAsync(
                AuditKind.DataRead,
                $"looked at {(page.Rows.Count == 1 ? "1 row" : $"{page.Rows.Count} rows")} of {found.Label} in the data browser{Narrowed(question)}",
                $"table:{found.Name}",
                cancellation: cancellation
            );
        return Pages.Page<DataTablePage>(
            new { Question = question, Answer = page },
            page is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK
        );
    }

    private static async Task<IResult> ShowAsync(
        string table,
        string key,
        DataQueries data,
        AuditLog audit,
        CancellationToken cancellation
    )
    {
        if (DataTables.Find(table) is not { } found)
            return NoSuchTable();
        var parts = DataRow.ReadCursor(key);
        var row =
            parts.Count == found.Key.Count
            && await data.FindAsync(found, parts, cancellation) is DataAnswer<DataRow?>.Found { Value: { } there }
                ? there
                : null;
        if (row is null)
            return ErrorPages.For(
                StatusCodes.Status404NotFound,
                "There is no such row",
                "It may have been removed, or the address may be incomplete."
            );
        if (found.IsPersonal)
            await audit.WriteAsync(
                AuditKind.DataRead,
                $"looked at a row of {found.Label} in the data browser",
                $"{found.Name}:{string.Join(',', row.Key)}",
                cancellation: cancellation
            );
        return Pages.Page<DataRowPage>(new { Table = found, Row = row });
    }

    private static string Narrowed(DataQuestion question) =>
        question.IsEverything
            ? ""
            : $" ({string.Join(", ", question.Conditions.Select(condition => condition.ToString()).Prepend(question.Search is null ? null : $"search “{question.Search}”").OfType<string>())})";

    private static IResult NoSuchTable() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "There is no such table here",
            "The data browser lists every table."
        );

    private static IResult Wrong(string problem) =>
        ErrorPages.For(StatusCodes.Status400BadRequest, "That filter does not work", problem);
}
