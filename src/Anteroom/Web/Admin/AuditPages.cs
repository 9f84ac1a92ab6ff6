using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Audit;

namespace Anteroom.Web.Admin;

/// <summary>A filter of the audit log, as it stands in the address.</summary>
public sealed record AuditQuestion
{
    /// <summary>The wire name of an <see cref="AuditKind"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>The id of a user.</summary>
    public string? Person { get; init; }

    /// <summary>The first day: <c>2026-11-21</c>.</summary>
    public string? From { get; init; }

    /// <summary>The last day.</summary>
    public string? To { get; init; }

    /// <summary>What to search for.</summary>
    public string? Q { get; init; }

    private const int Longest = 200;

    /// <summary>The filter; null when a value makes no sense, and <paramref name="problem"/> then says what would be right.</summary>
    public AuditFilter? Read(out string? problem)
    {
        problem = null;
        AuditKind? kind = null;
        Guid? person = null;
        if (!string.IsNullOrEmpty(Kind))
        {
            if (WireName.TryParse(Kind, out AuditKind known))
                kind = known;
            else
                problem = "That kind does not exist.";
        }

        if (!string.IsNullOrEmpty(Person))
        {
            if (Guid.TryParse(Person, out var id))
                person = id;
            else
                problem = "That person does not exist.";
        }

        var from = Day(From, ref problem);
        var to = Day(To, ref problem);
        var text = string.IsNullOrWhiteSpace(Q) ? null : Q.Trim();
        if (text is not null && (text.Length > Longest || text.Any(char.IsControl)))
            problem = $"A search is one line of at most {Longest} characters.";
        return problem is null
            ? new AuditFilter
            {
                Kind = kind,
                Actor = person,
                From = from,
                To = to,
                Text = text,
            }
            : null;
    }

    /// <summary>The address of this filter.</summary>
    public string ToAddress(string path, Guid? before = null)
    {
        var query = new QueryString();
        foreach (
            var (name, value) in new[] { ("kind", Kind), ("person", Person), ("from", From), ("to", To), ("q", Q) }
        )
            if (!string.IsNullOrEmpty(value))
                query = query.Add(name, value);
        if (before is { } key)
            query = query.Add("before", key.ToString());
        return $"{path}{query}";
    }

    private static DateOnly? Day(string? text, ref string? problem)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        problem = "A day is written as 2026-11-21.";
        return null;
    }
}

/// <summary>The audit log, as a page and as a file.</summary>
internal static class AuditPages
{
    /// <summary>Maps <c>/admin/audit</c>, <c>/admin/audit.csv</c> and <c>/admin/audit.jsonl</c>.</summary>
    public static void MapAuditPages(this IEndpointRouteBuilder pages)
    {
        var admin = pages.MapGroup("/admin").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        admin.MapGet("/audit", ShowAsync);
        admin.MapGet("/audit.csv", DownloadAsync);
        admin.MapGet("/audit.jsonl", ProveAsync);
    }

    private static async Task<IResult> ShowAsync(
        [AsParameters] AuditQuestion question,
        string? before,
        AuditQueries audit,
        UserQueries users,
        CancellationToken cancellation
    )
    {
        var key = Guid.Empty;
        var filter = question.Read(out var problem);
        if (filter is null || (!string.IsNullOrEmpty(before) && !Guid.TryParse(before, out key)))
            return Wrong(problem ?? "The address of the next page is incomplete.");
        var lines = await audit.ListAsync(filter, key == Guid.Empty ? null : key, cancellation);
        return Pages.Page<AuditPage>(
            new
            {
                Question = question,
                Filter = filter,
                Lines = lines.Take(AuditQueries.PageSize).ToList(),
                Older = lines.Count > AuditQueries.PageSize ? lines[AuditQueries.PageSize - 1].Id : (Guid?)null,
                IsFirst = key == Guid.Empty,
                People = await users.NamesAsync(cancellation),
            }
        );
    }

    private static async Task<IResult> DownloadAsync(
        [AsParameters] AuditQuestion question,
        AuditQueries queries,
        AuditLog audit,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (question.Read(out var problem) is not { } filter)
            return Wrong(problem!);
        await audit.WriteAsync(AuditKind.Exported, "downloaded the audit log", "audit", cancellation: cancellation);
        return Results.Stream(
            stream => queries.WriteCsvAsync(filter, stream, context.RequestAborted),
            "text/csv; charset=utf-8; header=present",
            "audit.csv"
        );
    }

    /// <summary>The whole log with its hashes.</summary>
    private static async Task<IResult> ProveAsync(
        AuditFile file,
        AuditLog audit,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await audit.WriteAsync(
            AuditKind.Exported,
            "downloaded the audit log with its hashes",
            "audit",
            cancellation: cancellation
        );
        return Results.Stream(
            stream => file.WriteAsync(stream, context.RequestAborted),
            "application/jsonl",
            "audit.jsonl"
        );
    }

    private static IResult Wrong(string problem) =>
        ErrorPages.For(StatusCodes.Status400BadRequest, "That filter does not work", problem);
}
