using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Reports;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Workspace;

/// <summary>The figures of a period, as a page and as a file.</summary>
internal static class ReportPages
{
    /// <summary>Maps <c>/reports</c> and <c>/reports.csv</c>.</summary>
    public static void MapReportPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/reports", ShowAsync).RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        pages.MapGet("/reports.csv", DownloadAsync).RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
    }

    private static async Task<IResult> ShowAsync(
        [AsParameters] ReportQuery.Raw asked,
        CurrentUser user,
        Asking asking,
        CancellationToken cancellation
    )
    {
        var query = asking.Read(asked, user, out var problem);
        if (query is null)
            return Wrong(problem!);
        // The form sends the name and the days; the address to keep has one of them.
        if (!string.IsNullOrEmpty(asked.Period) && (asked.From is not null || asked.To is not null))
            return Results.Redirect(query.ToAddress());

        var figures = await asking.AnswerAsync(query, cancellation);
        return IsKnown(figures, query)
            ? Pages.Page<ReportsPage>(new { Query = query, Figures = figures })
            : NoSuchAttorney();
    }

    private static async Task<IResult> DownloadAsync(
        [AsParameters] ReportQuery.Raw asked,
        CurrentUser user,
        Asking asking,
        AuditLog audit,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var query = asking.Read(asked, user, out var problem);
        if (query is null)
            return Wrong(problem!);
        var figures = await asking.AnswerAsync(query, cancellation);
        if (!IsKnown(figures, query))
            return NoSuchAttorney();
        await audit.WriteAsync(
            AuditKind.Exported,
            string.Create(
                CultureInfo.InvariantCulture,
                $"downloaded the report of {figures.Period.First:yyyy-MM-dd} to {figures.Period.Last:yyyy-MM-dd}"
            ),
            "report",
            cancellation: cancellation
        );
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.File(
            ReportCsv.Write(figures),
            "text/csv; charset=utf-8; header=present",
            string.Create(
                CultureInfo.InvariantCulture,
                $"leads-{figures.Period.First:yyyy-MM-dd}-to-{figures.Period.Last:yyyy-MM-dd}.csv"
            )
        );
    }

    private static bool IsKnown(Figures figures, ReportQuery query) =>
        query.Scope is not ReportScope.Of(var person) || figures.Colleagues.Any(colleague => colleague.Id == person);

    private static IResult Wrong(string problem) =>
        ErrorPages.For(StatusCodes.Status400BadRequest, "That report does not work", problem);

    private static IResult NoSuchAttorney() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "There is no such attorney",
            "No attorney has the id in the address. Choose one on the reports page."
        );

    /// <summary>What both endpoints need to read their query.</summary>
    public sealed class Asking(
        ReadFigures figures,
        ReadDeclines declines,
        LeadsInSight inSight,
        IOptions<FirmOptions> firm,
        TimeProvider time
    )
    {
        public async Task<Figures> AnswerAsync(ReportQuery query, CancellationToken cancellation) =>
            await figures.RunAsync(query.Period, query.Scope, cancellation) with
            {
                Declines = await declines.RunAsync(query.Period, query.Scope, cancellation),
            };

        public ReportQuery? Read(ReportQuery.Raw asked, CurrentUser user, out string? problem) =>
            ReportQuery.Read(
                asked,
                time.GetUtcNow(),
                TimeZoneInfo.FindSystemTimeZoneById(firm.Value.TimeZone),
                user,
                inSight.IsRestricted(user),
                out problem
            );
    }
}
